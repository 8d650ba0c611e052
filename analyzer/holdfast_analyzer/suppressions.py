"""Comments that silence findings: which there are, what each covers, and which findings they silence."""

import io
import re
import tokenize
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from holdfast_analyzer.statements import Statements
from holdfast_rules.facts import Frame, Span, Suppression
from holdfast_rules.rule import Finding, Suppressed

HINT = re.compile(r"holdfast\s*:\s*ignore|noqa\s*:.*DUR\d", re.IGNORECASE)
"""Cheap search over the text: a file without a hit has no suppression, and is not tokenized."""

HOLDFAST = re.compile(r"#\s*holdfast\s*:\s*ignore(?:\[(?P<codes>[^\]]*)\])?(?![\w\[-])(?P<reason>[^#]*)", re.IGNORECASE)
"""`# holdfast: ignore[DUR101, DUR102] reason`, also behind another comment."""

NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)(?P<reason>[^#]*)", re.IGNORECASE)
"""`# noqa: E501, DUR101`, as flake8 reads it. A bare `# noqa` is flake8's alone."""

CODE = re.compile(r"DUR\d{3}")


class Directive(Struct, frozen=True, kw_only=True):
    """A suppression comment and what it covers.

    Attributes:
        at: the place of the comment.
        codes: the codes that it names; empty for all.
        reason: the text behind it, or "".
        first: the first line that it covers: of the statement, or of the function when it stands on a `def`.
        last: the last line that it covers.
    """

    at: Span
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int

    def covers(self, code: str, path: str, line: int) -> bool:
        """Return whether a finding of rule `code` with this line in its chain is silenced."""
        return self.at.path == path and self.first <= line <= self.last and (not self.codes or code in self.codes)


def parse_suppressions(text: str, path: str) -> tuple[Directive, ...]:
    """Return the suppression comments of a file, in order. Text in strings is no comment.

    A comment covers the whole statement when it stands on its first or last line, and the whole function when that
    statement is a `def`. In a file that cannot be parsed it covers its own line.

    Args:
        text: the file's text.
        path: as findings name it.
    """
    if not HINT.search(text):
        return ()
    found = []
    statements: Statements | None = None
    for line, column, comment in _comments(text):
        parsed = _parse_comment(comment)
        if parsed is None:
            continue
        if statements is None:
            statements = Statements(text)
        codes, reason = parsed
        first, last = statements.around(line)
        at = Span(path=path, line=line, column=column, end_line=line, end_column=column + len(comment))
        found.append(Directive(at=at, codes=codes, reason=reason, first=first, last=last))
    return tuple(found)


def _parse_comment(comment: str) -> tuple[tuple[str, ...], str] | None:
    """Return the codes and the reason of a suppression comment, or None for any other comment."""
    own = HOLDFAST.search(comment)
    if own is not None:
        codes = tuple(code.strip().upper() for code in (own["codes"] or "").split(",") if code.strip())
        return codes, own["reason"].strip(" \t:-—")
    noqa = NOQA.search(comment)
    codes = tuple(CODE.findall(noqa["codes"].upper())) if noqa is not None else ()
    if noqa is not None and codes:
        return codes, noqa["reason"].strip(" \t:-—")
    return None


def _comments(text: str) -> Iterable[tuple[int, int, str]]:
    """Yield line (from 1), column (from 1) and text of each comment; stop at the first thing that is no Python."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1] + 1, token.string
    except (tokenize.TokenError, SyntaxError):
        # The file's own error is reported by whoever parses it; the comments up to there still count.
        return


class Suppressions:
    """The suppression comments of a check; remembers which of them silenced something."""

    def __init__(self, directives: Iterable[Directive]) -> None:
        """Take the comments of all files of the check."""
        self._by_path: dict[str, list[Directive]] = {}
        self._used: dict[Directive, set[str]] = {}
        for directive in directives:
            self._by_path.setdefault(directive.at.path, []).append(directive)
            self._used[directive] = set()

    def silence(self, code: str, path: str, line: int, chain: Sequence[Frame]) -> Suppressed | None:
        """Return where and why a finding is silenced, or None; each comment that covers it counts as used.

        Args:
            code: the rule's code.
            path: of the hazard, as the comments' `at` names it.
            line: of the hazard, from 1.
            chain: from the unit's definition to the hazard.

        Returns:
            The comment nearest to the hazard.
        """
        places = [(path, line), *((frame.path, frame.line) for frame in reversed(chain))]
        nearest: Directive | None = None
        for place, at_line in dict.fromkeys(places):
            for directive in self._by_path.get(place, ()):
                if directive.covers(code, place, at_line):
                    self._used[directive].add(code)
                    nearest = nearest or directive
        if nearest is None:
            return None
        return Suppressed(nearest.at.path, nearest.at.line, nearest.reason)

    def results(self) -> tuple[Suppression, ...]:
        """Return every comment with the codes that it silenced: what the rules about suppressions judge."""
        return tuple(
            Suppression(at=directive.at, codes=directive.codes, reason=directive.reason, used=tuple(sorted(used)))
            for directive, used in self._used.items()
        )


def apply(
    findings: Iterable[Finding], directives: Iterable[Directive]
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """Mark the findings that a comment silences.

    Args:
        findings: as the rules gave them.
        directives: the comments of every file that any chain passes through.

    Returns:
        The findings in their order, `suppressed` set where a comment covers the hazard or a call of its chain; and
        the comments with the codes that each silenced.
    """
    suppressions = Suppressions(directives)
    marked = []
    for finding in findings:
        silenced = suppressions.silence(finding.code, finding.path, finding.line, finding.chain)
        marked.append(finding if silenced is None else msgspec.structs.replace(finding, suppressed=silenced))
    return tuple(marked), suppressions.results()
