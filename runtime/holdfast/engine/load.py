"""How much there is to do, how busy the executors are, and which of them has which code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from holdfast.states import State
from holdfast.store.administration import ExecutorRow

if TYPE_CHECKING:
    from holdfast.engine.core import Core


class Offers(msgspec.Struct):
    """What an executor tells of itself."""

    names: list[str]
    versions: list[str]
    any_version: bool
    concurrency: int

    def include(self, name: str, version: str | None) -> bool:
        """Whether the executor claims a workflow, as the claim's statement decides it."""
        return version in self.versions or (name in self.names and (version is None or self.any_version))


_OFFERS = msgspec.json.Decoder(Offers)


@dataclass(frozen=True, slots=True)
class ExecutorLoad:
    """An executor whose lease runs.

    Attributes:
        id: in the database.
        name: for people.
        running: workflows that run there.
        concurrency: how many may; None when it has not told yet.
        started_at: when it was launched.
    """

    id: str
    name: str
    running: int
    concurrency: int | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """The workflows of a queue that have not ended.

    Attributes:
        queue: its name.
        states: how many are in each state.
        oldest_wait: seconds since the longest queued one could have begun.
    """

    queue: str
    states: dict[State, int]
    oldest_wait: float


@dataclass(frozen=True, slots=True)
class Load:
    """What an autoscaler asks for.

    Attributes:
        queues: by name.
        executors: whose leases run.
        queued: workflows that could begin now.
        oldest_wait: seconds that the longest of them has waited.
        running: workflows under way.
        slots: how many may run at once on all executors.
        utilisation: `running` by `slots`, from 0 to 1; None without executors.
    """

    queues: list[QueueLoad]
    executors: list[ExecutorLoad]
    queued: int
    oldest_wait: float
    running: int
    slots: int
    utilisation: float | None


@dataclass(frozen=True, slots=True)
class VersionWork:
    """A version of a workflow that has work which has not ended.

    Attributes:
        name: of the workflow's function.
        version: of its code; None when any will do.
        states: how many workflows are in each state.
        oldest_at: when the first of them was started.
        executors: names of the live executors that run it; without one, nobody will.
    """

    name: str
    version: str | None
    states: dict[State, int]
    oldest_at: datetime
    executors: list[str]


def offers_of(row: ExecutorRow) -> Offers | None:
    """Return what an executor has told of itself."""
    return None if row.offers is None else _OFFERS.decode(row.offers)


def load(core: Core) -> Load:
    """Return the load; see `Client.load`."""
    core.require_open()
    queues: dict[str, QueueLoad] = {}
    waits: dict[str, float] = {}
    for each in core.store.administration.load():
        found = queues.setdefault(each.queue, QueueLoad(each.queue, {}, 0.0))
        found.states[State(each.state)] = each.count
        if each.state == State.QUEUED:
            waits[each.queue] = max(0.0, each.wait)
    listed = [QueueLoad(name, found.states, waits.get(name, 0.0)) for name, found in sorted(queues.items())]
    executors = []
    for row in core.store.administration.executors():
        told = offers_of(row)
        started = datetime.fromtimestamp(row.started, UTC)
        executors.append(
            ExecutorLoad(row.id, row.name, row.running, None if told is None else told.concurrency, started)
        )
    running = sum(each.states.get(State.RUNNING, 0) for each in listed)
    slots = sum(each.concurrency or 0 for each in executors)
    return Load(
        queues=listed,
        executors=executors,
        queued=sum(each.states.get(State.QUEUED, 0) for each in listed),
        oldest_wait=max(waits.values(), default=0.0),
        running=running,
        slots=slots,
        utilisation=min(1.0, running / slots) if slots else None,
    )


def versions(core: Core) -> list[VersionWork]:
    """Return the versions with work; see `Client.versions`."""
    core.require_open()
    told = [(row.name, offers) for row in core.store.administration.executors() if (offers := offers_of(row))]
    found: dict[tuple[str, str | None], tuple[dict[State, int], list[float]]] = {}
    for each in core.store.administration.versions():
        states, oldest = found.setdefault((each.name, each.version), ({}, []))
        states[State(each.state)] = each.count
        oldest.append(each.oldest)
    return [
        VersionWork(
            name=name,
            version=version,
            states=states,
            oldest_at=datetime.fromtimestamp(min(oldest), UTC),
            executors=sorted({executor for executor, offers in told if offers.include(name, version)}),
        )
        for (name, version), (states, oldest) in found.items()
    ]
