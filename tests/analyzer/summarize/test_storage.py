"""What was lowered is stored as bytes and read back equal."""

import sysconfig
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.storage import decode_statements, encode_statements

Lower = Callable[[str], list[ir.Stmt]]


@pytest.mark.parametrize("module", ["ast", "contextlib", "dataclasses", "typing"])
def test_real_code_comes_back_equal(module: str, lowered: Lower) -> None:
    path = Path(sysconfig.get_path("stdlib"), f"{module}.py")
    statements = lowered(path.read_text(encoding="utf-8"))
    assert len(statements) > 10
    assert decode_statements(encode_statements(statements)) == statements


@pytest.mark.parametrize(
    "text",
    [
        "x = 'half a pair: \\ud800'",
        "x = '\\ud83d\\ude00'",
        "x = 9223372036854775807 + 9223372036854775808 - 1e999 + 0x" + "f" * 500,
        "x = -0.0 if True else None",
        "x = '\\N{BULLET} \\U0010ffff'",
        "x = b'\\xff' + 1j",
        "def f(a=1, *b, c: 'd', **e): yield",
        "type X = int",
        "match a:\n    case {'b': 1, **c}: pass",
    ],
)
def test_unusual_values_come_back_equal(text: str, lowered: Lower) -> None:
    statements = lowered(text + "\n")
    assert decode_statements(encode_statements(statements)) == statements


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\x91\xa1Z", b"\x91\xa1x", b"\x80"])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_statements(data)
