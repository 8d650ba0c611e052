"""Keys of checkpoints: the path of concurrent branches, then a counter within the branch.

`"4"` is the fifth operation of the workflow's own line of code; `"2.0.1"` the second operation of the first branch that
the third branch forked. So branches number their operations alone, and replay finds each one's record whatever order
the branches finish in. Markers that belong to no position (`patched`) have keys that begin with `!`.
"""

from __future__ import annotations


def order_of(key: str) -> tuple[int, ...]:
    """Return a sort key that puts `key` where it stands in the code; markers come first."""
    if key.startswith("!"):
        return ()
    return tuple(int(part) for part in key.split("."))


def branch_of(key: str) -> str:
    """Return the path of the branch that `key` belongs to, with a trailing dot unless it is the main one."""
    return key[: key.rfind(".") + 1]


def counter_of(key: str) -> int:
    """Return the position of `key` within its branch."""
    return int(key[key.rfind(".") + 1 :])
