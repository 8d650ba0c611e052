"""Who starts a workflow without an argument gets what its default was when the module was imported."""

import time

from holdfast import step, workflow


@step
def send(at: float, cents: int) -> None: ...


@workflow
def late(at: float = time.time(), cents: int = 100) -> None:  # finds DUR405
    send(at, cents)


@workflow
def plain(at: float = 0.0, cents: int = 100) -> None:
    send(at, cents)
