"""What the durable operations of workflows are compared to, and the facts that come of it (rule 601)."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct

from holdfast_rules.change.step_sequence_changed import WORKFLOW_REMOVED, WORKFLOW_RENAMED
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import Frame, SequenceChange, Span, Unit, UnitFacts
from holdfast_rules.manifest import Manifest
from holdfast_rules.skeleton import Change, Line, as_text, compared, from_text


class BaseUnit(Struct, frozen=True, kw_only=True):
    """A workflow as it was.

    Attributes:
        id: `pkg.module:qualname`.
        name: under which it was recorded.
        engine: short name of its engine.
        version: that its author gave it, or "".
        path: where it was defined, as findings name it; "" when that is not known.
        skeleton: its durable operations.
    """

    id: str
    name: str
    engine: str
    version: str
    path: str = ""
    skeleton: tuple[Line, ...]


class Base(Struct, frozen=True, kw_only=True):
    """What is compared to.

    Attributes:
        title: how findings name it: the revision, or the manifest's path.
        units: the workflows that there were.
    """

    title: str
    units: tuple[BaseUnit, ...]

    @classmethod
    def of_manifest(cls, manifest: Manifest, title: str, shown: Callable[[str], str]) -> "Base":
        """Return a base that a manifest keeps.

        Args:
            manifest: of an earlier check.
            title: names the base.
            shown: path of a file in the manifest → how findings name it.
        """
        return cls(
            title=title,
            units=tuple(
                BaseUnit(
                    id=unit.id,
                    name=unit.name,
                    engine=unit.engine,
                    version=unit.version,
                    path=shown(unit.path) if unit.path else "",
                    skeleton=from_text(unit.skeleton),
                )
                for unit in manifest.units
            ),
        )

    @classmethod
    def of_facts(cls, facts: Iterable[UnitFacts], title: str, shown: Callable[[str], str]) -> "Base":
        """Return a base that an analysis has found out.

        Args:
            facts: of its units, with skeletons.
            title: names the base.
            shown: path of a file then → how findings name it.
        """
        return cls(
            title=title,
            units=tuple(
                BaseUnit(
                    id=found.unit.id,
                    name=found.name,
                    engine=found.unit.engine,
                    version=found.version,
                    path=shown(found.unit.path),
                    skeleton=tuple(
                        msgspec.structs.replace(line, path=shown(line.path)) if line.path else line
                        for line in found.skeleton
                    ),
                )
                for found in facts
            ),
        )


class Comparison:
    """Compares the workflows of a check to a base.

    Args:
        base: what to compare to.
        profiles: the engines that are checked.
        covers: tells of an old unit whether the check would have seen it, were it still there.
    """

    def __init__(self, base: Base, profiles: Iterable[Profile], covers: Callable[[BaseUnit], bool]) -> None:
        self._base = base
        self._profiles = {profile.name: profile for profile in profiles}
        self._covers = covers
        self.removed: frozenset[Unit] = frozenset()
        """The units that are there no more and have facts all the same."""

    def applied(self, facts: Sequence[UnitFacts]) -> list[UnitFacts]:
        """Return facts with what differs from the base; for a workflow that is gone there is a unit of its own."""
        left = dict(enumerate(self._base.units))
        matches: dict[int, BaseUnit] = {}
        for identity in IDENTITIES:
            known: dict[tuple[object, ...], list[int]] = {}
            for key, unit in left.items():
                known.setdefault(identity(unit), []).append(key)
            for number, found in enumerate(facts):
                same = known.get(identity(found)) if number not in matches else None
                if same:
                    matches[number] = left.pop(same.pop(0))
        renamed = self._renamed(facts, matches, left)
        result = []
        for number, found in enumerate(facts):
            changes: list[SequenceChange] = []
            if number in matches:
                changes = [*self._changes(found, matches[number])]
            elif number in renamed:
                changes = [self._fact(found.unit, WORKFLOW_RENAMED, found.name, before=renamed[number].name)]
            result.append(msgspec.structs.replace(found, facts=(*found.facts, *changes)) if changes else found)
        gone = [unit for unit in left.values() if unit.engine in self._profiles and self._covers(unit)]
        removed = [self._removed(unit) for unit in gone]
        self.removed = frozenset(found.unit for found in removed)
        return [*result, *removed]

    @staticmethod
    def _renamed(
        facts: Sequence[UnitFacts], matches: dict[int, BaseUnit], left: dict[int, BaseUnit]
    ) -> dict[int, BaseUnit]:
        """Return the new workflows that do what one does that is gone, which they take out of `left`."""
        found: dict[int, BaseUnit] = {}
        for number, unit in enumerate(facts):
            if number in matches or not unit.skeleton:
                continue
            for key, old in list(left.items()):
                if old.engine == unit.unit.engine and _without_module(old) == _without_module(unit):
                    found[number] = left.pop(key)
                    break
        return found

    def _changes(self, found: UnitFacts, old: BaseUnit) -> Iterable[SequenceChange]:
        if old.version != found.version:
            return  # runs of the old version never meet this code
        for change in compared(old.skeleton, found.skeleton):
            line = change.after or change.before
            assert line is not None
            yield self._fact(found.unit, change.how.value, line.text, change=change)

    def _fact(
        self, unit: Unit, how: str, operation: str, *, before: str = "", change: Change | None = None
    ) -> SequenceChange:
        root = Frame(unit.path, unit.line, unit.column, unit.id, unit.id.rpartition(":")[2].rpartition(".")[2])
        near = change.near if change is not None else None
        at = Span(unit.path, unit.line, unit.column, unit.line, unit.column + len("def"))
        chain: tuple[Frame, ...] = (root,)
        if near is not None and near.path:
            at = Span(near.path, *near.at)
            chain = (root, Frame(near.path, near.at[0], near.at[1], near.function, near.shown))
        if change is None:
            return SequenceChange(
                at=at, function=unit.id, chain=chain, how=how, operation=operation, before=before, base=self._base.title
            )
        old = change.before
        return SequenceChange(
            at=at,
            function=near.function if near is not None and near.path else unit.id,
            chain=chain,
            how=how,
            operation=operation,
            before=old.text if old is not None else "",
            was_after=change.was_after.text if change.was_after is not None else "",
            is_after=change.is_after.text if change.is_after is not None else "",
            base=self._base.title,
            base_at=f"{old.path}:{old.at[0]}" if old is not None and old.path else "",
        )

    def _removed(self, old: BaseUnit) -> UnitFacts:
        path = old.path or f"{old.id.partition(':')[0].replace('.', '/')}.py"
        unit = Unit(id=old.id, engine=old.engine, path=path, line=1, column=1)
        fact = self._fact(unit, WORKFLOW_REMOVED, old.name or old.id)
        return UnitFacts(unit=unit, profile=self._profiles[old.engine], facts=(fact,), calls=0, resolved=0)


def _without_module(unit: BaseUnit | UnitFacts) -> list[str]:
    """Return a skeleton without the name of the workflow's own module: steps may have moved together with it."""
    id = unit.unit.id if isinstance(unit, UnitFacts) else unit.id
    own = f" {id.partition(':')[0]}."
    return [text.replace(own, " ") for text in as_text(unit.skeleton)]


Identity = Callable[[BaseUnit | UnitFacts], tuple[object, ...]]


def _id_and_path(unit: BaseUnit | UnitFacts) -> tuple[object, ...]:
    return (*_id(unit), unit.unit.path if isinstance(unit, UnitFacts) else unit.path)


def _id_and_skeleton(unit: BaseUnit | UnitFacts) -> tuple[object, ...]:
    return (*_id(unit), as_text(unit.skeleton))


def _id(unit: BaseUnit | UnitFacts) -> tuple[object, ...]:
    return (unit.unit.engine, unit.unit.id) if isinstance(unit, UnitFacts) else (unit.engine, unit.id)


def _name(unit: BaseUnit | UnitFacts) -> tuple[object, ...]:
    return (unit.unit.engine, unit.name) if isinstance(unit, UnitFacts) else (unit.engine, unit.name)


IDENTITIES: tuple[Identity, ...] = (_id_and_path, _id_and_skeleton, _id, _name)
"""What makes two workflows the same, the surest first: scripts of one name in several folders have one id."""
