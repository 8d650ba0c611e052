"""`NotReplayable`: what a determinism test says when a workflow does not go the same way again."""

from __future__ import annotations

from typing import Any

from holdfast.guard import Interception
from holdfast.testing.trace import Difference
from holdfast_rules.registry import rule as rule_of


class NotReplayable(AssertionError):
    """A replay of the workflow goes another way than its first run, or it used what cannot be replayed.

    Attributes:
        workflow: its name.
        arguments: what it was run with, (args, kwargs).
        code: of the rule that it breaks, such as `DUR101`; "" where no rule accounts for the difference.
        rule: the rule's name.
        remedy: what to do instead.
        world: where it showed, in words.
        difference: the first operation, or the end, that differs; None when the guard saw the hazard before.
        interception: what the guard saw, if that is it.
        source: `file:line` of the line of code that shows it.
    """

    def __init__(
        self,
        workflow: str,
        arguments: tuple[tuple[Any, ...], dict[str, Any]],
        code: str,
        world: str,
        difference: Difference | None = None,
        interception: Interception | None = None,
        defined: str = "",
    ) -> None:
        self.workflow = workflow
        self.arguments = arguments
        self.code = code
        self.world = world
        self.difference = difference
        self.interception = interception
        known = rule_of(code) if code else None
        self.rule = known.name if known is not None else ""
        self.remedy = interception.remedy if interception is not None else known.remedy if known is not None else ""
        self.source = _source(difference, interception) or defined
        super().__init__(self._text())

    def __reduce__(self) -> tuple[Any, ...]:
        given = (
            self.workflow,
            self.arguments,
            self.code,
            self.world,
            self.difference,
            self.interception,
            self.source,
        )
        return type(self), given

    def _text(self) -> str:
        args, kwargs = self.arguments
        given = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
        heading = f"{self.code} {self.rule}: " if self.code else ""
        if self.interception is not None:
            seen = self.interception
            lines = [f"{heading}`{seen.hazard}` in workflow code: {seen.message}"]
        else:
            lines = [f"{heading}workflow `{self.workflow}` does not replay"]
        lines.append(f"  input     {self.workflow.rpartition('.')[2]}({given})")
        lines.append(f"  world     {self.world}")
        if self.difference is not None:
            expected, found = self.difference.sides()
            lines.append(f"  operation {self.difference.key or 'the end'}")
            lines.append(f"  expected  {expected}")
            lines.append(f"  found     {found}")
        if self.source:
            lines.append(f"  line      {self.source}")
        if self.remedy:
            lines.append(f"  remedy    {self.remedy}")
        if self.code:
            lines.append(f"  rule      holdfast rule {self.code}")
        return "\n".join(lines)


def _source(difference: Difference | None, interception: Interception | None) -> str:
    if interception is not None:
        return f"{interception.path}:{interception.line}"
    return difference.source if difference is not None else ""
