"""What may begin of a queue, as a function of its limits and of what is used of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import Limits, Rate
from holdfast.store.queues import HEADS, Head, Usage, allot

NOTHING = Usage(begun=0, own=0, returning=0, recent=0, rate_wait=None)


def head(partition: str = "", waiting: int = 100, begun: int = 0, recent: int = 0, wait: float | None = None) -> Head:
    return Head(partition, waiting, begun, recent, wait)


@pytest.mark.parametrize(
    ("limits", "usage", "expected"),
    [
        (Limits(), NOTHING, 10),
        (Limits(concurrency=4), NOTHING, 4),
        (Limits(concurrency=4), Usage(3, 0, 0, 0, None), 1),
        (Limits(concurrency=4), Usage(9, 0, 0, 0, None), 0),
        (Limits(per_executor=3), Usage(0, 1, 0, 0, None), 2),
        (Limits(rate=Rate(5, per=2.0)), Usage(0, 0, 0, 4, 1.5), 1),
        (Limits(rate=Rate(5, per=2.0)), Usage(0, 0, 0, 5, 1.5), 0),
    ],
)
def test_the_narrowest_limit_counts(limits: Limits, usage: Usage, expected: int) -> None:
    allotted = allot(limits, False, usage, [head()], 10)
    assert sum(allotted.fresh.values()) == expected
    assert allotted.blocked


def test_partitions_are_served_in_turn_and_the_next_claim_goes_on_where_this_one_ended() -> None:
    heads = [head("a", 100), head("b", 1), head("c", 100), head("d", 100)]
    allotted = allot(Limits(partitioned=True), False, NOTHING, heads, 6)
    assert allotted.fresh == {"a": 2, "b": 1, "c": 2, "d": 1}
    assert allotted.served == "c"


def test_a_full_partition_does_not_hold_the_others_up() -> None:
    limits = Limits(per_partition=2, partition_rate=Rate(3, per=60.0), partitioned=True)
    heads = [head("a", begun=2), head("b", begun=1), head("c", recent=3, wait=7.0)]
    allotted = allot(limits, False, NOTHING, heads, 10)
    assert allotted.fresh == {"b": 1}
    assert allotted.again == 7.0


def test_when_all_that_were_looked_at_are_full_the_next_look_begins_after_them() -> None:
    heads = [head(f"{number:04}", begun=1) for number in range(HEADS)]
    allotted = allot(Limits(per_partition=1, partitioned=True), False, NOTHING, heads, 10)
    assert (allotted.fresh, allotted.served, allotted.again) == ({}, heads[-1].partition, 0.0)


def test_who_holds_a_slot_goes_on_when_the_queue_is_full_or_paused() -> None:
    usage = Usage(begun=4, own=0, returning=3, recent=0, rate_wait=None)
    assert allot(Limits(concurrency=4), False, usage, [head()], 10).returning == 3
    paused = allot(Limits(concurrency=9), True, usage, [head()], 10)
    assert (paused.returning, paused.fresh) == (3, {})


@given(
    most=st.integers(1, 50),
    concurrency=st.none() | st.integers(1, 20),
    per_executor=st.none() | st.integers(1, 20),
    per_partition=st.none() | st.integers(1, 5),
    rate=st.none() | st.integers(1, 20),
    used=st.tuples(*[st.integers(0, 25)] * 4),
    heads=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 6)), max_size=8),
)
def test_no_limit_is_ever_exceeded(
    most: int,
    concurrency: int | None,
    per_executor: int | None,
    per_partition: int | None,
    rate: int | None,
    used: tuple[int, int, int, int],
    heads: list[tuple[int, int]],
) -> None:
    limits = Limits(
        concurrency=concurrency,
        per_executor=per_executor,
        per_partition=per_partition,
        rate=None if rate is None else Rate(rate),
        partitioned=True,
    )
    begun, own, returning, recent = used
    given_heads = [head(str(number), waiting, begun) for number, (waiting, begun) in enumerate(heads)]
    allotted = allot(limits, False, Usage(begun, own, returning, recent, 1.0), given_heads, most)
    fresh = sum(allotted.fresh.values())
    assert allotted.returning + fresh <= most
    assert fresh == 0 or concurrency is None or begun + fresh <= concurrency
    assert allotted.returning + fresh == 0 or per_executor is None or own + allotted.returning + fresh <= per_executor
    assert fresh == 0 or rate is None or recent + fresh <= rate
    for each in given_heads:
        taken = allotted.fresh.get(each.partition, 0)
        assert taken <= each.waiting
        assert taken == 0 or per_partition is None or each.begun + taken <= per_partition
