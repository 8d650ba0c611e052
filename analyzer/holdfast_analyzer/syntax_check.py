"""Tells which files are no Python at all, in a process of its own: files that no workflow reaches are never outlined.

Run as a script: paths on standard input, null bytes between them; those that the running Python refuses come back in
the same way. It imports the standard library alone, so that it starts at once. Building a symbol table costs about half of building an
`ast`, and refuses the same files.
"""

import symtable
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

STACK = 256 * 1024 * 1024
"""Bytes of stack for the parser: deeply nested files must not end the process."""


class SyntaxCheck:
    """A check that runs beside the analysis.

    Args:
        paths: the files to check, relative to the working directory or absolute.
        jobs: how many processes may run, this one included: with one the check runs when its result is asked for.
    """

    def __init__(self, paths: Sequence[str], jobs: int) -> None:
        self._paths = list(paths)
        self._process: subprocess.Popen[str] | None = None
        self._written: threading.Thread | None = None
        if paths and jobs > 1:
            self._process = started()
            # A full pipe must not stop the analysis.
            self._written = threading.Thread(target=self._write, daemon=True)
            self._written.start()

    def _write(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            with self._process.stdin as stream:
                stream.write("\0".join(self._paths))
        except BrokenPipeError:
            # The process died: `refused` then checks here.
            return

    def refused(self) -> list[str]:
        """Return the files that the running Python cannot parse, or that cannot be read."""
        if self._process is None:
            return [path for path in self._paths if not is_python(path)]
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            found = stream.read()
        if self._process.wait() != 0:
            return [path for path in self._paths if not is_python(path)]
        return found.split("\0") if found else []


def started() -> "subprocess.Popen[str]":
    """Start this module as a script."""
    import subprocess  # a check that finds every file as it was needs no process

    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    )


def is_python(path: str) -> bool:
    """Tell whether the running Python can parse a file."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(data, path, "exec")  # type: ignore[arg-type]
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        # Why it is refused is said by the outline of the file, which the caller asks for next.
        return False
    return True


def main() -> None:
    """Check the files named on standard input."""
    paths = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\0")
    refused = [path for path in paths if path and not is_python(path)]
    sys.stdout.buffer.write("\0".join(refused).encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    threading.stack_size(STACK)
    checking = threading.Thread(target=main)
    checking.start()
    checking.join()
