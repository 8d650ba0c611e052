"""The journal by itself: keys, what is recorded, what differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.journal import Difference, Journal, Operation, last_errors, order_of
from holdfast.store.records import Checkpoint


def record(key: str, name: str = "s", digest: bytes = b"d") -> Checkpoint:
    return Checkpoint(key, "step", name, digest, b"1", None, 0.0, 1.0, 1, "a.py:1")


def operation(key: str, name: str = "s", digest: bytes = b"d") -> Operation:
    return Operation(key, "step", name, digest, "b.py:2")


def test_each_record_is_found_once() -> None:
    journal = Journal([record("0"), record("0.0")])
    found = journal.take(operation("0"))
    assert isinstance(found, Checkpoint)
    assert found.key == "0"
    assert journal.leftover() is not None
    assert isinstance(journal.take(operation("0.0")), Checkpoint)
    assert journal.leftover() is None
    assert journal.take(operation("1")) is None


@pytest.mark.parametrize(
    ("asked", "what", "said"),
    [
        (
            operation("0", name="t"),
            "operation",
            "expected: the journal has step `s` at a.py:1; found: the code calls step `t`",
        ),
        (operation("0", digest=b"e"), "arguments", "with other arguments"),
    ],
)
def test_differences(asked: Operation, what: str, said: str) -> None:
    found = Journal([record("0")]).take(asked)
    assert isinstance(found, Difference)
    assert found.what == what
    assert said in str(found)


def test_an_operation_within_the_recorded_ones_differs() -> None:
    journal = Journal([record("0"), record("2")])
    assert isinstance(journal.take(operation("0")), Checkpoint)
    found = journal.take(operation("1"))
    assert isinstance(found, Difference)
    assert found.what == "extra"


def test_records_of_abandoned_branches_do_not_count() -> None:
    journal = Journal([record("0.0"), record("1.0")])
    assert journal.leftover(["0."]) is not None
    assert journal.leftover(["0.", "1."]) is None
    assert journal.leftover(main_only=True) is None


def failed(key: str, started: float = 0.0, error: bytes | None = b"e") -> Checkpoint:
    return Checkpoint(key, "step", "s", b"d", None if error else b"1", error, started, started + 1.0)


@pytest.mark.parametrize(
    ("checkpoints", "last"),
    [
        ([failed("0", error=None), failed("1")], ["1"]),
        ([failed("0"), failed("1")], ["1"]),
        ([failed("0"), failed("1", error=None)], []),
        ([failed("0.0"), failed("1.0"), failed("2.0", 5.0, None)], ["0.0", "1.0"]),
        ([failed("0.0"), failed("0", 0.0, None)], ["0.0"]),
        ([failed("0.0"), failed("0", 5.0, None)], []),
        ([failed("0"), failed("0.0", 5.0, None)], []),
        ([failed("0"), failed("!patched:x", 5.0, None)], ["0"]),
    ],
)
def test_errors_that_the_code_did_nothing_about(checkpoints: list[Checkpoint], last: list[str]) -> None:
    assert [each.key for each in last_errors(checkpoints)] == last


def test_markers_have_no_place() -> None:
    journal = Journal([record("!patched:x")])
    assert journal.marked("!patched:x")
    assert not journal.marked("!patched:y")
    assert journal.fresh
    assert journal.leftover() is None


@given(st.sets(st.lists(st.integers(0, 30), min_size=1, max_size=4).map(tuple), min_size=1))
def test_keys_sort_as_the_code_stands(paths: set[tuple[int, ...]]) -> None:
    keys = [".".join(map(str, path)) for path in sorted(paths)]
    assert sorted(keys, key=order_of) == keys
    journal = Journal([record(key) for key in reversed(keys)])
    left = journal.leftover()
    assert left is not None
    assert left.key == keys[0]
    for key in keys:
        assert isinstance(journal.take(operation(key)), Checkpoint)
    assert journal.leftover() is None
