"""The host and the process as code sees them: environment, working directory, ids and names, timezone, locale."""

from __future__ import annotations

import getpass
import locale
import os
import platform
import socket
import sys
import sysconfig
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from holdfast.testing.worlds.builtin import for_others, replace

_ZONES: Final = ("XXX-14", "XXX12", "XXX5", "XXX-5:45")
"""In the form of POSIX, whose sign is that of UTC minus local time: no database of zones is needed."""
_LOCALES: Final = ("de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.UTF-8", "en_US.UTF-8", "C.UTF-8", "POSIX")

_FLAGS: Final = {"true": "false", "false": "true", "yes": "no", "no": "yes", "on": "off", "off": "on"}

ABSENT: Final = ("shifted", "7", "true")
"""What a variable that is not set may have for a value; which of them code can read shows when it reads it."""
absent = ABSENT[0]

_mask = 0
"""Added to every id of the host; 0 in the base world."""
_environment: int | None = None
_importing = False
_LIBRARY: Final = (sysconfig.get_path("stdlib"), "<frozen")
_home = os.getcwd()


def shift(environment: int | None, host: int | None, zone: int | None, foreign: bool, importing: bool = False) -> None:
    """Set everything to the base world's, or to a world's.

    Args:
        environment: 0 changes every variable, 1 takes them away.
        host: 0 changes ids and names, 1 the working directory.
        zone: which timezone; UTC when None.
        foreign: set another locale.
        importing: modules are imported; installed packages, which may choose by the environment what they can do at
            all, see it as it is.
    """
    global _mask, _environment, _importing
    _importing = importing
    _environment = None  # what is set here must arrive
    _mask = 1 if host == 0 else 0
    os.chdir(tempfile.gettempdir() if host == 1 else _home)
    if hasattr(time, "tzset"):
        os.environ["TZ"] = "UTC0" if zone is None else _ZONES[zone]
        time.tzset()
    _set_locale(foreign)
    _environment = environment


def _set_locale(foreign: bool) -> None:
    for name in _LOCALES if foreign else ():
        try:
            locale.setlocale(locale.LC_ALL, name)
            return
        except locale.Error:
            continue  # not installed on this host
    locale.setlocale(locale.LC_ALL, "C")


def _number(original: Callable[..., Any]) -> Callable[..., Any]:
    return for_others(original, lambda *args: 4_242 + _mask)


def _text(base: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return lambda original: lambda *args: base + "-shifted" * _mask


def _uname(original: Callable[..., Any]) -> Callable[..., Any]:
    def call() -> Any:
        known = original()
        if not _mask:
            return known
        fields = list(known)
        fields[1] = "elsewhere"
        return type(known)(fields)

    return call


def _other_text(value: str) -> str:
    """Return another text of the same make: a number for a number, a flag for a flag."""
    if value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    try:
        return str(int(value) + 1)
    except ValueError:
        return f"{value}-shifted"


def _asked_by_project() -> bool:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
        if "site-packages" in frame.f_code.co_filename:
            return False
        frame = frame.f_back
    return frame is not None and "site-packages" not in frame.f_code.co_filename


def install() -> None:
    """Put the host in place."""
    for module, name in (
        (os, "getpid"),
        (os, "getppid"),
        (os, "getuid"),
        (threading, "get_ident"),
        (threading, "get_native_id"),
        (os, "cpu_count"),
        (uuid, "getnode"),
    ):
        if hasattr(module, name):
            replace(module, name, _number)
    for module, name in ((socket, "gethostname"), (socket, "getfqdn"), (platform, "node")):
        replace(module, name, _text("host"))
    for module, name in ((getpass, "getuser"), (os, "getlogin")):
        replace(module, name, _text("user"))
    replace(os, "uname", _uname)
    plain = type(os.environ).__getitem__

    def read(self: Any, key: str) -> str:
        if _environment is None or (_importing and not _asked_by_project()):
            return plain(self, key)
        if _environment == 1:
            raise KeyError(key)
        try:
            return _other_text(plain(self, key))
        except KeyError:
            return absent

    type(os.environ).__getitem__ = read  # type: ignore[method-assign]
