"""The dynamic half of `holdfast verify`: what run time sees of each workflow that some files declare."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from holdfast.declare import Workflow
from holdfast.errors import HoldfastError
from holdfast.guard import Interception
from holdfast.testing.discovering import workflows_in
from holdfast.testing.inputs import Given, stand_in_result, try_each
from holdfast.testing.recording import record
from holdfast.testing.replayable import examine
from holdfast.testing.report import NotReplayable

REPLAYS = "replays"
VIOLATED = "violated"
NOT_RUN = "not run"


class Seen(Struct, frozen=True):
    """A rule that a workflow broke at run time.

    Attributes:
        code: of the rule; "" for a difference that no rule accounts for.
        rule: its name.
        path: the file of the line that shows it; of the workflow where no line does.
        line: that line, from 1.
        how: what was intercepted, or in which world it differs and how.
        arguments: the call that shows it.
    """

    code: str
    rule: str
    path: str
    line: int
    how: str
    arguments: str


class Dynamic(Struct, frozen=True):
    """What run time says of one workflow.

    Attributes:
        path: its file, absolute.
        qualname: of its function.
        line: where it is defined.
        verdict: `replays`, `violated` or `not run`.
        reason: why it was not run.
        seen: the rules that it broke.
    """

    path: str
    qualname: str
    line: int
    verdict: str
    reason: str = ""
    seen: tuple[Seen, ...] = ()


def verdicts(paths: Sequence[Path], drawn: int, stub_steps: bool) -> list[Dynamic]:
    """Run every workflow that the files declare, and say what run time sees.

    Args:
        paths: Python files.
        drawn: how many arguments are drawn for a workflow without examples.
        stub_steps: run no step; draw their results from their annotations.
    """
    found: list[Dynamic] = []
    for path in paths:
        try:
            with _quiet():
                workflows = workflows_in(path)
        except Exception as error:
            reason = f"the file cannot be imported: {type(error).__name__}: {error}"
            found.append(Dynamic(str(path.resolve()), "", 0, NOT_RUN, reason))
            continue
        for workflow in workflows:
            with _quiet():
                found.append(_verdict(workflow, path, drawn, stub_steps))
    return found


def _verdict(workflow: Workflow[Any, Any], path: Path, drawn: int, stub_steps: bool) -> Dynamic:
    seen: dict[tuple[str, str, int], Seen] = {}

    def check(given: Given) -> None:
        for each in _seen(workflow, given, stub_steps):
            seen.setdefault((each.code, each.path, each.line), each)

    reason = ""
    try:
        try_each(workflow, check, drawn)
    except HoldfastError as error:
        reason = str(error)
    verdict = VIOLATED if seen else NOT_RUN if reason else REPLAYS
    code = workflow.function.__code__
    place = (str(path.resolve()), workflow.function.__qualname__, code.co_firstlineno)
    return Dynamic(*place, verdict, reason, tuple(seen.values()))


def _seen(workflow: Workflow[Any, Any], given: Given, stub_steps: bool) -> Iterator[Seen]:
    """Yield what one call of a workflow shows: first what the guard sees, then what differs in replays."""
    args, kwargs = given
    shown = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
    call = f"{workflow.function.__qualname__}({shown})"
    recording = record(workflow, args, kwargs, True, stand_in=stand_in_result if stub_steps else None, collects=True)
    try:
        for interception in recording.interceptions:
            yield _intercepted(interception, call)
        if recording.interceptions and recording.reason is not None:
            return  # it was stopped before an effect, so there is nothing to replay
        recording.guarded = False
        recording.interceptions.clear()
        failure = examine(recording, given, worlds=True)
    finally:
        recording.close()
    if failure is not None:
        yield _differing(failure, workflow, call)


def _intercepted(seen: Interception, call: str) -> Seen:
    return Seen(seen.code, seen.rule, seen.path, seen.line, f"intercepted `{seen.hazard}`", call)


def _differing(failure: NotReplayable, workflow: Workflow[Any, Any], call: str) -> Seen:
    path, _, line = failure.source.rpartition(":")
    code = workflow.function.__code__
    if not path or not Path(path).is_absolute():
        # Records keep the last folder of a path only, since hosts differ in the rest.
        path = code.co_filename if code.co_filename.endswith(path) else path
    expected, found = failure.difference.sides() if failure.difference is not None else ("", "")
    how = f"{failure.world}: expected {expected}; found {found}"
    return Seen(failure.code, failure.rule, path, int(line or code.co_firstlineno), how, call)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let what runs print and warn nothing: the command prints one table."""
    loggers = [logging.getLogger("holdfast.guard"), logging.getLogger("asyncio")]
    former = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        for logger, disabled in zip(loggers, former, strict=True):
            logger.disabled = disabled
