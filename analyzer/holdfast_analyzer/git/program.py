"""The git program: run without what its environment or a repository's own configuration could make it do."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_TIMEOUT = 20.0
"""Seconds; a cold file system over the network is slow, a hook that hangs must not hang the check."""


class GitFailed(Exception):
    """git is there, and so is a checkout, but git does not answer; the message says why."""


def checkout_around(folder: str) -> str | None:
    """The root of the checkout that a folder lies in; None when there is none.

    Args:
        folder: an absolute path.
    """
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def ask(folder: str, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run git in a folder; its exit status is the caller's to look at.

    Args:
        folder: an absolute path.
        arguments: of the command line, behind `git`.
        given: its standard input.

    Raises:
        GitFailed: there is no git, or it does not come to an end.
    """
    import subprocess  # most checks ask git nothing

    # A repository's own configuration could name a program to run as its file system monitor.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
            env=environment,
            input=given,
        )
    except FileNotFoundError as error:
        raise GitFailed("git is not installed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailed(str(error)) from error


def read(folder: str, *arguments: str, given: bytes = b"") -> bytes:
    """Run git in a folder and return its standard output.

    Args:
        folder: an absolute path.
        arguments: of the command line, behind `git`.
        given: its standard input.

    Raises:
        GitFailed: it ended with another status than 0; the message is the first line that it said.
    """
    done = ask(folder, *arguments, given=given)
    if done.returncode:
        raise GitFailed(complaint(done))
    return done.stdout


def complaint(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The first line that git said on standard error, without its `fatal: `."""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[0].removeprefix("fatal: ") if said else f"git ended with status {done.returncode}"


def toplevel(folder: str) -> str:
    """The real path of the root of the checkout that a folder lies in.

    Args:
        folder: an absolute path.

    Raises:
        GitFailed: it lies in none.
    """
    return os.path.realpath(os.fsdecode(read(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))
