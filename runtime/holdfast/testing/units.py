"""The determinism test of one workflow, with whatever arguments there are for it."""

from __future__ import annotations

from typing import Any

from holdfast.declare import Workflow
from holdfast.testing.inputs import Given, try_each
from holdfast.testing.replayable import prove


def prove_unit(workflow: Workflow[Any, Any], drawn: int, stub_steps: bool = False) -> None:
    """Fail unless a workflow replays with each of its examples; without any, with arguments that Hypothesis draws.

    Args:
        workflow: the workflow.
        drawn: how many arguments to draw.
        stub_steps: run no step; draw their results from their annotations.

    Raises:
        NotReplayable: it does not, with the smallest arguments for which that was found.
        CannotDraw: there are no examples, and no arguments can be made up.
        DoesNotEnd: it does not end with an example.
    """

    def check(given: Given) -> None:
        prove(workflow, *given, stub_steps=stub_steps)

    try_each(workflow, check, drawn)
