"""The baseline: findings that a project knows and will see to later, so that only new ones fail a check.

It is one JSON file beside the project's settings, made to be reviewed in git: sorted, without line numbers, with the text of
the lines. A finding is known by its fingerprint (rule, function, construct, workflow), so that moved lines stay matched; where a
function or a file was renamed, by rule, construct and the text of its line.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from holdfast_analyzer.cache.blobs import write_whole
from holdfast_rules.rule import Finding

VERSION = 1
DEFAULT_FILE = "holdfast-baseline.json"
LONGEST_LINE = 160
"""Characters that are kept of a line's text: enough to know it by."""

LineOf = Callable[[str, int], str | None]
"""Returns a line's text by path and number; None where it cannot be had."""


class BadBaseline(Exception):
    """The file cannot be used; the message names it and says what to do."""


class Entry(Struct, frozen=True, kw_only=True):
    """Findings that are alike: the same construct in the same function.

    Attributes:
        path: relative to the project's root, with slashes.
        code: of the rule.
        name: of the rule.
        symbol: the construct.
        message: of the first of them, for whoever reads the file.
        fingerprint: without a number.
        count: how many there are.
        lines: the text of their lines, sorted.
    """

    path: str
    code: str
    name: str
    symbol: str
    message: str
    fingerprint: str
    count: int
    lines: tuple[str, ...]


class Baseline(Struct, frozen=True, kw_only=True):
    """All that a project knows of.

    Attributes:
        version: of this form.
        checked: the paths, relative to the project's root, that were checked when it was written.
        counts: code → number of findings.
        findings: sorted by path, code and fingerprint.
    """

    version: int = VERSION
    checked: tuple[str, ...] = (".",)
    counts: Mapping[str, int] = {}
    findings: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        """Return how many findings it knows."""
        return sum(entry.count for entry in self.findings)


class Compared(Struct, frozen=True, kw_only=True):
    """What a comparison found.

    Attributes:
        findings: all of them, the known ones marked.
        stale: entries, each with the count and lines of those that no finding matched.
    """

    findings: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def read_baseline(file: Path) -> Baseline:
    """Read a baseline.

    Raises:
        BadBaseline: the file is missing, or is none.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Baseline)
    except FileNotFoundError:
        raise BadBaseline(f"no baseline at `{file}`; `holdfast check --write-baseline` makes one") from None
    except OSError as error:
        raise BadBaseline(f"cannot read the baseline `{file}`: {(error.strerror or str(error)).lower()}") from error
    except msgspec.MsgspecError as error:
        raise BadBaseline(
            f"`{file}` is no baseline: {str(error)[:1].lower()}{str(error)[1:]}; write it anew with `--write-baseline`"
        ) from error
    if found.version != VERSION:
        raise BadBaseline(f"baseline `{file}` has version {found.version}, this holdfast reads version {VERSION}")
    return found


def write_baseline(baseline: Baseline, file: Path) -> None:
    """Write a baseline.

    Raises:
        BadBaseline: the file cannot be written.
    """
    encoded = msgspec.json.format(msgspec.json.encode(baseline), indent=2) + b"\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, [encoded])
    except OSError as error:
        raise BadBaseline(f"cannot write the baseline `{file}`: {(error.strerror or str(error)).lower()}") from error


def make_baseline(findings: Iterable[Finding], *, root: str, checked: Sequence[str], line_of: LineOf) -> Baseline:
    """Return the baseline that knows `findings`.

    Args:
        findings: those to know; suppressed ones are left out.
        root: the absolute folder of the project.
        checked: the paths that were checked, relative to the working directory or absolute.
        line_of: gives lines.
    """
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.suppressed is None:
            key = (_inside(finding.path, root), finding.code, _base(finding))
            alike.setdefault(key, []).append(finding)
    entries = [
        Entry(
            path=path,
            code=code,
            name=group[0].name,
            symbol=group[0].symbol,
            message=group[0].message,
            fingerprint=fingerprint,
            count=len(group),
            lines=tuple(sorted(_text(finding, line_of) for finding in group)),
        )
        for (path, code, fingerprint), group in sorted(alike.items())
    ]
    return _of(entries, tuple(sorted({_inside(path, root) for path in checked})))


def without(baseline: Baseline, stale: Iterable[Entry]) -> Baseline:
    """Return a baseline without what is stale."""
    gone = {_key(entry): entry for entry in stale}
    kept = []
    for entry in baseline.findings:
        less = gone.get(_key(entry))
        if less is None:
            kept.append(entry)
        elif less.count < entry.count:
            lines = tuple(sorted((Counter(entry.lines) - Counter(less.lines)).elements()))
            kept.append(msgspec.structs.replace(entry, count=entry.count - less.count, lines=lines))
    return _of(kept, baseline.checked)


def covers(baseline: Baseline, paths: Sequence[str], root: str) -> bool:
    """Return whether a check of `paths` sees all that the baseline's check saw: only then a missing finding is fixed."""
    seen = [_inside(path, root) for path in paths]
    return all(
        any(path == "." or known == path or known.startswith(f"{path}/") for path in seen) for known in baseline.checked
    )


def compare(baseline: Baseline, findings: Sequence[Finding], *, root: str, line_of: LineOf) -> Compared:
    """Mark the findings that a baseline knows.

    Args:
        baseline: what is known.
        findings: of a check, in the order of their places.
        root: the absolute folder of the project.
        line_of: gives lines.
    """
    known: set[int] = set()
    places = _Places(baseline.findings, root)
    open_ = [number for number, finding in enumerate(findings) if finding.suppressed is None]
    texts = {number: _text(findings[number], line_of) for number in open_}
    # The surest first: else a new finding could take the place of an old one.
    for match in (places.same_line, places.same_construct, places.moved):
        for number in open_:
            if number not in known and match(findings[number], texts[number]):
                known.add(number)
    marked = tuple(
        msgspec.structs.replace(finding, baselined=True) if number in known else finding
        for number, finding in enumerate(findings)
    )
    return Compared(findings=marked, stale=places.left())


class _Places:
    """What is left of a baseline's entries while findings take their places in it."""

    def __init__(self, entries: Sequence[Entry], root: str) -> None:
        self._root = root
        self._entries = entries
        self._count = [entry.count for entry in entries]
        self._lines = [Counter(entry.lines) for entry in entries]
        self._by_fingerprint: dict[str, list[int]] = {}
        self._by_construct: dict[tuple[str, str], list[int]] = {}
        for number, entry in enumerate(entries):
            self._by_fingerprint.setdefault(entry.fingerprint, []).append(number)
            self._by_construct.setdefault((entry.code, entry.symbol), []).append(number)

    def same_line(self, finding: Finding, text: str) -> bool:
        """Take a place of the same fingerprint and the same text."""
        return any(
            self._lines[number][text] > 0 and self._take(number, text)
            for number in self._by_fingerprint.get(_base(finding), ())
        )

    def same_construct(self, finding: Finding, text: str) -> bool:
        """Take a place of the same fingerprint: the line was edited, the construct is the same."""
        return any(self._take(number, "") for number in self._by_fingerprint.get(_base(finding), ()))

    def moved(self, finding: Finding, text: str) -> bool:
        """Take a place of the same construct and text in a function of another name, or in a file that is gone."""
        path = _inside(finding.path, self._root)
        for number in self._by_construct.get((finding.code, finding.symbol), ()):
            entry = self._entries[number]
            near = entry.path == path or not os.path.exists(os.path.join(self._root, entry.path))
            if near and self._lines[number][text] > 0 and self._take(number, text):
                return True
        return False

    def _take(self, number: int, text: str) -> bool:
        if not self._count[number]:
            return False
        self._count[number] -= 1
        if text:
            self._lines[number][text] -= 1
        else:
            left = next((line for line, count in sorted(self._lines[number].items()) if count > 0), None)
            if left is not None:
                self._lines[number][left] -= 1
        return True

    def left(self) -> tuple[Entry, ...]:
        """Return the entries with places that no finding took."""
        return tuple(
            msgspec.structs.replace(entry, count=count, lines=tuple(sorted(lines.elements())))
            for entry, count, lines in zip(self._entries, self._count, self._lines, strict=True)
            if count
        )


def _of(entries: Iterable[Entry], checked: tuple[str, ...]) -> Baseline:
    kept = tuple(entries)
    counts: Counter[str] = Counter()
    for entry in kept:
        counts[entry.code] += entry.count
    return Baseline(checked=checked, counts=dict(sorted(counts.items())), findings=kept)


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.path, entry.code, entry.fingerprint


def _base(finding: Finding) -> str:
    """Return a fingerprint without the number that tells it from equal ones."""
    return finding.fingerprint.partition("-")[0]


def _text(finding: Finding, line_of: LineOf) -> str:
    return " ".join((line_of(finding.path, finding.line) or "").split())[:LONGEST_LINE]


def _inside(path: str, root: str) -> str:
    """Return a path relative to the project's root, with slashes; "." for the root itself or a folder around it."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    return "." if set(relative.split("/")) <= {".."} else relative
