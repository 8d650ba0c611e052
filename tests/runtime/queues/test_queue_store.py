"""Queues with limits, on every store: what the engine relies on, operation by operation."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator

import pytest

from holdfast import Limits, Rate, State
from holdfast.store import Entry, Outcome, Start, Store, Turn, open_store

NAMES, VERSIONS = ["unit"], ["v1"]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    store.open()
    store.migrate()
    store.heartbeat("me", "me", "", 60.0)
    yield store
    store.close()


def enqueue(store: Store, *ids: str, queue: str = "q", **options: object) -> list[Outcome]:
    entries = []
    for id in ids:
        start = Start(id, "unit", "v1", State.QUEUED, queue, 0, b"[]", b"d", None, 0, time.time(), id)
        for name, value in options.items():
            setattr(start, name, value)
        entries.append(Entry(id, 0, start=start))
    return store.commit(entries, False)


def claim(store: Store, most: int = 100, executor: str = "me", queue: str = "q") -> list[str]:
    return sorted(each.id for each in store.queues.claim(executor, queue, NAMES, VERSIONS, False, most).claimed)


def finish(store: Store, *ids: str, state: State = State.SUCCEEDED) -> None:
    rows = store.rows(ids)
    store.commit([Entry(row.id, row.epoch, turn=Turn(state, output=b"1")) for row in rows], False)


def test_a_declaration_changes_limits_and_operators_changes_outlive_the_same_declaration(store: Store) -> None:
    first, second = Limits(concurrency=2), Limits(concurrency=3)
    assert store.queues.declare("q", first)
    assert store.queues.change("q", Limits(concurrency=9))
    assert not store.queues.declare("q", first)
    assert store.queues.known()[0].limits == Limits(concurrency=9)
    assert store.queues.declare("q", second)
    assert store.queues.known()[0].limits == second
    assert not store.queues.change("unknown", first)
    assert not store.queues.pause("unknown", True)


def test_limits_survive_the_database(store: Store) -> None:
    limits = Limits(
        concurrency=1, per_executor=2, per_partition=3, rate=Rate(4, 5.5), partition_rate=Rate(6, 7), partitioned=True
    )
    store.queues.declare("q", limits)
    assert store.queues.known()[0].limits == limits


def test_concurrency_counts_who_has_begun_and_not_ended(store: Store) -> None:
    store.queues.declare("q", Limits(concurrency=2))
    enqueue(store, "a", "b", "c", "d")
    first = claim(store)
    assert len(first) == 2
    assert claim(store) == []
    # One that sleeps keeps its slot, and takes no other when it wakes.
    (row,) = store.rows(first[:1])
    store.commit([Entry(row.id, row.epoch, turn=Turn(State.WAITING, delay=0.0, signals=row.signals))], False)
    assert claim(store) == []
    store.promote(10)
    assert claim(store) == first[:1]
    finish(store, first[0])
    assert len(claim(store)) == 1


@pytest.mark.parametrize("end", [State.SUCCEEDED, State.FAILED, State.STUCK])
def test_every_end_gives_the_slot_back(store: Store, end: State) -> None:
    store.queues.declare("q", Limits(concurrency=1))
    enqueue(store, "a", "b")
    (first,) = claim(store)
    finish(store, first, state=end)
    assert len(claim(store)) == 1


def test_a_cancel_gives_the_slot_back(store: Store) -> None:
    store.queues.declare("q", Limits(concurrency=1))
    enqueue(store, "a", "b")
    store.cancel(claim(store), False)
    assert len(claim(store)) == 1


def test_a_dead_executors_slots_are_free_when_its_lease_has_run_out(store: Store) -> None:
    store.queues.declare("q", Limits(concurrency=1, rate=Rate(10, per=60.0)))
    enqueue(store, "a")
    store.heartbeat("dead", "dead", "", 60.0)
    assert claim(store, executor="dead") == ["a"]
    enqueue(store, "b")
    assert claim(store) == []
    store.expire(["dead"])
    assert store.take_over(20) == 1
    assert len(claim(store)) == 1
    assert claim(store) == []


def test_per_executor_counts_its_own(store: Store) -> None:
    store.queues.declare("q", Limits(per_executor=2))
    store.heartbeat("other", "other", "", 60.0)
    enqueue(store, *"abcdefg")
    assert [len(claim(store)), len(claim(store)), len(claim(store, executor="other"))] == [2, 0, 2]


def test_partitions_have_their_own_limit_and_take_turns(store: Store) -> None:
    store.queues.declare("q", Limits(concurrency=4, per_partition=2, partitioned=True))
    enqueue(store, *(f"a{number}" for number in range(9)), partition="a")
    enqueue(store, "b0", partition="b")
    enqueue(store, *(f"c{number}" for number in range(9)), partition="c")
    assert Counter(each[0] for each in claim(store, most=3)) == {"a": 1, "b": 1, "c": 1}
    assert Counter(each[0] for each in claim(store)) == {"a": 1}
    assert claim(store) == []


def test_a_long_backlog_of_one_partition_does_not_delay_another(store: Store) -> None:
    store.queues.declare("q", Limits(partitioned=True))
    enqueue(store, *(f"a{number:03}" for number in range(300)), partition="a")
    claim(store, most=1)
    enqueue(store, "b", partition="b")
    assert "b" in claim(store, most=2)


def test_turns_go_round_one_at_a_time(store: Store) -> None:
    store.queues.declare("q", Limits(partitioned=True))
    for partition in "abc":
        enqueue(store, *(f"{partition}{number}" for number in range(3)), partition=partition)
    served = [claim(store, most=1)[0][0] for _ in range(9)]
    assert "".join(served) == "abcabcabc"


def test_a_rate_holds_in_every_window(store: Store) -> None:
    store.queues.declare("q", Limits(rate=Rate(3, per=0.4)))
    enqueue(store, *(f"w{number:02}" for number in range(10)))
    claimed: list[str] = []
    deadline = time.monotonic() + 30
    while len(claimed) < 10 and time.monotonic() < deadline:
        found = store.queues.claim("me", "q", NAMES, VERSIONS, False, 100)
        claimed += [each.id for each in found.claimed]
        if len(claimed) < 10:
            assert found.blocked
            time.sleep(min(0.4, found.again if found.again is not None else 0.01))
    assert_rate(store, claimed, 3, 0.4)


def assert_rate(store: Store, ids: list[str], count: int, per: float) -> None:
    started = sorted(row.started for row in store.rows(ids) if row.started is not None)
    assert len(started) == len(ids)
    window: deque[float] = deque()
    for moment in started:
        while window and window[0] <= moment - per:
            window.popleft()
        window.append(moment)
        assert len(window) <= count


def test_a_partition_rate_waits_only_there(store: Store) -> None:
    store.queues.declare("q", Limits(partition_rate=Rate(1, per=60.0), partitioned=True))
    enqueue(store, "a0", "a1", partition="a")
    enqueue(store, "b0", "b1", partition="b")
    found = store.queues.claim("me", "q", NAMES, VERSIONS, False, 10)
    assert len(found.claimed) == 2
    again = store.queues.claim("me", "q", NAMES, VERSIONS, False, 10)
    assert again.claimed == []
    assert again.again is not None
    assert 50 < again.again <= 60


def test_a_paused_queue_begins_nothing(store: Store) -> None:
    store.queues.declare("q", Limits())
    enqueue(store, "a")
    store.queues.pause("q", True)
    assert (store.queues.with_work(), claim(store)) == ([], [])
    store.queues.pause("q", False)
    assert (store.queues.with_work(), claim(store)) == (["q"], ["a"])


def test_priority_comes_first_and_a_long_wait_outweighs_it(store: Store) -> None:
    store.queues.declare("q", Limits())
    enqueue(store, "low", priority=5)
    enqueue(store, "high", priority=-5)
    assert claim(store, most=1) == ["high"]
    enqueue(store, "patient", priority=100, delay=-7000.0)  # has waited for more than the hundred minutes
    assert claim(store, most=1) == ["patient"]


def test_only_one_of_a_key_until_it_has_ended(store: Store) -> None:
    store.queues.declare("q", Limits())
    assert enqueue(store, "a", deduplication="k") == [Outcome.DONE]
    assert enqueue(store, "b", deduplication="k") == [Outcome.EXISTS]
    assert enqueue(store, "c", deduplication="k", queue="other") == [Outcome.DONE]
    assert store.queues.holder("q", "k") == "a"
    claim(store)
    assert enqueue(store, "b", deduplication="k") == [Outcome.EXISTS]
    finish(store, "a", state=State.FAILED)
    assert store.queues.holder("q", "k") is None
    assert enqueue(store, "b", deduplication="k") == [Outcome.DONE]
    assert store.resume("a", None)  # goes on without the key, which is another's now


def test_what_is_past_its_deadline_does_not_begin(store: Store) -> None:
    store.queues.declare("q", Limits())
    enqueue(store, "late", deadline=-1.0)
    enqueue(store, "early", deadline=60.0)
    assert claim(store) == ["early"]
    assert store.promote(10).overdue == ["late"]
    assert store.cancel(["late"], True, "too late") == ["late"]
    assert (store.promote(10).overdue, store.rows(["late"])[0].reason) == ([], "too late")


def test_limits_hold_exactly_under_sixteen_executors(store_url: str) -> None:
    """Sixteen executors claim and finish as fast as they can, while an outside recorder looks."""
    limits = Limits(concurrency=7, per_executor=2, per_partition=3, partitioned=True)
    stores = [open_store(store_url) for _ in range(16)]
    recorder = open_store(store_url)
    recorder.migrate()
    recorder.queues.declare("q", limits)
    total = 240
    for partition in "abcd":
        enqueue(recorder, *(f"{partition}{number:03}" for number in range(total // 4)), partition=partition)
    stop = threading.Event()
    done: list[str] = []
    failures: list[BaseException] = []

    def work(store: Store, executor: str) -> None:
        try:
            store.heartbeat(executor, executor, "", 600.0)
            while not stop.is_set():
                for id in claim(store, most=5, executor=executor):
                    finish(store, id)
                    done.append(id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(each, f"e{number}")) for number, each in enumerate(stores)]
    for thread in threads:
        thread.start()
    samples = 0
    deadline = time.monotonic() + 90
    while len(done) < total and not failures and time.monotonic() < deadline:
        running = recorder.select(running_in_q())
        assert len(running) <= 7
        assert max(Counter(row.executor for row in running).values(), default=0) <= 2
        assert max(Counter(row.partition for row in running).values(), default=0) <= 3
        samples += 1
    stop.set()
    for thread in threads:
        thread.join(30)
    for each in (*stores, recorder):
        each.close()
    assert failures == []
    assert (len(done), len(set(done))) == (total, total)
    assert samples > 5


def running_in_q():  # type: ignore[no-untyped-def]
    from holdfast.store import Selection

    return Selection(states=(State.RUNNING,), queue="q", limit=1000)
