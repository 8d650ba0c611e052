"""What `holdfast replay` prints: each workflow that could not go on as it is found, then a table by function."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any, Final, Protocol

import msgspec

from holdfast.journal import Operation
from holdfast.replay import Outcome, Verdict

_COLUMNS: Final = {
    Outcome.OK: "ok",
    Outcome.STUCK: "would be stuck",
    Outcome.OTHER_END: "other end",
    Outcome.HAZARD: "not replayable",
    Outcome.UNENDING: "not replayable",
    Outcome.CODE_GONE: "not replayable",
}
_SAID: Final = {
    Outcome.STUCK: "would be stuck",
    Outcome.OTHER_END: "ends otherwise",
    Outcome.HAZARD: "stopped before an effect",
    Outcome.UNENDING: "not replayable",
    Outcome.CODE_GONE: "not replayable",
}


class Report(Protocol):
    """Takes verdicts as they come."""

    failed: int

    def add(self, verdict: Verdict) -> None:
        """Count `verdict`, and tell it unless it is `ok`."""

    def progress(self) -> str:
        """Return how far it is, in a few words."""

    def close(self) -> None:
        """Print the summary."""


class _Counts:
    """Verdicts by the workflows' functions.

    Attributes:
        failed: how many workflows could not go on.
    """

    def __init__(self) -> None:
        self.failed = 0
        self.replayed = 0
        self.functions: dict[str, Counter[str]] = {}
        # The code under replay may have its own idea of where output goes.
        self._out = sys.stdout

    def count(self, verdict: Verdict) -> None:
        self.replayed += 1
        self.failed += verdict.fails
        self.functions.setdefault(verdict.name, Counter())[_COLUMNS[verdict.outcome]] += 1

    def progress(self) -> str:
        return f"{self.replayed:,} replayed, {self.failed:,} could not go on"


class TextReport(_Counts):
    """For people."""

    def add(self, verdict: Verdict) -> None:
        self.count(verdict)
        if verdict.outcome is not Outcome.OK:
            said = _SAID[verdict.outcome]
            print(f"{verdict.id}  `{verdict.name}`, {verdict.state}", file=self._out)
            print(f"  {said}: {verdict.text}", file=self._out, flush=True)

    def close(self) -> None:
        if not self.replayed:
            print("there is no workflow to replay", file=self._out)
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False)
        table.add_column("workflow", overflow="fold")
        columns = list(dict.fromkeys(_COLUMNS.values()))
        for column in ("replayed", *columns):
            table.add_column(column, justify="right")
        for name in sorted(self.functions):
            counts = self.functions[name]
            numbers = [counts.total(), *(counts[column] for column in columns)]
            table.add_row(name, *(f"{number:,}" for number in numbers))
        if self.failed or any(counts.total() != counts["ok"] for counts in self.functions.values()):
            print(file=self._out)
        Console(file=self._out).print(table)
        end = f"{self.failed:,} could not go on" if self.failed else "all can go on"
        print(f"\n{self.replayed:,} replayed, {end}", file=self._out)


class JsonReport(_Counts):
    """For programs: one object, written as the verdicts come, a line for each workflow that is not `ok`."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False

    def add(self, verdict: Verdict) -> None:
        self.count(verdict)
        if verdict.outcome is not Outcome.OK:
            self._write(",\n" if self._begun else '{"workflows": [\n')
            self._begun = True
            self._write(msgspec.json.encode(_plain(verdict)).decode())

    def close(self) -> None:
        self._write("\n]," if self._begun else '{"workflows": [],')
        columns = dict.fromkeys(_COLUMNS.values())
        summary = {
            name: {"replayed": counts.total(), **{column.replace(" ", "_"): counts[column] for column in columns}}
            for name, counts in sorted(self.functions.items())
        }
        text = msgspec.json.encode(summary).decode()
        self._write(f'\n"summary": {text},\n"replayed": {self.replayed},\n"failed": {self.failed}}}\n')

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _plain(verdict: Verdict) -> dict[str, Any]:
    difference = verdict.difference
    return {
        "id": verdict.id,
        "name": verdict.name,
        "state": str(verdict.state),
        "version": verdict.version,
        "outcome": str(verdict.outcome).replace(" ", "_"),
        "fails": verdict.fails,
        "operations": verdict.operations,
        "reason": verdict.text,
        "difference": None
        if difference is None
        else {
            "key": difference.key,
            "what": difference.what,
            "expected": _operation(difference.expected),
            "found": _operation(difference.found),
        },
    }


def _operation(operation: Operation | None) -> dict[str, str] | None:
    if operation is None:
        return None
    return {
        "kind": operation.kind,
        "name": operation.name,
        "source": operation.source,
        "arguments": operation.digest.hex(),
    }
