"""Which process this is, so that a sibling on the same machine can tell at once that it is dead."""

from __future__ import annotations

import os
from pathlib import Path


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _machine() -> str:
    """Return what is the same for processes that see each other's ids, or "" where that cannot be said (not Linux)."""
    boot = _read("/proc/sys/kernel/random/boot_id")
    try:
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}" if boot else ""
    except OSError:
        return ""


def _status(pid: int) -> tuple[str, str]:
    """Return the state of process `pid` and its start in the kernel's ticks since boot: fields 3 and 22, see `proc(5)`."""
    stat = _read(f"/proc/{pid}/stat")
    fields = stat[stat.rfind(")") + 1 :].split()
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def this_process() -> str:
    """Return the identity of this process, for other processes to judge with `is_dead`."""
    return f"{_machine()} {os.getpid()} {_status(os.getpid())[1]}"


def is_dead(process: str) -> bool:
    """Whether `process` certainly runs no more; False when it cannot be told from here, as on another machine."""
    try:
        machine, pid, born = process.split(" ")
        number = int(pid)
    except ValueError:
        return False
    if not machine or machine != _machine():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    state, now = _status(number)
    # A zombie is dead; only its parent has not taken note.
    return state in ("Z", "X") or (bool(born) and bool(now) and now != born)
