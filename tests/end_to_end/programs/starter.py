"""Starts workflows and tells which ones the database has: `starter.py URL FIRST LAST PAUSE`."""

from __future__ import annotations

import sys
import time

import orders

from holdfast import Engine

url = sys.argv[1]
first, last = int(sys.argv[2]), int(sys.argv[3])
pause = float(sys.argv[4])
with Engine(url, executor="starter", lease=3.0) as engine:
    for number in range(first, last):
        workflow = orders.async_order if number % 3 == 2 else orders.order
        begin = engine.enqueue if number % 2 else engine.start  # elsewhere and here
        begin(workflow, f"o{number}", id=f"order/{number}")
        print(number, flush=True)
        time.sleep(pause)
    sys.stdin.read()
