"""When and how often a failed step is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff with full jitter, as in Marc Brooker, "Exponential Backoff And Jitter", AWS 2015.

    Holdfast keeps its own twenty lines instead of a retry library, since those sleep by themselves, in sync or in
    async code; here one schedule serves both, and the wait must end early when the engine drains.

    Attributes:
        attempts: how often the step is tried in all, at least 1.
        first: seconds before the second attempt, at most; jitter takes the wait from between half of it and all of it.
        factor: by which the wait grows with each attempt.
        most: seconds that a wait never exceeds.
        on: exceptions that are worth another attempt; others fail the step at once.
    """

    attempts: int = 3
    first: float = 0.5
    factor: float = 2.0
    most: float = 60.0
    on: tuple[type[Exception], ...] = (Exception,)

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"`Retry(attempts={self.attempts})` never runs the step; give at least 1")
        if self.first < 0 or self.factor <= 0 or self.most < 0:
            raise ValueError("`Retry` needs `first` and `most` of at least 0 and a `factor` above 0")

    def again(self, attempt: int, error: Exception) -> bool:
        """Whether to try once more after `attempt` attempts, the last of which raised `error`."""
        return attempt < self.attempts and isinstance(error, self.on)

    def delay(self, attempt: int, chance: float | None = None) -> float:
        """Return the seconds to wait after `attempt` attempts; `chance` between 0 and 1 takes the place of luck."""
        whole = min(self.most, self.first * self.factor ** (attempt - 1))
        return whole * (0.5 + 0.5 * (random.random() if chance is None else chance))


ONCE = Retry(attempts=1)
"""No second attempt."""
