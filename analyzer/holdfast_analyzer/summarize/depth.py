"""Refuses text that nests so deep, or chains so long, that the parser would not come back from it."""

import re

from ..source import UnreadableSource

# libcst's parser needs stack in proportion to the depth of brackets, and time in proportion to the square and more of the
# length of a chain. The limits stand well above what people and code generators write, and keep the parse of one
# statement to a few seconds; benchmarks are in the tests of this package.
DEEPEST_BRACKETS = 200
LONGEST_CHAIN = 1_000
LONGEST_ELIF_CHAIN = 5_000
_SHORT_ENOUGH = 400

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'"""
    r"""|\"(?:[^\"\\\n]|\\.)*\"|\'(?:[^\'\\\n]|\\.)*\')"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[\n;])|(?P<separator>,)"""
    r"""|(?P<link>\.|[-+*/%@&|^~<>=!:]+|\b(?:and|or|not|in|is|if|else|lambda|await|yield)\b)""",
    re.DOTALL,
)


class TooDeep(UnreadableSource):
    """Code that nests deeper, or chains longer, than the parser can follow."""


def refuse_too_deep(path: str, text: str, line: int) -> None:
    """Check text before it is parsed.

    Args:
        path: the file, for the message.
        text: what is to be parsed.
        line: the line of the file that the text begins at.

    Raises:
        TooDeep: brackets nest deeper than `DEEPEST_BRACKETS`, one expression has more than `LONGEST_CHAIN` operators, dots
            and calls, or `elif`s more than `LONGEST_ELIF_CHAIN`.
    """
    if len(text) < _SHORT_ENOUGH:
        return
    if text.count("elif") > LONGEST_ELIF_CHAIN:
        raise TooDeep(path, line, f"more than {LONGEST_ELIF_CHAIN} `elif` in one statement")
    links = [0]
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            links[-1] += 1
            links.append(0)
            if len(links) > DEEPEST_BRACKETS + 1:
                raise TooDeep(path, _line(text, line, token), f"brackets nest deeper than {DEEPEST_BRACKETS}")
        elif kind == "close":
            if len(links) > 1:
                links.pop()
        elif kind == "link":
            links[-1] += 1
            if links[-1] > LONGEST_CHAIN:
                raise TooDeep(path, _line(text, line, token), f"an expression chains more than {LONGEST_CHAIN} operators")
        elif kind == "separator" or (kind == "end" and len(links) == 1):
            links[-1] = 0


def _line(text: str, line: int, token: re.Match[str]) -> int:
    return line + text.count("\n", 0, token.start())
