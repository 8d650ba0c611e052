"""What one check of a project hands to the next in the same process: facts as objects, and what rules said of them."""

from collections.abc import Sequence

from holdfast_rules.facts import UnitFacts
from holdfast_rules.rule import Rule, Violation


class Remembered:
    """Facts that need no decoding and no judging again, as long as each check meets them.

    Rules are pure functions of facts, and facts that are stored alike are alike, so nothing here can be out of date.
    """

    def __init__(self) -> None:
        self._facts: dict[bytes, Sequence[UnitFacts]] = {}
        self._met: dict[bytes, Sequence[UnitFacts]] = {}
        self._said: dict[int, dict[str, Sequence[Violation]]] = {}

    def begin_run(self) -> None:
        """Begin another check: what the last one did not meet is forgotten."""
        self._facts, self._met = self._met, {}
        held = {id(unit) for units in self._facts.values() for unit in units}
        self._said = {number: said for number, said in self._said.items() if number in held}

    def units(self, blob: bytes) -> Sequence[UnitFacts] | None:
        """Return the facts that were made of a stored blob."""
        known = self._facts.get(blob)
        if known is not None:
            self._met[blob] = known
        return known

    def keep(self, blob: bytes, units: Sequence[UnitFacts]) -> None:
        """Remember the facts that were made of a stored blob."""
        self._met[blob] = units
        for unit in units:
            self._said[id(unit)] = {}

    def violations(self, rule: Rule, facts: UnitFacts) -> Sequence[Violation]:
        """Return what one of Holdfast's own rules says of facts."""
        assert rule.check is not None
        said = self._said.get(id(facts))
        if said is None:
            return list(rule.check(facts))
        if rule.code not in said:
            said[rule.code] = list(rule.check(facts))
        return said[rule.code]
