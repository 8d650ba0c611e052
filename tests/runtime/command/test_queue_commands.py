"""The commands `holdfast queues` and `holdfast schedules`, as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from holdfast import Client, Engine, Limits, Queue, Rate, workflow
from holdfast.command.queues import queues
from holdfast.command.schedules import schedules
from holdfast.declare.queue import forget_queue


@workflow(name="told")
def told(text: str) -> str:
    return text


@pytest.fixture
def url(store_url: str) -> Iterator[str]:
    mail = Queue("mail", concurrency=2, rate=Rate(10, per=60.0), partitioned=True)
    with Engine(store_url, queues=[]) as engine:
        engine.enqueue(told, "x", queue=mail, partition="p")
        engine.schedule("nightly", "30 2 * * *", told, "good night", timezone="Europe/Berlin")
    yield store_url
    forget_queue("mail")


def run(group: object, url: str, command: str, *arguments: str) -> Result:
    return CliRunner().invoke(group, [command, "--database", url, *arguments])  # type: ignore[arg-type]


def test_queues(url: str) -> None:
    assert "concurrency 2, rate 10/60s, partitioned" in run(queues, url, "list").output
    assert run(queues, url, "pause", "mail").exit_code == 0
    (listed,) = json.loads(run(queues, url, "list", "--json").output)
    assert (listed["name"], listed["paused"], listed["queued"], listed["begun"]) == ("mail", True, 1, 0)
    assert "paused" in run(queues, url, "list").output
    run(queues, url, "resume", "mail")
    changed = run(queues, url, "set", "mail", "--concurrency", "none", "--rate", "5/0.5", "--per-partition", "1")
    assert changed.output == "mail: per-partition 1, rate 5/0.5s, partitioned\n"
    with Client(url) as client:
        assert client.queues.get("mail").limits == Limits(per_partition=1, rate=Rate(5, 0.5), partitioned=True)
        assert not client.queues.get("mail").paused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pause", "letters"], "no queue is named 'letters'"),
        (["set", "mail"], "nothing to change"),
        (["set", "mail", "--concurrency", "0"], "lets nothing run"),
        (["set", "mail", "--rate", "many"], "N/SECONDS"),
    ],
)
def test_queues_say_what_is_wrong(url: str, arguments: list[str], message: str) -> None:
    result = run(queues, url, *arguments)
    assert result.exit_code != 0
    assert message in result.output


def test_schedules(url: str) -> None:
    assert "30 2 * * *" in run(schedules, url, "list").output
    assert run(schedules, url, "pause", "nightly").exit_code == 0
    (listed,) = json.loads(run(schedules, url, "list", "--json").output)
    assert (listed["name"], listed["paused"], listed["next_at"]) == ("nightly", True, None)
    run(schedules, url, "resume", "nightly")
    triggered = run(schedules, url, "trigger", "nightly").output.strip()
    filled = run(
        schedules, url, "backfill", "nightly", "--since", "2026-03-28", "--until", "2026-03-30T01:00+02:00"
    ).output.split()
    assert filled == ["nightly/2026-03-28T01:30:00Z", "nightly/2026-03-29T01:00:00Z"]
    with Client(url) as client:
        assert client.get(triggered).args == ["good night"]
        assert all(client.get(id).name == "told" for id in filled)
    assert run(schedules, url, "delete", "nightly").exit_code == 0
    assert "no schedule is named 'nightly'" in run(schedules, url, "trigger", "nightly").output
    assert "ISO 8601" in run(schedules, url, "backfill", "nightly", "--since", "soon", "--until", "x").output
