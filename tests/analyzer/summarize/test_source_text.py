"""A file's bytes become text and lines as Python itself reads them, or a clear error."""

import codecs

import pytest

from holdfast_analyzer.source import SourceText, UnreadableSource


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"x = '\xc3\xa9'\n", "x = 'é'\n", "utf-8"),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n", "utf-8"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", "# coding: utf-8\n", "utf-8"),
        (b"# -*- coding: latin-1 -*- \xe9\nx = '\xe9'\n", "# -*- coding: latin-1 -*- é\nx = 'é'\n", "iso8859-1"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'\n", None, "cp1252"),
        (b"\n\n# coding: latin-1\n", "\n\n# coding: latin-1\n", "utf-8"),
        (b"x = 1  # coding: latin-1\n", "x = 1  # coding: latin-1\n", "utf-8"),
        (b"x = 1\n# coding: latin-1\n", "x = 1\n# coding: latin-1\n", "utf-8"),
        (b"", "", "utf-8"),
    ],
)
def test_bytes_are_decoded_by_mark_or_cookie(data: bytes, text: str | None, encoding: str) -> None:
    source = SourceText.from_bytes("sample.py", data)
    assert source.encoding == encoding
    assert source.text == (text if text is not None else data.decode(encoding))


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"a = 1\nb = '\xff'\n", 2, "byte 0xff is not `utf-8`"),
        (b"a = 1\nb\0 = 2\n", 2, "null byte"),
        (codecs.BOM_UTF16_LE + "x = 1\n".encode("utf-16-le"), 1, "null byte"),
        (b"# coding: klingon\n", 1, "unknown encoding `klingon`"),
        (b"# coding: hex\n", 1, "unusable encoding `hex`"),
        (b"# coding: ascii\n\n'\xe9'\n", 3, "byte 0xe9 is not `ascii`"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(data: bytes, line: int, message: str) -> None:
    with pytest.raises(UnreadableSource, match=message) as caught:
        SourceText.from_bytes("sample.py", data)
    assert (caught.value.path, caught.value.line) == ("sample.py", line)


def test_text_with_a_null_character_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="null byte"):
        SourceText("sample.py", "x = 1\n\0")


@pytest.mark.parametrize(
    ("text", "newline", "lines"),
    [
        ("a\nb\n", "\n", ["a\n", "b\n"]),
        ("a\r\nb\r\n", "\r\n", ["a\n", "b\n"]),
        ("a\rb\r", "\r", ["a\n", "b\n"]),
        ("a\nb\r\nc", "\n", ["a\n", "b\n", "c"]),
        ("a\x0cb\u2028c\x0b\x1c\x85\n", "\n", ["a\x0cb\u2028c\x0b\x1c\x85\n"]),
        ("", "\n", []),
    ],
)
def test_lines_end_only_where_python_ends_them(text: str, newline: str, lines: list[str]) -> None:
    source = SourceText("sample.py", text)
    assert source.newline == newline
    assert source.line_count == len(lines)
    assert [source.lines(number, number) for number in range(1, len(lines) + 1)] == lines


def test_lines_beyond_the_end_are_the_last() -> None:
    assert SourceText("sample.py", "a\nb").lines(2, 9) == "b"
