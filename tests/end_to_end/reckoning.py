"""What must hold after any crash: read from the ledger outside, the users' table, and the workflows' own records."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import psycopg

from holdfast import Client

# The steps of each workflow in the order in which the code reaches them; a tuple is reached by concurrent branches.
_PLACES = {
    "order": [["reserve"], ["pack"], ["invoice-1"], ["invoice-2"], ["ship"]],
    "async_order": [["reserve"], ["left-1", "right-1"], ["left-2", "right-2"], ["ship"]],
}
_SLOTS = {"order": ["first", "invoice", "second"], "async_order": []}


def kind_of(number: int) -> str:
    """Which workflow `starter.py` starts under a number."""
    return "async_order" if number % 3 == 2 else "order"


def connect(url: str) -> psycopg.Connection[tuple[object, ...]] | sqlite3.Connection:
    """Open a store's database for the test's own SQL."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
    return psycopg.connect(url)


def create_booked(url: str) -> None:
    """Create the table that the transactions write to."""
    connection = connect(url)
    connection.execute("CREATE TABLE booked (workflow text NOT NULL, slot text NOT NULL)")
    connection.commit()
    connection.close()


def wait_until_finished(url: str, numbers: Iterable[int], timeout: float) -> dict[int, list[str]]:
    """Return each workflow's result once all have succeeded; fail with their records after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    left, results = set(numbers), {}
    with Client(url) as client:  # an engine would run what is left, were its code imported by another test
        while left:
            for number in sorted(left):
                record = client.get(f"order/{number}")
                assert record.state not in ("failed", "stuck", "cancelled"), f"{record}: {record.error}"
                if record.state == "succeeded":
                    results[number] = record.result
                    left.discard(number)
            assert not left or time.monotonic() < deadline, _unfinished(client, left)
            time.sleep(0.1)
    return results


def _unfinished(client: Client, numbers: set[int]) -> str:
    said = [f"{len(numbers)} workflows never finished"]
    for number in sorted(numbers)[:3]:
        said.append(repr(client.get(f"order/{number}")))
        said += [f"  {entry}" for entry in client.history(f"order/{number}")]
    return "\n".join(said)


def read_ledger(path: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Return each order's effects as (place, token given, token drawn), in the order in which they happened."""
    effects = defaultdict(list)
    for line in path.read_text().splitlines():
        name, place, given, token = line.rsplit(" ", 3)
        effects[name].append((place, given, token))
    return effects


def reckon(url: str, ledger: Path, results: dict[int, list[str]]) -> int:
    """Assert that no checkpoint was lost and no transaction happened twice; return how many steps ran again."""
    effects = read_ledger(ledger)
    connection = connect(url)
    booked = Counter(connection.execute("SELECT workflow, slot FROM booked").fetchall())
    connection.close()
    expected = Counter((f"o{number}", slot) for number in results for slot in _SLOTS[kind_of(number)])
    # A start that was never acknowledged may have happened too, and then its transactions once at most.
    known = Counter({key: count for key, count in booked.items() if key in expected or count > 1})
    assert known == expected, f"transactions not exactly once: {(known - expected) or (expected - known)}"
    again = 0
    for number, result in results.items():
        places = _PLACES[kind_of(number)]
        runs = effects[f"o{number}"]
        again += len(runs) - sum(map(len, places))
        _assert_chain(number, runs, places)
        _assert_result(number, runs, result)
    return again


def _assert_chain(number: int, runs: list[tuple[str, str, str]], places: list[list[str]]) -> None:
    drawn: dict[str, set[str]] = defaultdict(set)
    given: dict[str, set[str]] = defaultdict(set)
    for place, before, token in runs:
        given[place].add(before)
        drawn[place].add(token)
    for stage in places:
        for place in stage:
            # A step that is begun knows a checkpoint of the one before; another token later means that it was lost.
            assert len(given[place]) == 1, f"order {number}: `{place}` was begun with {given[place]}: {runs}"
            tokens = given[place].pop().split("+")
            known = {token for tokens_of in drawn.values() for token in tokens_of} | {"-"}
            assert set(tokens) <= known, f"order {number}: `{place}` was given what no step drew: {runs}"
    ranks = {place: rank for rank, stage in enumerate(places) for place in stage}
    if all(len(stage) == 1 for stage in places):
        order = [ranks[place] for place, _, _ in runs]
        assert order == sorted(order), f"order {number}: a checkpointed step ran again: {runs}"


def _assert_result(number: int, runs: list[tuple[str, str, str]], result: list[str]) -> None:
    tokens = {token for _, _, token in runs}
    if kind_of(number) == "order":
        assert result[4:] == ["1", "3"], f"order {number}: the transactions counted {result[4:]}"
        result = result[:4]
    assert set(result) <= tokens, f"order {number}: the result {result} was drawn by no step: {runs}"
    assert runs[-1][2] == result[-1], f"order {number}: {result} is not what the last step drew: {runs}"
