"""What the guard has seen: plain data, for a log line, an error, a test or a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interception:
    """A hazard that workflow code used.

    Attributes:
        code: of the rule: `DUR101`.
        rule: its name: `wall-clock`.
        hazard: canonical dotted name of what was used: `datetime.datetime.now`; of a variable for `DUR401`.
        path: the file of the line that used it, absolute.
        line: that line, from 1; 0 where there is none.
        function: qualified name of the function that holds it.
        workflow: name of the workflow whose code it is.
        message: what the hazard does to a replay, as `holdfast check` words it.
        remedy: what to do instead.
        chain: from the workflow to the line, as far as the stack shows it: (path, line, function).
    """

    code: str
    rule: str
    hazard: str
    path: str
    line: int
    function: str
    workflow: str
    message: str
    remedy: str
    chain: tuple[tuple[str, int, str], ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.code} {self.rule}: {self.message} ({self.path}:{self.line}, in `{self.function}` of workflow"
            f" `{self.workflow}`); {self.remedy}"
        )
