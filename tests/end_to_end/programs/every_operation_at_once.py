"""Runs every workflow of `every_operation.py`, each in an engine of its own: `every_operation_at_once.py URL LEASE SKEW`.

All of them in one process, so that one signal strikes all of them in the middle of their operations. `SKEW` seconds is how
far the process's clock is ahead.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack

url, lease, skew = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
_clock = time.time
time.time = lambda: _clock() + skew

from every_operation import OPERATIONS  # noqa: E402

from holdfast import Engine  # noqa: E402

with ExitStack() as stack:
    handles = []
    for name, flow in OPERATIONS.items():
        engine = stack.enter_context(Engine(url, executor=f"first: {name}", lease=lease, suspend_after=0.1))
        handles.append(engine.start(flow, name, id=name))
    print("started", flush=True)
    for handle in handles:
        try:
            handle.result()
        except ValueError:
            pass  # one of them is there to fail
    print("finished", flush=True)
