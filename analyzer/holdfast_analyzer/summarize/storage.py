"""Statements as bytes, for the cache and between processes."""

import msgspec

from . import ir

_ENCODER = msgspec.msgpack.Encoder()
STATEMENTS = msgspec.msgpack.Decoder(list[ir.Stmt])


def encode_statements(statements: list[ir.Stmt]) -> bytes:
    """Write statements as MessagePack.

    Args:
        statements: what `summarize` returned.

    Returns:
        Bytes that `decode_statements` reads back into equal statements.

    Raises:
        RecursionError: they nest deeper than the interpreter lets C code recurse.
    """
    return _ENCODER.encode(statements)


def decode_statements(data: bytes) -> list[ir.Stmt]:
    """Read what `encode_statements` wrote.

    Args:
        data: its bytes.

    Returns:
        The statements.

    Raises:
        msgspec.ValidationError: the bytes hold something else, such as another version's representation.
        msgspec.DecodeError: they are no MessagePack.
    """
    return STATEMENTS.decode(data)
