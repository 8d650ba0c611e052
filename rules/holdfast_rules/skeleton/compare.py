"""What differs between two skeletons, besides what a patch keeps away from runs that began before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

from holdfast_rules.skeleton.line import DEPRECATE, ELSE, IF, LEAVE, PATCH, WITH_PATCH, WITHOUT_PATCH, Line


class Changed(StrEnum):
    """How an operation differs."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    REORDERED = "reordered"
    """it runs before or after others that it followed or preceded"""
    MOVED = "moved"
    """it stands in other loops, branches or handlers"""


class Change(Struct, frozen=True, kw_only=True):
    """One difference.

    Attributes:
        how: its kind.
        before: the operation as it was, None if it is new.
        after: as it is, None if it is gone.
        was_after: the operation before which nothing stood between it and `before`; None at the beginning.
        is_after: the same for `after`; for an operation that is gone: the one after which it stood.
        near: where to look in the new code: `after`, else the nearest operation that is left, None if there is none.
    """

    how: Changed
    before: Line | None = None
    after: Line | None = None
    was_after: Line | None = None
    is_after: Line | None = None
    near: Line | None = None


class _Node(Struct):
    line: Line
    inside: list[_Node]


class _Operation(Struct):
    """An operation with the blocks around it."""

    line: Line
    around: tuple[str, ...]

    @property
    def key(self) -> tuple[tuple[str, ...], str]:
        return self.around, self.line.text


def compared(old: Sequence[Line], new: Sequence[Line]) -> tuple[Change, ...]:
    """Return what a replay of runs that the old code began would meet differently in the new code.

    New patches are taken as not applying to those runs, deprecated ones as applying to all.

    Args:
        old: the skeleton at the base.
        new: the skeleton now.

    Returns:
        The changes in the order of the new code.
    """
    asked = {line.name for line in old if line.word == PATCH}
    settled = {line.name for line in (*old, *new) if line.word == DEPRECATE}
    fresh = {line.name for line in new if line.word == PATCH} - asked - settled
    before = list(_operations(_decided(_tree(old), frozenset(), settled)))
    after = list(_operations(_decided(_tree(new), fresh, settled)))
    if [operation.key for operation in before] == [operation.key for operation in after]:
        return ()
    return tuple(_Differences(before, after).changes())


def _tree(lines: Sequence[Line]) -> list[_Node]:
    top: list[_Node] = []
    open_blocks: list[list[_Node]] = [top]
    for line in lines:
        del open_blocks[line.depth + 1 :]
        node = _Node(line, [])
        open_blocks[-1].append(node)
        open_blocks.append(node.inside)
    return top


def _decided(nodes: Sequence[_Node], fresh: frozenset[str] | set[str], settled: set[str]) -> list[_Node]:
    """Return a tree as a run without the `fresh` patches, and with the `settled` ones, meets it."""
    kept: list[_Node] = []
    skip_else = takes_else = False
    for node in nodes:
        line = node.line
        if line.word in (PATCH, DEPRECATE) and line.name in (fresh | settled):
            continue
        inside = _decided(node.inside, fresh, settled)
        if line.word == ELSE and skip_else:
            skip_else = False
            if takes_else:
                kept += inside
                if _leaves(inside):
                    break
            continue
        skip_else = False
        wanted, name = _patch_of(line)
        if name in fresh or name in settled:
            taken = wanted is (name in settled)
            skip_else, takes_else = True, not taken
            if taken:
                kept += inside
                if _leaves(inside):
                    break
            continue
        kept.append(_Node(line, inside))
    return kept


def _patch_of(line: Line) -> tuple[bool, str]:
    """Return whether a block runs with or without a patch, and its name; "" if none decides."""
    if line.word != IF:
        return False, ""
    if line.name.startswith(WITHOUT_PATCH):
        return False, line.name.removeprefix(WITHOUT_PATCH)
    return True, line.name.removeprefix(WITH_PATCH) if line.name.startswith(WITH_PATCH) else ""


def _leaves(nodes: Sequence[_Node]) -> bool:
    return any(node.line.word == LEAVE for node in nodes)


def _operations(nodes: Sequence[_Node], around: tuple[str, ...] = ()) -> Iterator[_Operation]:
    for node in nodes:
        if node.line.is_operation:
            yield _Operation(node.line, around)
        yield from _operations(node.inside, (*around, node.line.text))


class _Differences:
    """Aligns two sequences of operations, and tells what kind of difference each one is."""

    def __init__(self, before: list[_Operation], after: list[_Operation]) -> None:
        self.before = before
        self.after = after
        self.gone: list[int] = []
        self.new: list[int] = []
        self.pairs: dict[int, tuple[int, Changed]] = {}
        self.counterpart: dict[int, int] = {}

    def changes(self) -> Iterator[Change]:
        """Yield the changes in the order of the new code, what is gone where it stood."""
        matcher = SequenceMatcher(
            None, [one.key for one in self.before], [one.key for one in self.after], autojunk=False
        )
        hunks = []
        for tag, first, last, new_first, new_last in matcher.get_opcodes():
            if tag == "equal":
                self.counterpart.update(zip(range(first, last), range(new_first, new_last), strict=True))
            else:
                hunks.append((list(range(first, last)), list(range(new_first, new_last))))
                self.gone += range(first, last)
                self.new += range(new_first, new_last)
        self.pair_same_operations()
        for gone, new in hunks:
            self.pair_renamed(gone, new)
        found = [(number, self.paired(number)) for number in sorted(self.pairs)]
        found += [(number, self.added(number)) for number in self.new]
        found += [(self.place_of(number), self.removed(number)) for number in self.gone]
        yield from (change for _, change in sorted(found, key=lambda pair: pair[0]))

    def pair_same_operations(self) -> None:
        """Pair what is gone here and new there: it has moved, in the order or into other blocks."""
        for number in list(self.new):
            same = [old for old in self.gone if self.before[old].line.text == self.after[number].line.text]
            if same:
                old = next((old for old in same if self.before[old].around == self.after[number].around), same[0])
                stayed = self.before[old].around == self.after[number].around
                self.pair(old, number, Changed.REORDERED if stayed else Changed.MOVED)

    def pair_renamed(self, gone: Sequence[int], new: Sequence[int]) -> None:
        """Pair what is gone and new at the same place and of the same kind, in order: it has another name."""
        for number in new:
            for old in gone:
                if number not in self.new or old not in self.gone:
                    continue
                before, after = self.before[old], self.after[number]
                if before.around == after.around and before.line.word == after.line.word:
                    self.pair(old, number, Changed.RENAMED)

    def pair(self, old: int, number: int, how: Changed) -> None:
        self.pairs[number] = (old, how)
        self.gone.remove(old)
        self.new.remove(number)
        if how is Changed.RENAMED:
            self.counterpart[old] = number

    def paired(self, number: int) -> Change:
        old, how = self.pairs[number]
        line = self.after[number].line
        return Change(
            how=how,
            before=self.before[old].line,
            after=line,
            was_after=self.line_before(self.before, old),
            is_after=self.line_before(self.after, number),
            near=line,
        )

    def added(self, number: int) -> Change:
        line = self.after[number].line
        return Change(how=Changed.ADDED, after=line, is_after=self.line_before(self.after, number), near=line)

    def removed(self, old: int) -> Change:
        place = self.place_of(old)
        near = self.after[place].line if place >= 0 else self.after[0].line if self.after else None
        before = self.line_before(self.before, old)
        return Change(how=Changed.REMOVED, before=self.before[old].line, was_after=before, is_after=before, near=near)

    def place_of(self, old: int) -> int:
        """Return the number of the operation that now stands where, or before where, an old one stood; -1 at the beginning."""
        return next((self.counterpart[number] for number in range(old, -1, -1) if number in self.counterpart), -1)

    @staticmethod
    def line_before(operations: Sequence[_Operation], number: int) -> Line | None:
        return operations[number - 1].line if number else None
