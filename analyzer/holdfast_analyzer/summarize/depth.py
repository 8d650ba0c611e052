"""Refuses text that nests so deep, or chains so long, that the parser would not come back from it."""

import re

from holdfast_analyzer.source import UnreadableSource

# Measured with libcst 1.9: its parser takes up to 8 KiB of stack for each open bracket, and time in proportion to the
# square or cube of the length of a chain: 1,000 terms `a + a` 0.4 s, 500 calls `.a()` 0.4 s, 1,000 of them 3.5 s,
# 200 nested calls 0.6 s, 1,000 of them 12 s. These limits hold for a stack of 8 MiB and keep an expression under about a
# second.
DEEPEST_BRACKETS = 200
LONGEST_CHAIN = 1_000
LONGEST_ELIF_CHAIN = 3_000
_SHORT_ENOUGH = 600

_NOT_CODE = re.compile(
    r"\#[^\n]*"
    r"|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'"
    r"|\"(?:[^\"\\\n]|\\.)*\"|\'(?:[^\'\\\n]|\\.)*\'",
    re.DOTALL,
)
_OPENING, _CLOSING, _LINKS, _ENDS = b"([{", b")]}", b".+-*/%@&|^~<>=!:", b",;\n"
_DROPPED = bytes(set(range(256)) - set(_OPENING + _CLOSING + _LINKS + _ENDS))
_OPERATOR_WORDS = ("and", "or", "not", "in", "is", "if", "else", "lambda", "await", "yield", "for")
_WORDS = re.compile(rf"\b(?:{'|'.join(_OPERATOR_WORDS)})\b")
_BRANCH = re.compile(r"^([ \t\f]*)(if|elif)\b", re.MULTILINE)


class TooDeep(UnreadableSource):
    """Code that nests deeper, or chains longer, than the parser can follow."""


def refuse_too_deep(path: str, text: str, line: int) -> None:
    """Check text before it is parsed.

    Args:
        path: the file, for the message.
        text: what is to be parsed.
        line: the line of the file that the text begins at.

    Raises:
        TooDeep: brackets nest deeper than `DEEPEST_BRACKETS`, an expression chains more than `LONGEST_CHAIN` operators,
            dots and calls, or an `if` has more than `LONGEST_ELIF_CHAIN` branches.
    """
    if len(text) < _SHORT_ENOUGH:
        return
    code = _NOT_CODE.sub("", text)
    deepest, longest = _extent(code)
    if deepest > DEEPEST_BRACKETS:
        raise TooDeep(path, line, f"brackets nest {deepest} deep here; more than {DEEPEST_BRACKETS} cannot be analysed")
    # Counting parts of words too is many times faster than finding the words, and enough for almost every text.
    if longest <= LONGEST_CHAIN and sum(map(code.count, _OPERATOR_WORDS)) > LONGEST_CHAIN:
        _, longest = _extent(_WORDS.sub(".", code))
    if longest > LONGEST_CHAIN:
        raise TooDeep(
            path, line, f"an expression here chains {longest} operators; more than {LONGEST_CHAIN} cannot be analysed"
        )
    if text.count("elif") > LONGEST_ELIF_CHAIN and (branches := _longest_elif_chain(text)) > LONGEST_ELIF_CHAIN:
        raise TooDeep(path, line, f"{branches} `elif` in a row; more than {LONGEST_ELIF_CHAIN} cannot be analysed")


def _extent(code: str) -> tuple[int, int]:
    """The deepest nesting of brackets, and the most links of one expression, a nested one not counted with it."""
    deepest = longest = links = 0
    outer: list[int] = []
    for mark in code.replace("\\\n", "").encode("utf-8", "replace").translate(None, _DROPPED):
        if mark in _LINKS:
            links += 1
        elif mark in _OPENING:
            outer.append(links + 1)
            links = 0
            if len(outer) > deepest:
                deepest = len(outer)
        elif mark in _CLOSING:
            if links > longest:
                longest = links
            # A stray closing bracket stands in a nested f-string.
            links = outer.pop() if outer else 0
        elif mark != 10 or not outer:
            if links > longest:
                longest = links
            links = 0
    return deepest, max(longest, links, *outer, 0)


def _longest_elif_chain(text: str) -> int:
    branches: dict[str, int] = {}
    longest = 0
    for indent, word in _BRANCH.findall(text):
        branches[indent] = branches.get(indent, 0) + 1 if word == "elif" else 0
        longest = max(longest, branches[indent])
    return longest
