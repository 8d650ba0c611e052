"""`make demo`: find the hazards of the shop, then kill its clean workflow midway and see it go on.

Exits with 0 when everything went as told, and with 1, saying what did not.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KILL_AT = "step pack begins"


def main() -> int:
    """Run both halves; return the exit status."""
    status = lint()
    if status != 1:
        return fail(f"`holdfast check` was expected to find the planted hazards and exit with 1, not {status}")
    with tempfile.TemporaryDirectory(prefix="holdfast-demo-") as folder:
        return crash_and_resume(f"sqlite:///{folder}/shop.db")


def lint() -> int:
    """Show what the analyzer finds; return its exit status."""
    title("1. lint: five hazards are planted behind helpers; the clean workflow is proved")
    print("$ holdfast check examples/shop", flush=True)
    status = holdfast("check", HERE).returncode
    print("\n(exit status 1: there are findings, as there should be)\n\n$ holdfast units examples/shop", flush=True)
    holdfast("units", HERE)
    return status


def crash_and_resume(database: str) -> int:
    """Kill the workflow in its third step, run it again, show its journal; return the exit status."""
    title("2. run: the clean workflow on SQLite, killed in the middle of its third step")
    first = order(database)
    assert first.stdout is not None
    seen = []
    for line in first.stdout:
        print(line, end="", flush=True)
        seen.append(line.strip())
        if KILL_AT in line:
            first.send_signal(signal.SIGKILL)
            break
    first.stdout.close()
    first.wait()
    if first.returncode != -signal.SIGKILL:
        return fail(f"the first run should have been killed at `{KILL_AT}`, but ended with {first.returncode}")
    title("3. kill -9. The same program again: what is recorded is not done a second time")
    second = order(database)
    output, _ = second.communicate()
    print(output, end="", flush=True)
    if second.returncode != 0:
        return fail(f"the second run ended with {second.returncode}")
    repeated = [line for line in seen if "is done" in line and line in output]
    if repeated:
        return fail(f"the second run did again what was recorded: {repeated}")
    title("4. the journal")
    print("$ holdfast workflows history checkout/o-1", flush=True)
    return holdfast("workflows", "history", "checkout/o-1", HOLDFAST_DATABASE_URL=database).returncode


def order(database: str) -> "subprocess.Popen[str]":
    """Start the program that places the order."""
    command = [sys.executable, str(HERE / "place_order.py"), database]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def holdfast(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the `holdfast` command in the terminal at hand."""
    command = [sys.executable, "-m", "holdfast", *map(str, arguments)]
    width = {} if sys.stdout.isatty() else {"COLUMNS": "120"}
    return subprocess.run(command, env={**os.environ, **width, **environment}, check=False)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n=== {text}\n", flush=True)


def fail(reason: str) -> int:
    """Say why the demo failed; return its exit status."""
    print(f"\ndemo failed: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
