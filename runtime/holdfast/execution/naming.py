"""Ids of children and seeds of runs: derived, so that a replay finds the same ones."""

from __future__ import annotations


def run_of(id: str, seed: str) -> int:
    """Return how often the workflow `id` had been continued as new when it was given `seed`."""
    number = seed.removeprefix(f"{id}#") if seed.startswith(f"{id}#") else ""
    return int(number) if number.isdecimal() else 0


def next_seed(id: str, seed: str) -> str:
    """Return the seed of the run that follows the one with `seed`."""
    return f"{id}#{run_of(id, seed) + 1}"


def child_id(id: str, seed: str, key: str) -> str:
    """Return the id of the child that the workflow `id`, in the run with `seed`, starts at `key`.

    Each run counts its keys from the beginning, so later runs name theirs apart.
    """
    run = run_of(id, seed)
    return f"{id}:{key}" if not run else f"{id}:#{run}:{key}"
