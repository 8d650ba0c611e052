"""What an editor offers at a finding: its fix, and a comment that silences it."""

import os
from collections.abc import Callable, Iterable, Sequence

from lsprotocol import types

from holdfast_analyzer.fix.applying import choose
from holdfast_analyzer.ignore_comments import CannotIgnore, with_ignores
from holdfast_analyzer.language_server.positions import Positions
from holdfast_analyzer.source import SourceText
from holdfast_rules.fixes import Fix, Safety
from holdfast_rules.registry import rule
from holdfast_rules.rule import Finding

FIX_ALL = "source.fixAll.holdfast"
"""The kind of the action that applies every safe fix of a file."""
REASON = "say here why a replay survives this"
"""Stands in the comment for the user's own words: a reason is asked of everyone who silences a rule."""


def suppression(
    finding: Finding, data: bytes, positions: Positions, uri: Callable[[str], str], diagnostic: types.Diagnostic
) -> types.CodeAction | None:
    """Return the action that silences a finding by a comment; None where no comment can.

    Args:
        finding: what to silence.
        data: the content of its file, as the editor has it.
        positions: turns columns into the client's.
        uri: absolute path → URI as the client names the file.
        diagnostic: the finding as the client knows it.
    """
    if rule(finding.code).check_suppressions is not None:
        return None  # what is said of comments is no finding that a comment silences
    try:
        commented = with_ignores(finding.path, data, {finding.line: {finding.code}}, REASON)
    except CannotIgnore:
        return None  # there is nothing to offer, and no one has asked for it
    before, after = (
        SourceText.from_bytes(finding.path, content).text.split("\n") for content in (data, commented.data)
    )
    edits = [
        _line_edit(finding.path, number, before[number - 1], after[number - 1], positions) for number in commented.lines
    ]
    if not edits:
        return None
    return types.CodeAction(
        title=f"holdfast: ignore {finding.code} ({finding.name}) here",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        edit=types.WorkspaceEdit(changes={uri(finding.path): edits}),
    )


def fixing(
    fixes: Iterable[Fix], title: str, kind: str, positions: Positions, uri: Callable[[str], str]
) -> types.CodeAction | None:
    """Return the action that applies as many fixes as go together; None when there is nothing to apply.

    Args:
        fixes: what mends findings.
        title: what the user sees.
        kind: of the action.
        positions: turns columns into the client's.
        uri: absolute path → URI as the client names the file.
    """
    changes = {
        uri(os.path.abspath(path)): [
            types.TextEdit(
                positions.range(os.path.abspath(path), edit.line, edit.column, edit.end_line, edit.end_column),
                edit.text,
            )
            for edit in edits
        ]
        for path, edits in choose(fixes).edits.items()
    }
    return types.CodeAction(title=title, kind=kind, edit=types.WorkspaceEdit(changes=changes)) if changes else None


def mending(
    finding: Finding, fix: Fix, positions: Positions, uri: Callable[[str], str], diagnostic: types.Diagnostic
) -> types.CodeAction | None:
    """Return the action that applies a finding's fix; a safe one is preferred, so that one key applies it."""
    is_safe = fix.safety is Safety.SAFE
    title = f"holdfast: {fix.description}" + ("" if is_safe else " (workflows in flight may notice)")
    action = fixing([fix], title, types.CodeActionKind.QuickFix, positions, uri)
    if action is not None:
        action.diagnostics, action.is_preferred = [diagnostic], is_safe
    return action


def _line_edit(path: str, line: int, before: str, after: str, positions: Positions) -> types.TextEdit:
    """Return the edit of one line: only what differs from its first other character on."""
    same = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        min(len(before), len(after)),
    )
    return types.TextEdit(positions.range(path, line, same + 1, line, len(before) + 1), after[same:])


def asked_for(kinds: Sequence[str] | None, kind: str) -> bool:
    """Tell whether a client that asks for kinds of actions, None for all, asks for this one: `source` asks for `source.fixAll`."""
    return kinds is None or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in kinds)
