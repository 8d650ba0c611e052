"""`Guard`: what an engine does about the hazards that its workflows' code uses."""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, Literal, get_args

from holdfast.errors import GuardedHazard
from holdfast.execution.scope import Branch, scope
from holdfast.guard.interception import Interception
from holdfast_rules.effect import Effect
from holdfast_rules.hazards.catalogue import Catalogue
from holdfast_rules.registry import rule

Mode = Literal["off", "warn", "raise"]
"""What a guard does when it sees a hazard."""

_LIBRARY: Final = re.compile(r"^<frozen|/lib/python3\.\d+/(?!site-packages)|/holdfast(_rules)?/")
_log: Final = logging.getLogger("holdfast.guard")


class Guard:
    """Watches workflow code, and nothing else: no step, no transaction, no code beside it.

    Args:
        mode: `warn` logs each place once for a workflow, to the logger `holdfast.guard`; `raise` parks the workflow as
            stuck, from which it goes on once its code is mended; `off` installs nothing.
        report: called with each interception, in the thread that runs the workflow; in either mode, before the warning
            or the error, once for a place and a workflow.

    Attributes:
        mode: as given.
        seen: every interception, and how often.
    """

    def __init__(self, mode: Mode = "warn", report: Callable[[Interception], None] | None = None) -> None:
        if mode not in get_args(Mode):
            raise ValueError(f"a guard is `off`, `warn` or `raise`, not {mode!r}")
        self.mode: Mode = mode
        self.seen: Counter[Interception] = Counter()
        self._report = report

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """Judge a call (a profile function)."""
        branch = scope.get()
        if event != "c_call" or type(branch) is not Branch:
            return
        if _LIBRARY.search(frame.f_code.co_filename):
            return
        name = f"{argument.__module__}.{argument.__qualname__}"
        catalogue = Catalogue.default()
        for hazard in catalogue.lookup(name):
            if hazard.effect in (Effect.NUMERIC_DRIFT, Effect.DYNAMIC):
                continue
            found = rule(hazard.effect.value)
            interception = Interception(
                found.code,
                found.name,
                catalogue.canonical(name),
                frame.f_code.co_filename,
                frame.f_lineno,
                frame.f_code.co_qualname,
                branch.execution.workflow.name,
                found.summary,
                found.remedy,
            )
            self.take(branch, interception)

    def take(self, branch: Branch, interception: Interception) -> None:
        """Do what the mode says about an interception."""
        self.seen[interception] += 1
        if self.seen[interception] == 1:
            if self._report is not None:
                self._report(interception)
            if self.mode == "warn":
                _log.warning("%s", interception)
        if self.mode == "raise":
            raise branch.execution.close(GuardedHazard(interception))

    def watched(self, effect: Any) -> Any:
        """Return an effect that runs workflow code under this guard."""
        return effect if self.mode == "off" else _Watched(self, effect)


class _Watched:
    def __init__(self, guard: Guard, effect: Any) -> None:
        self._guard = guard
        self._effect = effect

    def run(self) -> Any:
        former = sys.getprofile()
        sys.setprofile(self._guard.profile)
        try:
            return self._effect.run()
        finally:
            sys.setprofile(former)

    async def arun(self) -> Any:
        return await self._effect.arun()
