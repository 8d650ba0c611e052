"""Threads that meet a class for the first time at the same moment: workflows that begin side by side do."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import dataclasses, sys, threading
from holdfast.values.typed import plan_for

sys.setswitchinterval(1e-6)
KINDS = "tuple[dict[str, list[int]] | None, ...]"
LINES = ["@dataclasses.dataclass", "class Inner:", *(f"    f{n}: {KINDS!r} = ()" for n in range(12))]
LINES += ["@dataclasses.dataclass", "class Outer:", *(f"    g{n}: 'tuple[Inner, ...]' = ()" for n in range(12))]
for number in range(150):
    exec("\\n".join(LINES))
    value = Outer(g0=(Inner(f0=({"a": [1]},), f11=(None,)),), g11=(Inner(),))
    together = threading.Barrier(4)

    def meet():
        together.wait()
        plan = plan_for(Outer)
        assert plan.decode(plan.encode(value)) == value

    threads = [threading.Thread(target=meet) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
print("fine")
"""


def test_threads_may_meet_a_class_at_the_same_moment() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "fine\n", "")
