"""Where the steps of the demo do their work: slowly enough to be interrupted, and in plain sight."""

import time

SECONDS = 0.4


def work_on(step: str, result: str) -> str:
    """Do the work of `step`, which takes a while, and return its `result`."""
    print(f"  step {step} begins", flush=True)
    time.sleep(SECONDS)
    print(f"  step {step} is done: {result}", flush=True)
    return result
