"""Checks and applies fixes in turn, in memory, until there is nothing left to fix."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from holdfast_analyzer.fix.applying import CannotApply, applied, choose
from holdfast_analyzer.report import Report
from holdfast_rules.fixes import Safety
from holdfast_rules.rule import Finding

MOST_ROUNDS = 50
"""Rounds at most: each needs the last one's result only where fixes overlap or uncover one another."""

Check = Callable[[Mapping[str, bytes]], Report]
"""Checks, with some files' content given, and returns findings with their fixes."""


class Fixed(Struct, frozen=True):
    """What the rounds came to.

    Attributes:
        before: path → the content of each file that changes, as it is.
        after: path → as it will be.
        count: how many findings were fixed.
        refused: path → why its fixes could not be applied.
        unsafe: how many findings are left that an unsafe fix would mend.
    """

    before: dict[str, bytes]
    after: dict[str, bytes]
    count: int
    refused: dict[str, str]
    unsafe: int


def fixed(check: Check, wanted: Callable[[Finding], bool], *, with_unsafe: bool) -> Fixed:
    """Fix what can be fixed; nothing is written.

    Args:
        check: checks the files, with those that changed given.
        wanted: tells the findings that are to be fixed.
        with_unsafe: apply unsafe fixes, too.
    """
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    count = unsafe = 0
    news: set[tuple[str, str]] | None = None
    for _ in range(MOST_ROUNDS):
        report = check(after)
        found = [finding for finding in report.findings if finding.fix is not None and wanted(finding)]
        if news is None:
            news = {_identity(finding) for finding in report.findings if wanted(finding)}
        found = [finding for finding in found if _identity(finding) in news]
        open_fixes = [finding.fix for finding in found if finding.fix is not None]
        unsafe = sum(fix.safety is Safety.UNSAFE for fix in open_fixes)
        chosen = choose(
            fix
            for fix in open_fixes
            if (with_unsafe or fix.safety is Safety.SAFE) and not any(edit.path in refused for edit in fix.edits)
        )
        changed = False
        for path, edits in chosen.edits.items():
            data = after.get(path)
            try:
                if data is None:
                    data = before.setdefault(path, Path(path).read_bytes())
                after[path] = applied(path, data, edits)
                changed = True
                count += sum(any(edit.path == path for edit in fix.edits[:1]) for fix in chosen.fixes)
            except (CannotApply, OSError) as error:
                refused[path] = str(error)
        if not changed:
            break
    before = {path: before[path] for path in after}
    return Fixed(before, after, count, refused, unsafe)


def _identity(finding: Finding) -> tuple[str, str]:
    """Return what a finding keeps while other ones of its kind are fixed."""
    return finding.code, finding.fingerprint.partition("-")[0]


def write(fixes: Fixed) -> None:
    """Write the files, each whole or not at all; their modes stay, and a link stays one.

    Raises:
        OSError: a file cannot be written; the ones before it are.
    """
    from holdfast_analyzer.cache.blobs import write_whole

    for path, data in fixes.after.items():
        target = Path(path).resolve()
        mode = target.stat().st_mode
        write_whole(target, [data])
        os.chmod(target, mode)
