"""What the tests of queues share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from holdfast import Queue
from holdfast.declare.queue import forget_queue

MakeQueue = Callable[..., Queue]


@pytest.fixture
def make_queue() -> Iterator[MakeQueue]:
    """Declares queues that the engines of other tests do not hear of."""
    made: list[Queue] = []

    def make(name: str, **options: Any) -> Queue:
        made.append(Queue(name, **options))
        return made[-1]

    yield make
    for queue in made:
        forget_queue(queue.name)
