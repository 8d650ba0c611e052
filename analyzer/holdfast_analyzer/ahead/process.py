"""The process that reads ahead: tasks come in on its standard input, results go out on its standard output.

It is started by `readers` with a command of its own, not forked and not through `multiprocessing`: it needs nothing of
the program that uses the analyzer, has none of its threads and locks, and ends when its standard input does.
"""

import os
import signal
import sys

import msgspec

from holdfast_analyzer.ahead.messages import Done, Task, receive, send
from holdfast_analyzer.ahead.reading import is_python, read_file
from holdfast_analyzer.deep_stack import on_deep_stack


def work() -> None:
    """Do tasks until there are no more."""
    # What anything prints must not get between the results.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while (data := receive(sys.stdin.buffer)) is not None:
        task = msgspec.msgpack.decode(data, type=Task)
        read = [read_file(os.fsdecode(path)) for path in task.read]
        refused = [path for path in task.check if not is_python(os.fsdecode(path))]
        try:
            send(out, Done(read, refused))
        except OSError:
            return  # the check is over


def main() -> None:
    """Work; an interrupt from the keyboard is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    on_deep_stack(work)
