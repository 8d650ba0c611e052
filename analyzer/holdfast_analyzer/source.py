"""The text of a source file, decoded and split into lines as Python does it."""

import codecs
import re
from hashlib import blake2b
from itertools import accumulate

_NEWLINES = ("\r\n", "\r", "\n")
_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")
_BLANK_LINE = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")


class UnreadableSource(Exception):
    """A file, or a part of it, that cannot be read as Python source.

    Attributes:
        path: the file as it was named to the analyzer.
        line: where reading failed, from 1.
        message: what is wrong there, lowercase, without a full stop.
    """

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


def digest(data: bytes) -> bytes:
    """The 16 bytes by which the content of a file is known again.

    Args:
        data: the whole content.
    """
    return blake2b(data, digest_size=16).digest()


class SourceText:
    """A file's text, with line ends as `\\n` whatever the file has, so that lines and columns are Python's own.

    Attributes:
        path: the file as it was named to the analyzer.
        text: the decoded text, without byte order mark, every line end a `\\n`.
        encoding: the codec that decoded it.
        newline: the file's own first line end, to write it back with.
    """

    __slots__ = ("_starts", "encoding", "newline", "path", "text")

    def __init__(self, path: str, text: str, *, encoding: str = "utf-8") -> None:
        """Take text that is decoded already.

        Args:
            path: how the file is named in messages.
            text: its text, with any line ends.
            encoding: the codec that it came from.

        Raises:
            UnreadableSource: the text holds a null character, which Python refuses.
        """
        null = text.find("\0")
        if null >= 0:
            raise UnreadableSource(path, text.count("\n", 0, null) + 1, "source holds a null byte")
        self.newline = "\n"
        if "\r" in text:
            self.newline = min(_NEWLINES, key=lambda newline: text.find(newline) % (len(text) + 1))
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.path = path
        self.encoding = encoding
        self.text = text
        self._starts: list[int] | None = None

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> "SourceText":
        """Decode a file's bytes by its byte order mark or its PEP 263 cookie, else as UTF-8.

        Args:
            path: how the file is named in messages.
            data: the whole content of the file.

        Returns:
            The text of the file.

        Raises:
            UnreadableSource: an unknown encoding, bytes that it cannot decode, or a null byte.
        """
        null = data.find(b"\0")
        if null >= 0:
            raise UnreadableSource(path, data.count(b"\n", 0, null) + 1, "source holds a null byte")
        marked = data.startswith(codecs.BOM_UTF8)
        if marked:
            data = data[len(codecs.BOM_UTF8) :]
        encoding = "utf-8" if marked else _encoding(path, data)
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = (
                f"byte 0x{data[error.start]:02x} is not `{encoding}`; save the file as UTF-8 or declare its encoding"
            )
            raise UnreadableSource(path, line, message) from error
        except (LookupError, UnicodeError) as error:
            # Codecs such as `hex` turn bytes into bytes, or refuse the whole.
            raise UnreadableSource(path, 1, f"unusable encoding `{encoding}`; save the file as UTF-8") from error
        return cls(path, text, encoding=encoding)

    @property
    def starts(self) -> list[int]:
        """The offset of each line's first character, and at the end that of a line after the last."""
        if self._starts is None:
            self._starts = line_starts(self.text)
        return self._starts

    @property
    def line_count(self) -> int:
        """How many lines the text has; an empty one after the last line end does not count."""
        return len(self.starts) - 1 - (not self.text or self.text.endswith("\n"))

    def lines(self, line: int, end_line: int) -> str:
        """Whole lines, with their line ends.

        Args:
            line: the first, from 1.
            end_line: the last, included; beyond the end of the file it means the last one.
        """
        starts = self.starts
        return self.text[starts[line - 1] : starts[min(end_line, len(starts) - 1)]]


def line_starts(text: str) -> list[int]:
    """The offset of each line of a text whose line ends are `\\n`, and one past its end.

    Form feeds and the separators of Unicode end no line in Python, hence no `str.splitlines`.
    """
    return list(accumulate([len(line) + 1 for line in text.split("\n")], initial=0))


def _encoding(path: str, data: bytes) -> str:
    # PEP 263: the cookie stands in a comment on the first line, or on the second if the first is blank or a comment.
    first = _COOKIE.match(data)
    if first is None:
        blank = _BLANK_LINE.match(data)
        first = _COOKIE.match(data, blank.end()) if blank else None
    if first is None:
        return "utf-8"
    name = first.group(1).decode("ascii")
    try:
        codec = codecs.lookup(name)
    except LookupError as error:
        raise UnreadableSource(path, 1, f"unknown encoding `{name}`; declare one that Python knows") from error
    return "utf-8" if codec.name in ("utf-8", "utf-8-sig") else codec.name
