"""A worker process that runs until it is killed: `worker.py URL EXECUTOR LEASE`."""

from __future__ import annotations

import sys
import time

import orders

from holdfast import Engine

url, executor, lease = sys.argv[1:4]
with Engine(url, executor=executor, lease=float(lease)):
    print("up", orders.__name__, flush=True)
    while True:  # not `signal.pause`: a signal right before it would be waited for in vain
        time.sleep(0.1)
