"""Every operation of the store, its connection cut at every exchange on either side of the server: repeated, it has been done once.

The invariant is the same for all: what is in the database after a cut and a repetition is what would be there without the
cut. Below, whole engines under all of that at once, judged by what came out.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pytest
from cutting_proxy import CuttingProxy, Side
from postgres_server import PostgresServer
from psycopg import sql

import holdfast
from holdfast import Engine, State, StoreUnavailable, step, transaction, workflow
from holdfast.store import Checkpoint, Entry, Selection, Start, Store, Turn, open_store
from holdfast.store.attachments import Attachment, Emission, Message, Publication, Receipt
from holdfast.store.queues import Limits

NOW: Final = 1_800_000_000.25
SECONDS = min(20.0, float(os.environ.get("HOLDFAST_CRASH_SECONDS", "20")))
_TIMES: Final = {"timestamp with time zone"}
_END_SESSIONS: Final = sql.SQL(
    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = 'holdfast'"
)
"""What a server that shuts down does to its clients."""


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


def commits(*entries: Callable[[], Entry]) -> Callable[[Store, bool], object]:
    return lambda store, again: store.commit([each() for each in entries], again)


def records(store: Store, again: bool) -> None:
    """What a `@transaction` does: its effect and its checkpoint; who is cut off looks whether it was committed."""
    if again and any(each.key == "9" for each in store.load(["run"])["run"]):
        return
    with store.transaction() as opened:
        opened.connection.execute("INSERT INTO holdfast.kept VALUES (1)")
        record = checkpoint("run", "9").checkpoint
        assert record is not None
        assert opened.record("run", 1, record)


def receives(store: Store, again: bool) -> None:
    ((number, _),) = store.messaging.inbox("run", "t", 0, 1) or [(None, b"")]
    if number is not None:
        store.commit([checkpoint("run", "1", Receipt(number))], again)


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
    "receive": receives,
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
    "claim from a queue": lambda store, again: store.queues.claim("me", "l", ["unit"], ["v1"], False, 10),
}


class Bench:
    """A database behind the proxy, and what a test does with it."""

    def __init__(self, url: str, proxy: CuttingProxy) -> None:
        parts = urlsplit(url)
        self.proxy = proxy
        self.direct = psycopg.connect(url, autocommit=True, application_name="test")
        secret = f":{parts.password}" if parts.password else ""
        self.url = f"postgresql://{parts.username}{secret}@127.0.0.1:{proxy.port}{parts.path}?sslmode=disable&options=-csynchronous_commit%3Doff"
        self.store = open_store(self.url)
        self.store.open()
        self.store.migrate()
        self.direct.execute("CREATE TABLE holdfast.kept (value int)")
        self.direct.execute("CREATE TABLE holdfast.ledger (workflow text, number int)")
        self._tables = {
            str(name): [str(column) for column in columns]
            for name, columns in self.direct.execute(
                "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
                " WHERE table_schema = 'holdfast' AND table_name <> 'migration' AND data_type <> ALL(%s)"
                # A signal that is given once more wakes a workflow that finds nothing new, and waits on.
                " AND column_name <> ALL('{number,signals}') GROUP BY table_name",
                (list(_TIMES),),
            )
        }

    def clear(self) -> None:
        """Empty the database."""
        tables = [sql.Identifier("holdfast", name) for name in self._tables]
        self.direct.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(name) for name in tables))

    def refill(self) -> None:
        """Empty the database and arrange it anew."""
        self.clear()
        self.store.close()
        arrange(self.store)

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything but times."""
        return {
            name: sorted(
                self.direct.execute(
                    sql.SQL("SELECT {} FROM {}").format(
                        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier("holdfast", name)
                    )
                ).fetchall(),
                key=repr,
            )
            for name, columns in self._tables.items()
        }

    def close(self) -> None:
        self.store.close()
        self.direct.close()


@pytest.fixture(scope="module")
def bench(postgres_server: PostgresServer) -> Iterator[Bench]:
    """One for all tests of this file: a new database for each would take longer than they do."""
    url = postgres_server.url(postgres_server.create_database())
    parts = urlsplit(url)
    assert parts.hostname
    with CuttingProxy(parts.hostname, parts.port or 5432) as proxy:
        made = Bench(url, proxy)
        yield made
        made.close()


PASSES_OVER = ("prune",)
"""What skips rows that the session whose connection was cut still holds; the next one takes them."""


def repeated(bench: Bench, operation: Callable[[Store, bool], object]) -> None:
    """Do an operation as an engine does: again until it is done."""
    for attempt in range(5):
        try:
            operation(bench.store, attempt > 0)
        except StoreUnavailable:
            continue
        return
    raise AssertionError("it was not done in 5 attempts")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_cut_operation_is_done_once(bench: Bench, name: str) -> None:
    operation = OPERATIONS[name]
    bench.refill()
    bench.proxy.arm(None)
    operation(bench.store, False)
    exchanges, expected = bench.proxy.exchanges, bench.contents()
    assert exchanges >= 1
    sides: tuple[Side, ...] = ("before", "after")
    for at in range(exchanges):
        for side in sides:
            bench.refill()
            bench.proxy.arm(at, side)
            repeated(bench, operation)
            bench.proxy.arm(None)
            deadline = time.monotonic() + 5
            while name in PASSES_OVER and bench.contents() != expected and time.monotonic() < deadline:
                operation(bench.store, True)
            assert bench.contents() == expected, f"cut {side} exchange {at} of {exchanges}"
    # How many packets carry a pipeline is for the kernel to say, so the last cut may find nothing left.
    assert bench.proxy.cuts >= exchanges


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_on_a_session_that_the_server_has_ended_is_done_once(
    bench: Bench, name: str, postgres_server: PostgresServer
) -> None:
    bench.refill()
    OPERATIONS[name](bench.store, False)
    expected = bench.contents()
    bench.refill()
    postgres_server.execute(_END_SESSIONS)
    repeated(bench, OPERATIONS[name])
    assert bench.contents() == expected


@step
def slow(number: int) -> int:
    time.sleep(0.01)
    return number


@transaction
def keep(tx: Any, workflow_id: str, number: int) -> None:
    tx.execute("INSERT INTO holdfast.ledger VALUES (%s, %s)", (workflow_id, number))


@workflow
def talks(peer: str, count: int) -> list[int]:
    me = holdfast.current().id
    found = []
    for number in range(count):
        holdfast.send(peer, number, "talk")
        keep(me, number)
        holdfast.emit("said", number)
        found.append(holdfast.receive("talk", type=int))
        holdfast.set_value("last", number)
        slow(number)
    return found


@pytest.mark.parametrize("skew", [0.0, 3600.0, -3600.0])
def test_engines_under_cuts_restarts_and_skewed_clocks(
    bench: Bench, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    """Two engines over connections that break all the time, and a server that is restarted; messages go to and fro."""
    bench.clear()
    clock = time.time
    if skew:
        monkeypatch.setattr("holdfast.engine.core.time.time", lambda: clock() + skew)
    chance = random.Random(7)
    pairs, count = 3, 6
    stopped = threading.Event()

    def cut() -> None:
        sides: tuple[Side, ...] = ("before", "after")
        while not stopped.wait(0.02):
            bench.proxy.arm(chance.randrange(8), chance.choice(sides))

    with (
        Engine(bench.url, executor="a", lease=5.0, suspend_after=0.05) as first,
        Engine(bench.url, executor="b", lease=5.0, suspend_after=0.05) as second,
    ):
        ids = [(f"x{number}", f"y{number}") for number in range(pairs)]
        for x, y in ids:
            first.enqueue(talks, y, count, id=x, delay=0.5)
            second.enqueue(talks, x, count, id=y, delay=0.5)
        cutting = threading.Thread(target=cut, daemon=True)
        cutting.start()
        if not skew:
            time.sleep(1.0)
            postgres_server.execute(_END_SESSIONS)
        deadline = time.monotonic() + 3 * SECONDS
        time.sleep(min(3.0, SECONDS))
        stopped.set()
        cutting.join()
        bench.proxy.arm(None)
        for pair in ids:
            for id in pair:
                left = max(1.0, deadline - time.monotonic())
                assert first.handle(id).result(timeout=left) == list(range(count))
                assert list(first.stream(id, "said")) == list(range(count))
                assert first.values(id) == {"last": count - 1}
        assert bench.proxy.cuts
    with psycopg.connect(bench.url) as connection:
        rows = connection.execute("SELECT workflow, number FROM holdfast.ledger ORDER BY 1, 2").fetchall()
    assert rows == sorted((id, number) for pair in ids for id in pair for number in range(count))
