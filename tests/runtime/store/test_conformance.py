"""One suite for every store: what the engine relies on, operation by operation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain

import pytest

from holdfast import SchemaMissing, SchemaTooNew, State
from holdfast.store import Checkpoint, Entry, Outcome, Selection, Start, Store, Turn, open_store

NOW = 1_800_000_000.25


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    store.open()
    store.migrate()
    yield store
    store.close()


def start(
    id: str, state: State = State.RUNNING, executor: str | None = "me", epoch: int = 1, **options: object
) -> Entry:
    row = Start(
        id=id,
        name="unit",
        version="v1",
        state=state,
        queue="default",
        priority=int(options.get("priority", 0)),  # type: ignore[call-overload]
        input=b"[]",
        digest=b"digest",
        executor=executor if state is State.RUNNING else None,
        epoch=epoch if state is State.RUNNING else 0,
        created=NOW,
        seed=id,
        delay=options.get("delay"),  # type: ignore[arg-type]
        parent=options.get("parent"),  # type: ignore[arg-type]
    )
    return Entry(id, row.epoch, start=row)


def checkpoint(id: str, key: str, epoch: int = 1, result: bytes = b"1", delay: float | None = None) -> Entry:
    record = Checkpoint(key, "step", "s", b"d", result, None, NOW, NOW + 0.5, 2, "a/b.py:1", delay)
    return Entry(id, epoch, checkpoint=record)


def turn(id: str, state: State, epoch: int = 1, **options: object) -> Entry:
    return Entry(id, epoch, turn=Turn(state, **options))  # type: ignore[arg-type]


def claim(
    store: Store, most: int = 10, executor: str = "me", any_version: bool = False, version: str = "v1"
) -> list[str]:
    store.heartbeat(executor, executor, "", 60.0)
    return [each.id for each in store.claim(executor, "default", ["unit"], [version], any_version, most)]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert store.migrate() == []
    store.check_schema()
    assert "CREATE TABLE" in store.migrations()[0][1]


def test_engines_that_launch_at_once_migrate_once(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(6)]
    with ThreadPoolExecutor(len(stores)) as pool:
        applied = list(pool.map(lambda store: store.migrate(), stores))
    assert sorted(chain.from_iterable(applied)) == [version for version, _ in stores[0].migrations()]
    for store in stores:
        store.check_schema()
        store.close()


def test_a_schema_that_is_missing_is_named(store_url: str) -> None:
    store = open_store(store_url)
    store.open()
    with pytest.raises(SchemaMissing, match=r"there is no schema 'holdfast' in .*`holdfast migrate`"):
        store.check_schema()
    store.close()


def test_a_schema_of_an_older_release_is_brought_up_to_date(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(store_url)
    store.open()
    module = type(store).__module__
    newest = store.migrations()[-1][0]
    with monkeypatch.context() as patched:
        patched.setattr(f"{module}.MIGRATIONS", import_module(module).MIGRATIONS[:-1])
        assert store.migrate() == list(range(1, newest))
    with pytest.raises(
        SchemaMissing,
        match=f"is at version {newest - 1}, this release needs {newest}; run `holdfast migrate`, or use the release that",
    ):
        store.check_schema()
    assert store.migrate() == [newest]
    store.check_schema()
    store.close()


def test_a_schema_of_a_newer_release_is_refused(store: Store, store_url: str) -> None:
    table = "holdfast.migration" if store_url.startswith("postgresql") else "holdfast_migration"
    with store.transaction() as open_transaction:
        moment = "now()" if store_url.startswith("postgresql") else "0"
        open_transaction.connection.execute(f"INSERT INTO {table} (version, applied_at) VALUES (999, {moment})")
    with pytest.raises(SchemaTooNew, match="999"):
        store.check_schema()
    with pytest.raises(SchemaTooNew, match="999"):
        store.migrate()


@pytest.mark.parametrize("schema", ["Bad", "a-b", "", "x" * 64, 'a"b'])
def test_schema_names_that_need_quoting_are_refused(store_url: str, schema: str) -> None:
    with pytest.raises(ValueError, match="schema name"):
        open_store(store_url, schema)


def test_a_life_in_one_batch(store: Store) -> None:
    entries = [start("w"), checkpoint("w", "0"), checkpoint("w", "1"), turn("w", State.SUCCEEDED, output=b"2")]
    assert store.commit(entries, False) == [Outcome.DONE] * 4
    (row,) = store.rows(["w"])
    assert (row.state, row.output, row.executor, row.created) == (State.SUCCEEDED, b"2", None, NOW)
    assert row.finished is not None
    found = {each.key: each for each in store.load(["w"])["w"]}
    assert set(found) == {"0", "1"}
    assert (found["0"].result, found["0"].finished, found["0"].attempts) == (b"1", NOW + 0.5, 2)


def test_a_new_run_of_a_former_epoch_takes_nothing_away(store: Store) -> None:
    store.commit([start("w", executor="dead"), start("v")], False)
    store.heartbeat("me", "me", "", 60.0)
    store.take_over(10)
    assert claim(store) == ["w"]
    assert store.commit([checkpoint("w", "0", 3), checkpoint("v", "0")], False) == [Outcome.DONE] * 2
    late = turn("w", State.QUEUED, input=b"[1]", seed="w#1")
    own = turn("v", State.QUEUED, input=b"[1]", seed="v#1")
    assert store.commit([late], False) == [Outcome.LOST]
    assert store.commit([late, checkpoint("w", "1", 3), own], False) == [Outcome.LOST, Outcome.DONE, Outcome.DONE]
    assert {id: len(journal) for id, journal in store.load(["w", "v"]).items()} == {"w": 2, "v": 0}


@pytest.mark.parametrize("size", [1, 2, 40])
def test_batches_of_any_size(store: Store, size: int) -> None:
    ids = [f"w{number}" for number in range(size)]
    for entries in (
        [start(id) for id in ids],
        [checkpoint(id, "0") for id in ids],
        [each for id in ids for each in (checkpoint(id, "1"), turn(id, State.FAILED, error=b"e"))],
    ):
        assert set(store.commit(entries, False)) == {Outcome.DONE}
    assert {row.state for row in store.rows(ids)} == {State.FAILED}
    assert sum(len(each) for each in store.load(ids).values()) == 2 * size


def test_an_id_is_created_once(store: Store) -> None:
    assert store.commit([start("w")], False) == [Outcome.DONE]
    assert store.commit([start("w", executor="other", epoch=1), start("v")], False)[1] is Outcome.DONE
    (row,) = store.rows(["w"])
    assert row.executor == "me"
    other = start("w")
    assert other.start is not None
    other.start.digest = b"other"
    assert store.commit([other], False) == [Outcome.EXISTS]


def test_a_repeated_batch_is_durable_once(store: Store) -> None:
    for entries in (
        [start("w")],
        [checkpoint("w", "0")],
        [checkpoint("w", "1"), checkpoint("w", "2")],
        [turn("w", State.SUCCEEDED, output=b"1")],
    ):
        assert set(store.commit(entries, False)) == {Outcome.DONE}
        assert set(store.commit(entries, True)) == {Outcome.DONE}
    assert len(store.load(["w"])["w"]) == 3


def test_writes_of_a_former_epoch_are_refused(store: Store) -> None:
    store.commit([start("w", executor="dead"), start("v")], False)
    store.heartbeat("me", "me", "", 60.0)
    assert store.take_over(10) == 1
    assert claim(store) == ["w"]
    for entries in (
        [checkpoint("w", "0")],
        [turn("w", State.SUCCEEDED, output=b"1")],
        [checkpoint("w", "0"), turn("w", State.SUCCEEDED, output=b"1")],
    ):
        assert set(store.commit(entries, False)) == {Outcome.LOST}
    mixed = [
        checkpoint("w", "0", 1),
        checkpoint("v", "0", 1),
        checkpoint("w", "0", 3),
        turn("v", State.FAILED, error=b""),
    ]
    assert store.commit(mixed, False) == [Outcome.LOST, Outcome.DONE, Outcome.DONE, Outcome.DONE]
    with store.transaction() as open_transaction:
        record = checkpoint("w", "9").checkpoint
        assert record is not None
        assert not open_transaction.record("w", 1, record)
        assert open_transaction.record("w", 3, record)


def test_finished_workflows_take_no_checkpoint(store: Store) -> None:
    store.commit([start("w"), turn("w", State.SUCCEEDED, output=b"1")], False)
    assert store.commit([checkpoint("w", "0")], False) == [Outcome.LOST]
    assert store.commit([turn("w", State.FAILED, error=b"1")], False) == [Outcome.LOST]


def test_timers_are_due_by_the_databases_clock(store: Store) -> None:
    store.commit([start("w"), checkpoint("w", "0", delay=100.0)], False)
    (record,) = store.load(["w"])["w"]
    assert record.due is not None
    assert 90 < record.due <= 100


def test_suspension_and_waking(store: Store) -> None:
    store.commit([start("w"), start("v")], False)
    store.commit([turn("w", State.WAITING, delay=0.05, signals=0), turn("v", State.WAITING, delay=60.0)], False)
    assert claim(store) == []
    due = store.promote(10)
    while not due.count:
        assert due.following is not None
        time.sleep(max(0.001, due.following))
        due = store.promote(10)
    assert due.count == 1
    assert due.following is not None
    assert 50 < due.following <= 60
    assert claim(store) == ["w"]


def test_a_childs_end_wakes_its_parent_and_refuses_its_suspension(store: Store) -> None:
    store.commit([start("p"), start("c", parent="p"), start("d", parent="p")], False)
    store.commit([turn("c", State.SUCCEEDED, output=b"1", parent="p")], False)
    assert store.commit([turn("p", State.WAITING, signals=0)], False) == [Outcome.SIGNALLED]
    both = [checkpoint("p", "0"), turn("p", State.WAITING, signals=0)]
    assert store.commit(both, False)[1] is Outcome.SIGNALLED
    assert [each.key for each in store.load(["p"])["p"]] == ["0"]
    assert store.commit([turn("p", State.WAITING, signals=1)], False) == [Outcome.DONE]
    store.commit([turn("d", State.FAILED, error=b"1", parent="p")], False)
    assert store.rows(["p"])[0].state is State.QUEUED


def test_claims_go_by_priority_then_age_and_version(store: Store) -> None:
    for id, priority in (("late", 5), ("first", 0), ("second", 0)):
        store.commit([start(id, State.QUEUED, priority=priority)], False)
    assert claim(store, version="v2") == []
    assert claim(store, 2) in (["first", "second"], ["second", "first"])
    assert claim(store, version="v2", any_version=True) == ["late"]
    assert claim(store) == []
    assert {row.epoch for row in store.rows(["late", "first", "second"])} == {1}


def test_leases(store: Store) -> None:
    assert store.heartbeat("a", "a", "process", 60.0).late
    assert not store.heartbeat("a", "a", "process", 60.0).late
    assert store.processes() == [("a", "process")]
    store.commit([start("w", executor="a")], False)
    assert store.take_over(10) == 0
    assert store.owned("a") == [("w", 1)]
    store.expire(["a"])
    assert store.heartbeat("b", "b", "", 60.0).peers_expired
    assert store.take_over(10) == 1
    assert store.heartbeat("a", "a", "process", 60.0).late
    store.retire("a")
    assert store.processes() == [("b", "")]


def test_work_that_kills_its_executors_is_parked(store: Store) -> None:
    store.commit([start("w", executor="dead")], False)
    assert store.take_over(1) == 0
    (row,) = store.rows(["w"])
    assert row.state is State.STUCK
    assert "died" in str(row.reason)


def test_cancel_resume_and_fork(store: Store) -> None:
    store.commit([start("p"), start("c", parent="p"), start("g", parent="c"), start("x")], False)
    assert sorted(store.cancel(["p"], True)) == ["c", "g", "p"]
    assert store.cancel(["p"], True) == []
    assert store.cancel(["x"], False) == ["x"]
    assert store.resume("p", "v2")
    assert not store.resume("p", "v2")
    (row,) = store.rows(["p"])
    assert (row.state, row.version, row.epoch, row.finished) == (State.QUEUED, "v2", 3, None)
    store.commit([start("r"), checkpoint("r", "0"), checkpoint("r", "1"), turn("r", State.FAILED, error=b"e")], False)
    assert not store.resume("r", None, ["1"], 7)
    assert len(store.load(["r"])["r"]) == 2
    assert store.resume("r", None, ["1"], 1)
    assert [each.key for each in store.load(["r"])["r"]] == ["0"]
    store.commit([start("f")], False)
    store.commit([checkpoint("f", "0"), checkpoint("f", "1"), turn("f", State.SUCCEEDED, output=b"1")], False)
    assert store.fork("f", "f2", ["0"], None)
    assert not store.fork("f", "f2", ["0"], None)
    assert [each.key for each in store.load(["f2"])["f2"]] == ["0"]
    assert store.rows(["f2"])[0].seed == "f"


def test_a_new_run_drops_the_journal(store: Store) -> None:
    store.commit([start("w")], False)
    store.commit([checkpoint("w", "0"), turn("w", State.QUEUED, input=b"[2]", seed="w#1")], False)
    (row,) = store.rows(["w"])
    assert (row.state, row.input, row.seed, row.digest) == (State.QUEUED, b"[2]", "w#1", b"digest")
    assert store.load(["w"]) == {"w": []}
    everything = [start("v"), checkpoint("v", "0"), turn("v", State.QUEUED, input=b"[2]", seed="v#1")]
    assert set(store.commit(everything, False)) == {Outcome.DONE}
    assert store.load(["v"]) == {"v": []}
    assert store.rows(["v"])[0].input == b"[2]"


def test_listings(store: Store) -> None:
    store.commit([start("a/1"), start("a/2", parent="a/1"), start("b%")], False)
    store.cancel(["a/2"], False)
    assert [row.id for row in store.select(Selection(newest_first=False))] == ["a/1", "a/2", "b%"]
    assert [row.id for row in store.select(Selection(limit=1, offset=1, newest_first=False))] == ["a/2"]
    assert [row.id for row in store.select(Selection(states=(State.CANCELLED,)))] == ["a/2"]
    assert [row.id for row in store.select(Selection(prefix="b%"))] == ["b%"]
    assert [row.id for row in store.select(Selection(parent="a/1"))] == ["a/2"]
    assert store.select(Selection(name="other")) == []
    assert store.select(Selection(created_after=NOW + 1)) == []
    assert len(store.select(Selection(created_before=NOW + 1, queue="default"))) == 3
    assert [row.id for row in store.select(Selection(open_since=store.now() + 60))] == ["b%", "a/1"]
    assert len(store.select(Selection(open_since=store.now() - 60))) == 3
    assert [row.id for row in store.select(Selection(older_than=(NOW, "b%"), limit=1))] == ["a/2"]
    assert [row.id for row in store.select(Selection(older_than=(NOW + 0.000001, "a"), limit=1))] == ["b%"]


def test_a_store_that_only_reads_changes_nothing(store: Store, store_url: str) -> None:
    store.commit([start("w"), start("q", State.QUEUED)], False)
    reader = open_store(store_url, read_only=True)
    reader.open()
    reader.check_schema()
    assert abs(reader.now() - store.now()) < 60
    assert len(reader.select(Selection())) == 2
    for write in (
        lambda: reader.commit([checkpoint("w", "0")], False),
        lambda: reader.cancel(["w"], False),
        lambda: claim(reader),
        lambda: reader.take_over(1),
        lambda: reader.retire("me"),
    ):
        with pytest.raises(Exception, match=r"readonly|read-only"):
            write()
    reader.close()
    assert {row.id: row.state for row in store.rows(["w", "q"])} == {"w": State.RUNNING, "q": State.QUEUED}
