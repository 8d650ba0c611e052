"""`holdfast debug`, driven as a user does: commands of pdb on standard input."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from holdfast import Client

SHOP = """
import asyncio
import functools
import sys
import time

import holdfast
from holdfast import Engine, step, workflow


@step
def charge(order: str, cents: int) -> str:
    open("ran", "a").write("charge\\n")
    if cents < 0:
        raise ValueError("below zero")
    return f"receipt for {cents}"


@step
async def charge_later(order: str, cents: int) -> str:
    open("ran", "a").write("charge\\n")
    return f"receipt for {cents}"


def total(items: list[int]) -> int:
    subtotal = sum(items)
    return subtotal


@workflow
def checkout(order: str, items: list[int]) -> str:
    cents = total(items)
    receipt = charge(order, cents)
    try:
        charge(order, -1)
    except ValueError:
        refused = True
    if not sys.argv[0].endswith("shop.py") and "DRIFT" in globals():
        charge(order, 2)
    return receipt


@workflow
async def checkout_later(order: str) -> list[str]:
    first = await charge_later(order, 1)
    both = await asyncio.gather(charge_later(order, 2), charge_later(order, 3))
    return [first, *both]


@workflow
def hanging(order: str) -> str:
    receipt = charge(order, 1)
    time.sleep(0.01)
    if "run" in sys.argv:
        open("hung", "w").close()
        time.sleep(600)
    return charge(order, 2)


@workflow
def resting(order: str) -> str:
    holdfast.sleep(3600)
    return order


@workflow
def lines(order: str) -> list[str]:
    def line(number: int) -> str:
        cents = number * 10
        return charge(order, cents)

    return holdfast.gather(functools.partial(line, 1), functools.partial(charge, order, 5))


if __name__ == "__main__":
    with Engine(sys.argv[1], suspend_after=0.05, drain=0.1) as engine:
        engine.run(checkout, "o", [1, 2], id="c")
        engine.run(checkout_later, "o", id="l")
        engine.run(lines, "o", id="lines")
        engine.start(resting, "o", id="r")
        engine.start(hanging, "o", id="h")
        while engine.get("r").state != "waiting" or not engine.history("h"):
            time.sleep(0.01)
"""


def record(url: str, folder: Path) -> None:
    (folder / "shop.py").write_text(SHOP)
    subprocess.run([sys.executable, "shop.py", url, "run"], cwd=folder, check=True)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module and the database of its workflows."""
    folder = tmp_path_factory.mktemp("recorded")
    record("sqlite:///app.db", folder)
    return folder


@pytest.fixture
def shop(recorded: Path, tmp_path: Path) -> tuple[str, Path]:
    """The url of a database of one's own with workflows, and the folder of the module that declares them."""
    folder = tmp_path / "shop"
    shutil.copytree(recorded, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return f"sqlite:///{folder / 'app.db'}", folder


def debug(shop: tuple[str, Path], id: str, commands: str, *options: str) -> tuple[int, str]:
    url, folder = shop
    with Client(url) as client:
        before = client.get(id), client.history(id), (folder / "ran").read_text()
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "debug", id, "--db", url, *options],
        cwd=folder,
        input="".join(f"{command}\n" for command in commands.split(";")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "HOME": str(folder)},
        timeout=60,
        check=False,
    )
    with Client(url) as client:
        assert repr((client.get(id), client.history(id), (folder / "ran").read_text())) == repr(before)
    return done.returncode, done.stdout


def change(shop: tuple[str, Path], old: str, new: str) -> None:
    assert SHOP.count(old) == 1
    (shop[1] / "shop.py").write_text(SHOP.replace(old, new))


def test_stepping_from_the_first_line(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "c", "p order;n;p cents;n;p receipt;where;n;n;c")
    assert status == 0, said
    assert "> workflow 'c' begins\n" in said
    assert "-> cents = total(items)" in said
    assert "(holdfast) 'o'\n" in said
    assert "(holdfast) 3\n" in said
    assert "(holdfast) 'receipt for 3'\n" in said
    assert "ValueError: below zero" in said
    assert said.endswith("(holdfast) > the code does what is recorded\n")
    assert set(re.findall(r"^> (\S+)\(\d+\)", said, re.MULTILINE)) == {str(shop[1] / "shop.py")}


def test_from_postgres(postgres_url: str, tmp_path: Path) -> None:
    record(postgres_url, tmp_path)
    status, said = debug((postgres_url, tmp_path), "l", "p first;n;p both;c", "--at", "1")
    assert (status, "the code never came to operation 1" in said) == (2, True)
    status, said = debug((postgres_url, tmp_path), "c", "p receipt;c", "--at", "1")
    assert (status, "(holdfast) 'receipt for 3'" in said) == (0, True)


def test_stepping_goes_into_the_code_but_not_into_holdfast(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "c", ";".join(["s"] * 12 + ["q"]), "shop")
    assert status == 0, said
    assert "shop.py(27)total()" in said
    assert "-> subtotal = sum(items)" in said
    assert "/holdfast/" not in said.replace(str(shop[1]), "")


def test_stopping_at_an_operation(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "c", "p receipt;up;n;p refused;c", "--at", "1")
    assert status == 0, said
    assert re.search(
        r"operation 1, step `shop.charge` at \S+/shop.py:\d+, raises what is recorded: ValueError: below zero", said
    )
    assert "-> charge(order, -1)" in said
    assert "'receipt for 3'" in said
    status, said = debug(shop, "c", "c", "--at", "0")
    assert 'returns what is recorded: "receipt for 3"' in said


def test_where_shows_the_workflows_own_frames_alone(shop: tuple[str, Path]) -> None:
    _, said = debug(shop, "c", "b total;c;n;where;c")
    assert re.search(
        r"shop.py\(\d+\)checkout\(\)\n-> cents = total\(items\)\n> \S+shop.py\(\d+\)total\(\)\n-> return subtotal", said
    )
    _, said = debug(shop, "c", "where;c", "--at", "0")
    assert said.count("shop.py(") == 2
    assert "click" not in said


def test_async_code(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "l", "n;p first;n;p both;c")
    assert status == 0, said
    assert "(holdfast) 'receipt for 1'\n" in said
    assert "(holdfast) ['receipt for 2', 'receipt for 3']\n" in said
    status, said = debug(shop, "l", "p first;n;p both;c", "--at", "1.0")
    assert status == 0, said
    assert "-> both = await asyncio.gather(" in said
    assert "(holdfast) ['receipt for 2', 'receipt for 3']\n" in said


def test_lines_on_threads(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "lines", "p cents;c", "--at", "0.0")
    assert status == 0, said
    assert "-> return charge(order, cents)\n(holdfast) 10\n" in said
    status, said = debug(shop, "lines", "p order;c", "--at", "1.0")
    assert "-> return holdfast.gather(" in said
    assert "(holdfast) 'o'\n" in said


def test_it_stops_where_the_record_ends(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "h", "c;p receipt;c")
    assert status == 0, said
    assert re.search(
        r"the record ends here: operation 1, step `shop.charge` at \S+shop.py:\d+, is not recorded\n", said
    )
    assert "-> return charge(order, 2)\n(holdfast) 'receipt for 1'\n" in said
    status, said = debug(shop, "r", "c;p order;c")
    assert status == 0, said
    assert "the record ends here: the workflow is waiting, and its code has come to its end" in said


def test_it_stops_at_a_difference(shop: tuple[str, Path]) -> None:
    change(shop, "receipt = charge(order, cents)", "receipt = charge(order, cents + 1)")
    status, said = debug(shop, "c", "c;p cents;c")
    assert status == 1, said
    assert "> replay differs at operation 0: the journal has step `shop.charge`" in said
    assert "-> receipt = charge(order, cents + 1)\n(holdfast) 3\n" in said


def test_it_stops_at_the_end_of_code_that_leaves_something_out(shop: tuple[str, Path]) -> None:
    change(shop, "cents = total(items)", "return 'early'")
    status, said = debug(shop, "c", "c;p items;c")
    assert status == 1, said
    assert "found: the code ends without it" in said
    assert "-> return 'early'\n(holdfast) [1, 2]\n" in said
    change(shop, "return [first, *both]", "return [first]")
    status, said = debug(shop, "l", "c;c")
    assert status == 1, said
    assert "replay differs at the end: the workflow returned" in said


def test_it_stops_where_the_code_raises(shop: tuple[str, Path]) -> None:
    change(shop, "    return receipt\n", "    return receipt + items\n")
    status, said = debug(shop, "c", "c;p receipt;q")
    assert status == 1, said
    assert "the code raises TypeError" in said
    assert "-> return receipt + items\n(holdfast) 'receipt for 3'\n" in said


def test_leaving_is_no_error_and_ends_the_code(shop: tuple[str, Path]) -> None:
    for commands, options in (("q", []), ("n;q", []), ("q", ["--at", "0"]), ("c;q", ["--at", "1"])):
        status, said = debug(shop, "c", commands, *options)
        assert status == 0, said
        assert "Traceback" not in said
    status, said = debug(shop, "l", "n;q")
    assert (status, "Traceback" in said) == (0, False)


@pytest.mark.parametrize(
    ("id", "options", "said"),
    [
        ("nobody", [], "no workflow has the id 'nobody'"),
        ("c", ["absent"], "there is no module 'absent'"),
        ("c", ["--at", "first"], "is no key of an operation"),
    ],
)
def test_what_cannot_be_debugged(shop: tuple[str, Path], id: str, options: list[str], said: str) -> None:
    url, folder = shop
    command = [sys.executable, "-m", "holdfast", "debug", id, *options, "--db", url]
    done = subprocess.run(command, cwd=folder, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_an_operation_that_never_comes(shop: tuple[str, Path]) -> None:
    status, said = debug(shop, "c", "c", "--at", "9")
    assert (status, said) == (2, "> the code never came to operation 9\n")


def test_on_a_terminal(shop: tuple[str, Path]) -> None:
    url, folder = shop
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "holdfast", "debug", "c", "--db", url]
    process = subprocess.Popen(command, cwd=folder, stdin=follower, stdout=follower, stderr=follower, close_fds=True)
    os.close(follower)
    said = ""
    for typed in ("n", "p cents * 2", "c"):
        said += read_until(leader, "(holdfast) ")
        os.write(leader, f"{typed}\n".encode())
    said += read_until(leader, "does what is recorded")
    assert process.wait(20) == 0
    os.close(leader)
    assert "-> receipt = charge(order, cents)" in said
    assert "\n6\r\n" in said


def read_until(descriptor: int, end: str) -> str:
    said = ""
    while end not in said:
        ready, _, _ = select.select([descriptor], [], [], 30)
        assert ready, said
        said += os.read(descriptor, 4096).decode()
    return said


def test_a_hook_of_ones_own(shop: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    (shop[1] / "hooks.py").write_text(
        "def stop(frame=None):\n    print('hook at', frame.f_code.co_name, sorted(frame.f_locals))\n"
        "def plain():\n    print('plain hook')\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{shop[1]}:{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("PYTHONBREAKPOINT", "hooks.stop")
    status, said = debug(shop, "c", "", "--debugger", "breakpoint", "--at", "0")
    assert (status, "hook at checkout ['cents', 'items', 'order']" in said) == (0, True), said
    monkeypatch.setenv("PYTHONBREAKPOINT", "hooks.plain")
    status, said = debug(shop, "c", "", "--debugger", "breakpoint", "--at", "0")
    assert (status, "go `up` to checkout at" in said, "plain hook" in said) == (0, True, True), said


def test_without_debugpy(shop: tuple[str, Path]) -> None:
    (shop[1] / "debugpy.py").write_text("raise ImportError('hidden')\n")
    status, said = debug(shop, "c", "", "--debugger", "debugpy")
    assert status == 2
    assert "debugpy is not installed; `pip install debugpy`, or use `--debugger pdb`" in said


class Editor:
    """As much of an editor as speaks the Debug Adapter Protocol."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._file = self._socket.makefile("rb")
        self._sequence = 0
        self.events: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        self._sequence += 1
        body = json.dumps(
            {"seq": self._sequence, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        return self._sequence

    def receive(self, kind: str, name: str) -> dict[str, Any]:
        while True:
            length = 0
            while (line := self._file.readline().strip()) or not length:
                assert line or length or self._file.peek(1), "the debugger hung up"
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(self._file.read(length))
            if message["type"] == kind and message.get("command", message.get("event")) == name:
                found: dict[str, Any] = message
                return found

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        self.send(command, **arguments)
        answer: dict[str, Any] = self.receive("response", command).get("body") or {}
        return answer


@pytest.mark.parametrize("options", [["--at", "0"], []], ids=["operation", "first line"])
def test_with_an_editor(shop: tuple[str, Path], options: list[str]) -> None:
    url, folder = shop
    first_line = not options
    command = [sys.executable, "-m", "holdfast", "debug", "c", "--db", url, "--debugger", "debugpy", "--port", "0"]
    process = subprocess.Popen([*command, *options], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
    assert port is not None
    editor = Editor(int(port[1]))
    editor.ask("initialize", adapterID="test", pathFormat="path")
    editor.send("attach", justMyCode=False)
    editor.receive("event", "initialized")
    editor.ask("configurationDone")
    stopped = editor.receive("event", "stopped")["body"]
    frames = editor.ask("stackTrace", threadId=stopped["threadId"])["stackFrames"]
    assert (frames[0]["name"], Path(frames[0]["source"]["path"]).name) == ("checkout", "shop.py")
    value = editor.ask("evaluate", expression="items" if first_line else "cents", frameId=frames[0]["id"])
    assert value["result"] == ("[1, 2]" if first_line else "3")
    editor.ask("continue", threadId=stopped["threadId"])
    assert ("begins" if first_line else "operation 0") in process.stdout.readline()
    assert "does what is recorded" in process.stdout.readline()
    editor.send("disconnect", terminateDebuggee=False)
    assert process.wait(30) == 0
    process.stdout.close()
