"""A worker process that runs until it is killed: `worker.py URL EXECUTOR LEASE`."""

from __future__ import annotations

import signal
import sys

import orders

from holdfast import Engine

url, executor, lease = sys.argv[1:4]
with Engine(url, executor=executor, lease=float(lease)):
    print("up", orders.__name__, flush=True)
    signal.pause()
