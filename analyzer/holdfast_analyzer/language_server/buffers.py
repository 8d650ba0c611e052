"""What the editor holds and the disk does not."""

import codecs
import os
from collections.abc import Iterable
from pathlib import Path

from pygls import uris
from pygls.workspace import TextDocument

from holdfast_analyzer.source import SourceText, UnreadableSource

PYTHON = (".py", ".pyw", ".pyi")


def path_of(uri: str) -> str | None:
    """Return the absolute path of a Python file by its URI; None for what is no Python file, such as a notebook's cell."""
    if uris.uri_scheme(uri) != "file":
        return None
    path = uris.to_fs_path(uri)
    return os.path.abspath(path) if path is not None and path.endswith(PYTHON) else None


def encoded(path: str, text: str) -> bytes:
    """Return a buffer as bytes that decode to it again, whatever encoding its first lines declare."""
    data = text.encode("utf-8", "replace")
    try:
        declared = SourceText.from_bytes(path, data).encoding
    except UnreadableSource:
        declared = ""  # one that does not exist, or cannot decode this
    # The mark counts for more than a declaration.
    return data if declared == "utf-8" else codecs.BOM_UTF8 + data


def is_on_disk(path: str, text: str) -> bool:
    """Tell whether the file on disk holds this text, whatever its encoding and line ends."""
    try:
        data = Path(path).read_bytes()
        return data == text.encode("utf-8", "replace") or _plain(path, data) == _plain(path, encoded(path, text))
    except OSError:
        return False  # it is not there yet, or the check will tell why it cannot be read
    except UnreadableSource:
        return False


def unsaved(documents: Iterable[TextDocument]) -> dict[str, bytes]:
    """Return path → content of the Python files whose buffers differ from the disk."""
    found: dict[str, bytes] = {}
    for document in documents:
        path = path_of(document.uri)
        if path is not None and not is_on_disk(path, document.source):
            found[path] = encoded(path, document.source)
    return found


def _plain(path: str, data: bytes) -> str:
    return SourceText.from_bytes(path, data).text
