"""Seeing input and output by an audit hook (PEP 578): what reaches the operating system by ways that nobody catalogued.

An audit hook cannot be taken away, so it is installed with the first guard of a process, and asleep while there is none.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

from holdfast.execution.scope import Branch, scope
from holdfast_rules.effect import Effect

_WRITES: Final = frozenset("wax+")

_EVENTS: Final[dict[str, Effect]] = {
    **dict.fromkeys(
        "os.listdir os.scandir os.walk os.fwalk os.getxattr os.listxattr glob.glob glob.glob/2 pathlib.Path.glob"
        " pathlib.Path.rglob mmap.__new__ builtins.input".split(),
        Effect.FILE_READ,
    ),
    **dict.fromkeys(
        "os.remove os.rename os.mkdir os.rmdir os.link os.symlink os.chmod os.chown os.lockf os.truncate os.utime"
        " os.setxattr os.removexattr os.chflags os.memfd_create shutil.copyfile shutil.copymode shutil.copystat"
        " shutil.copytree shutil.move shutil.rmtree shutil.chown shutil.make_archive shutil.unpack_archive"
        " tempfile.mkstemp tempfile.mkdtemp fcntl.fcntl fcntl.flock fcntl.ioctl fcntl.lockf".split(),
        Effect.FILE_WRITE,
    ),
    **dict.fromkeys(
        "socket.__new__ socket.bind socket.connect socket.getaddrinfo socket.gethostbyaddr socket.gethostbyname"
        " socket.getnameinfo socket.getservbyname socket.getservbyport socket.sendmsg socket.sendto"
        " http.client.connect http.client.send urllib.Request ftplib.connect ftplib.sendcmd imaplib.open imaplib.send"
        " poplib.connect poplib.putline smtplib.connect smtplib.send nntplib.connect telnetlib.Telnet.open".split(),
        Effect.NETWORK,
    ),
    **dict.fromkeys("sqlite3.connect sqlite3.load_extension".split(), Effect.DATABASE),
    **dict.fromkeys(
        "subprocess.Popen os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn os.startfile pty.spawn"
        " webbrowser.open".split(),
        Effect.SUBPROCESS,
    ),
    **dict.fromkeys("_thread.start_new_thread _thread.start_joinable_thread".split(), Effect.THREAD),
    **dict.fromkeys("os.kill os.killpg signal.pthread_kill builtins.breakpoint pdb.Pdb".split(), Effect.SIGNAL),
    **dict.fromkeys("os.putenv os.unsetenv os.chdir resource.setrlimit sys.addaudithook".split(), Effect.STATE),
    **dict.fromkeys("syslog.syslog syslog.openlog".split(), Effect.OUTPUT),
    **dict.fromkeys("socket.gethostname os.getlogin".split(), Effect.HOST),
    "time.sleep": Effect.SLEEP,
}

_awake = False
_installed = False
_muted: Final = threading.local()


def switch(on: bool) -> None:
    """Wake the hook, or put it to sleep; install it when there is none yet."""
    global _awake, _installed
    _awake = on
    if on and not _installed:
        _installed = True
        sys.addaudithook(_hook)


class Muted:
    """While the guard itself is at work, nothing is seen on this thread."""

    def __enter__(self) -> None:
        _muted.depth = _depth() + 1

    def __exit__(self, *_: object) -> None:
        _muted.depth -= 1


def _depth() -> int:
    return int(getattr(_muted, "depth", 0))


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _awake:
        return
    effect = _open_effect(arguments) if event == "open" else _EVENTS.get(event)
    if effect is None:
        return
    branch = scope.get()
    if type(branch) is not Branch or _depth():
        return
    guard = branch.execution.engine.guard
    if guard is not None:
        guard.judge_io(branch, sys._getframe(1), event, effect)


def _open_effect(arguments: tuple[Any, ...]) -> Effect:
    """Return what an `open` does: by its mode, or by the flags of `os.open`, which has none."""
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return Effect.FILE_WRITE if _WRITES & set(mode) else Effect.FILE_READ
    writing = isinstance(flags, int) and flags & 3  # O_WRONLY is 1 and O_RDWR 2, see open(2)
    return Effect.FILE_WRITE if writing else Effect.FILE_READ
