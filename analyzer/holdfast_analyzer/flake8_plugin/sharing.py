"""How flake8's workers get at what its own process has found.

Where processes are forked they have it already. Where they are started anew (macOS, Windows, Python 3.14), each reads
flake8's options again: then the problems lie in a file that the environment names.
"""

import atexit
import multiprocessing
import os
import shutil
import tempfile
from argparse import Namespace
from pathlib import Path

import msgspec

from holdfast_analyzer.flake8_plugin.problems import Problems

VARIABLE = "HOLDFAST_FLAKE8_PROBLEMS"
"""Names the file; set by flake8's own process for those that it starts."""


def taken_from_parent() -> Problems | None:
    """Return what flake8's own process has found; None when this is that process."""
    file = os.environ.get(VARIABLE)
    if file is None or multiprocessing.parent_process() is None:
        return None
    try:
        return msgspec.json.decode(Path(file).read_bytes(), type=Problems)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None  # of a flake8 that has ended: this process finds it out itself


def hand_to_workers(problems: Problems, options: Namespace) -> None:
    """Lay what was found where processes that are started anew find it."""
    method = multiprocessing.get_start_method(allow_none=True) or multiprocessing.get_all_start_methods()[0]
    if method == "fork" or len(problems.files) < 2:
        return
    folder = tempfile.mkdtemp(prefix="holdfast-flake8-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "problems.json"
    file.write_bytes(msgspec.json.encode(problems))
    os.environ[VARIABLE] = str(file)
