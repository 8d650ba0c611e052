"""Every operation of a store, and a database with a bit of everything to do them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from holdfast import State
from holdfast.store import Checkpoint, Entry, Selection, Start, Store, Turn
from holdfast.store.attachments import Attachment, Emission, Message, Publication, Receipt
from holdfast.store.queues import Limits
from holdfast.store.schedules import ScheduleRow

NOW: Final = 1_800_000_000.25


def start(id: str, state: State = State.RUNNING, executor: str | None = "me", queue: str = "default") -> Entry:
    running = state is State.RUNNING
    row = Start(
        id=id,
        name="unit",
        version="v1",
        state=state,
        queue=queue,
        priority=0,
        input=b"[]",
        digest=b"digest",
        executor=executor if running else None,
        epoch=1 if running else 0,
        created=NOW,
        seed=id,
        parent="run" if id == "child" else None,
    )
    return Entry(id, row.epoch, start=row)


def checkpoint(id: str, key: str, attachment: Attachment | None = None) -> Entry:
    return Entry(
        id,
        1,
        checkpoint=Checkpoint(key, "step", "s", b"d", b"1", None, NOW, NOW + 0.5, 1, "a.py:1"),
        attachment=attachment,
    )


def turn(id: str, state: State, **options: Any) -> Entry:
    return Entry(id, 1, turn=Turn(state, **options))


def arrange(store: Store) -> None:
    """Put a bit of everything into an empty database."""
    store.heartbeat("me", "me", "host/1", 3600.0)
    store.heartbeat("dead", "dead", "host/2", -1.0)
    ids = ("run", "child", "wait", "done", "failed", "stuck", "other")
    store.commit([start(id) for id in ids] + [start("lost", executor="dead")], False)
    store.commit(
        [start("q1", State.QUEUED), start("q2", State.QUEUED), start("limited", State.QUEUED, queue="l")], False
    )
    store.commit(
        [
            *(checkpoint(id, "0") for id in ids),
            turn("wait", State.WAITING, delay=-1.0),
            turn("done", State.SUCCEEDED, output=b"1"),
            turn("failed", State.FAILED, error=b"e"),
            turn("stuck", State.STUCK, reason="r"),
        ],
        False,
    )
    store.messaging.deliver([Message("run", "m", "t", b"1", b"d")])
    store.queues.declare("l", Limits(concurrency=1))
    store.schedules.put(schedule("s"))


def schedule(name: str, cron: str = "* * * * *") -> ScheduleRow:
    return ScheduleRow(
        name=name,
        cron=cron,
        timezone="UTC",
        workflow="unit",
        input=b"[]",
        catch_up="1",
        queue="default",
        priority=0,
        paused=False,
        next_at=NOW,
        last_at=None,
    )


def commits(*entries: Callable[[], Entry]) -> Callable[[Store, bool], object]:
    return lambda store, again: store.commit([each() for each in entries], again)


def records(store: Store, again: bool) -> None:
    """What a `@transaction` does: its effect and its checkpoint; who is cut off looks whether it was committed."""
    if again and any(each.key == "9" for each in store.load(["run"])["run"]):
        return
    with store.transaction() as opened:
        opened.connection.execute("INSERT INTO kept VALUES (1)")
        record = checkpoint("run", "9").checkpoint
        assert record is not None
        assert opened.record("run", 1, record)


def receives(store: Store, again: bool) -> None:
    for number, _ in store.messaging.inbox("run", "t", 0, 1):
        store.commit([checkpoint("run", "1", Receipt(number))], again)


def claims_from_queue(store: Store, again: bool) -> None:
    while store.queues.claim("me", "l", ["unit"], ["v1"], False, 10).blocked:
        pass  # somebody holds its lock, and it has waited for a while


def imports(store: Store, again: bool) -> None:
    exported = store.administration.export("done")
    assert exported is not None
    exported["workflow"] |= {"id": "imported"}
    store.administration.import_(exported)


OPERATIONS: Final[dict[str, Callable[[Store, bool], object]]] = {
    "commit a start": commits(lambda: start("new")),
    "commit a queued start": commits(lambda: start("new", State.QUEUED)),
    "commit a checkpoint": commits(lambda: checkpoint("run", "1")),
    "commit many checkpoints": commits(lambda: checkpoint("run", "1"), lambda: checkpoint("other", "1")),
    "commit a turn": commits(lambda: turn("run", State.SUCCEEDED, output=b"2")),
    "commit a suspension": commits(lambda: turn("other", State.WAITING, signals=0)),
    "commit a child's end": commits(
        lambda: checkpoint("child", "1"), lambda: turn("child", State.SUCCEEDED, output=b"2", parent="run")
    ),
    "commit a life": commits(
        lambda: start("new"), lambda: checkpoint("new", "0"), lambda: turn("new", State.FAILED, error=b"e")
    ),
    "commit a new run": commits(lambda: turn("run", State.QUEUED, input=b"[1]", seed="run#1")),
    "commit a message": commits(lambda: checkpoint("other", "1", Message("wait", "n", "t", b"2", b"d", "other"))),
    "commit a value": commits(lambda: checkpoint("other", "1", Publication("v", b"2"))),
    "commit items": commits(
        lambda: checkpoint("other", "1", Emission("s", b"2")), lambda: checkpoint("run", "1", Emission("s", b"3"))
    ),
    "commit a receipt": receives,
    "a transaction": records,
    "heartbeat": lambda store, again: store.heartbeat("me", "me", "host/1", 3600.0),
    "enter": lambda store, again: store.heartbeat("new", "new", "host/1", 3600.0),
    "retire": lambda store, again: store.retire("me"),
    "processes": lambda store, again: store.processes(),
    "expire": lambda store, again: store.expire(["me"]),
    "take over": lambda store, again: store.take_over(20),
    "promote": lambda store, again: store.promote(10),
    "claim": lambda store, again: store.claim("me", "default", ["unit"], ["v1"], False, 10),
    "notify": lambda store, again: store.queued("queued"),
    "owned": lambda store, again: store.owned("me"),
    "load": lambda store, again: store.load(["run"]),
    "rows": lambda store, again: store.rows(["run"]),
    "now": lambda store, again: store.now(),
    "select": lambda store, again: store.select(Selection()),
    "cancel": lambda store, again: store.cancel(["run"], True),
    "resume": lambda store, again: store.resume("failed", "v2", ["0"]),
    "fork": lambda store, again: store.fork("done", "new", ["0"], "v2"),
    "deliver": lambda store, again: store.messaging.deliver([Message("wait", "n", "t", b"2", b"d")]),
    "inbox": lambda store, again: store.messaging.inbox("run", "t", 0, 10),
    "value": lambda store, again: store.messaging.value("run", "v"),
    "watch": lambda store, again: store.messaging.watch("run", "v", "other"),
    "items": lambda store, again: store.messaging.items("run", "s", 0, 10),
    "prune": lambda store, again: store.administration.prune(NOW * 2, (0.0, ""), None, 100),
    "offer": lambda store, again: store.administration.offer("me", "{}"),
    "versions": lambda store, again: store.administration.versions(),
    "executors": lambda store, again: store.administration.executors(),
    "load by queue": lambda store, again: store.administration.load(),
    "import": imports,
    "declare a queue": lambda store, again: store.queues.declare("n", Limits(concurrency=2)),
    "change a queue": lambda store, again: store.queues.change("l", Limits(concurrency=3)),
    "pause a queue": lambda store, again: store.queues.pause("l", True),
    "status of queues": lambda store, again: store.queues.status(),
    "queues that are known": lambda store, again: store.queues.known(),
    "queues with work": lambda store, again: store.queues.with_work(),
    "the holder of a key": lambda store, again: store.queues.holder("l", "key"),
    "put a schedule": lambda store, again: store.schedules.put(schedule("n")),
    "change a schedule": lambda store, again: store.schedules.put(schedule("s", "0 * * * *")),
    "schedules that are known": lambda store, again: store.schedules.known(),
    "schedules that are due": lambda store, again: store.schedules.due(),
    "advance a schedule": lambda store, again: store.schedules.advance(schedule("s"), NOW + 60.0, NOW),
    "pause a schedule": lambda store, again: store.schedules.pause("s", True, NOW + 60.0),
    "delete a schedule": lambda store, again: store.schedules.delete("s"),
    "values": lambda store, again: store.messaging.values("run"),
    "claim from a queue": claims_from_queue,
}
