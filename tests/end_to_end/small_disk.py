"""A disk that is quickly full: a file system in memory of a few megabytes, where this account may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Give the folder of a fresh file system of this size; raise `OSError` where mounting is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-disk-"))
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"`{' '.join(command)}`: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


def _can_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    try:
        with small_disk(1):
            return True
    except OSError:
        return False


CAN_MOUNT = _can_mount()
"""Whether a small disk can be had here: as root on Linux, outside of most containers."""
