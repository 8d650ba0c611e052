"""When a schedule is due, above all on the days when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from holdfast.engine.ticks import Ticks, tick_id, tick_of


def moments(cron: str, since: str, count: int) -> list[str]:
    """Return the next ticks in Berlin, as its clocks show them."""
    ticks = Ticks(cron, "Europe/Berlin")
    found = []
    at = datetime.fromisoformat(since).timestamp()
    for _ in range(count):
        at = ticks.after(at)
        found.append(at)
    # Looking back finds the same as looking forward.
    assert ticks.until(found[-1], found[0], 100) == found
    return [datetime.fromtimestamp(each, UTC).strftime("%d %H:%M") for each in found]


@pytest.mark.parametrize(
    ("cron", "since", "expected"),
    [
        # On 29 March 2026 it is 3:00 after 1:59 (1:00 UTC): half past two does not exist, and is due when the gap ends.
        ("30 2 * * *", "2026-03-28T00:00Z", ["28 01:30", "29 01:00", "30 00:30"]),
        ("*/30 * * * *", "2026-03-29T00:00Z", ["29 00:30", "29 01:00", "29 01:30"]),
        # On 25 October 2026 it is 2:00 after 2:59 (1:00 UTC): half past two comes twice, and is due the first time.
        ("30 2 * * *", "2026-10-24T00:00Z", ["24 00:30", "25 00:30", "26 01:30"]),
        # What is due every half hour is due every half hour.
        ("*/30 * * * *", "2026-10-24T23:30Z", ["25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00"]),
    ],
)
def test_days_when_clocks_are_changed(cron: str, since: str, expected: list[str]) -> None:
    assert moments(cron, since, len(expected)) == expected


def test_looking_back_is_bounded_on_both_sides() -> None:
    ticks = Ticks("0 * * * *", "UTC")
    assert ticks.until(7200.0, 0.0, 100) == [0.0, 3600.0, 7200.0]
    assert ticks.until(7199.0, 0.1, 100) == [3600.0]
    assert ticks.until(1e6, 0.0, 2) == [993600.0, 997200.0]


def test_a_tick_is_in_its_id() -> None:
    id = tick_id("a/b", datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp())
    assert id == "a/b/2026-03-29T01:00:00Z"
    assert tick_of(id) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert tick_of("order/12") is tick_of("order/TZ") is tick_of("plain") is None
