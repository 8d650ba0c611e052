"""What is found out of one file without any other, in this process or in one that reads ahead."""

import importlib.util
import os
import symtable
import warnings

import msgspec

from holdfast_analyzer.ahead.messages import FileRead
from holdfast_analyzer.outline import outline
from holdfast_analyzer.source import SourceText, UnreadableSource, digest
from holdfast_analyzer.summarize.lower import summarize
from holdfast_analyzer.summarize.storage import encode_statements
from holdfast_analyzer.syntax.parse import parse_source


def read_file(path: str) -> FileRead | None:
    """Outline and lower a file.

    Args:
        path: of the file.

    Returns:
        What was found; None for a file that cannot be read, about which whoever asks for it finds out more.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        tree = parse_source(SourceText.from_bytes(path, data))
        found = outline(tree)
        encoded = msgspec.msgpack.encode(found)
    except (OSError, UnreadableSource, UnicodeEncodeError, RecursionError, MemoryError):
        return None
    blocks = {}
    for block in found.blocks:
        try:
            blocks[block.line] = encode_statements(summarize(tree, block))
        except (UnreadableSource, UnicodeEncodeError, OverflowError, RecursionError, MemoryError):
            # Whoever reaches it lowers it again, and says what is wrong with it.
            continue
    imports: dict[tuple[str, int], list[str]] = {}
    for binding in found.imports:
        imports.setdefault((binding.submodule or binding.module, binding.level), []).append(binding.name)
    imports.update({star: [] for star in found.stars if star not in imports})
    return FileRead(digest(data), encoded, blocks, [(*key, names) for key, names in imports.items()])


def is_python(path: str) -> bool:
    """Tell whether the running Python can parse a file."""
    if _is_compiled(path):
        return True
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Building a symbol table takes two thirds of the time of building an `ast`, and refuses the same files.
            symtable.symtable(data, path, "exec")  # type: ignore[arg-type]
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        # Why it is refused is said by the outline of the file, which the caller asks for next.
        return False
    return True


def _is_compiled(path: str) -> bool:
    """Tell whether the running Python has compiled a file as it is: then it is Python, and need not be parsed.

    Python itself goes by the time and the size that stand in the compiled file (importlib, PEP 552), and so does this.
    """
    try:
        with open(importlib.util.cache_from_source(path), "rb") as stream:
            head = stream.read(16)
        found = os.stat(path)
    except (OSError, NotImplementedError):
        # The usual case: nothing has been compiled.
        return False
    time, size = int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF
    return head == importlib.util.MAGIC_NUMBER + bytes(4) + time.to_bytes(4, "little") + size.to_bytes(4, "little")
