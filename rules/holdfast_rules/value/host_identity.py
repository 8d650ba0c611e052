"""DUR105: workflow code asks which process, thread, user or machine runs it."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation

_WHAT = (
    (("threading.", "asyncio."), "the running thread or task"),
    (("os.getcwd", "pathlib.Path.cwd"), "the working directory"),
    (("os.getpid", "os.getppid", "multiprocessing."), "the process"),
    (("getpass.", "pwd.", "grp.", "os.getuid", "os.geteuid", "os.getlogin"), "the user"),
)


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each question about the process or the machine."""
    for use in hazard_uses(unit, Effect.HOST):
        what = next((what for prefixes, what in _WHAT if use.name.startswith(prefixes)), "the machine")
        yield report(
            unit,
            use,
            does=f"depends on {what}",
            replay="a replay elsewhere gets another value",
            help="read it in a step, or pass it in as an argument",
        )


RULE = Rule(
    code="DUR105",
    name="host-identity",
    summary="workflow code asks which process, thread, user, folder or machine runs it",
    why=(
        "Any executor may go on with a workflow: another process, often on another machine. Process ids, host names, "
        "working directories and thread names then differ from the ones that the record was made with."
    ),
    remedy="Read it in a step, which records it, or name things after the workflow's own id.",
    bad=(
        """\
import os

from holdfast import step, workflow


@step
def claim(order: str, worker: int) -> str:
    return f"{order} claimed by {worker}"


@workflow
def checkout(order: str) -> str:
    return claim(order, os.getpid())
""",
        """\
import socket

from holdfast import step, workflow


@step
def ship(order: str) -> str:
    return f"shipped {order}"


def signature() -> str:
    return socket.gethostname()


@workflow
def deliver(order: str) -> str:
    return f"{ship(order)} by {signature()}"
""",
        """\
import threading

from holdfast import step, workflow


@step
def lock(order: str, owner: int) -> str:
    return f"{order} locked by {owner}"


@workflow
def reserve(order: str) -> str:
    return lock(order, threading.get_ident())
""",
    ),
    good=(
        """\
import os

from holdfast import step, workflow


@step
def claim(order: str) -> str:
    return f"{order} claimed by {os.getpid()}"


@workflow
def checkout(order: str) -> str:
    return claim(order)
""",
        """\
from holdfast import step, workflow


def gethostname(url: str) -> str:
    return url.split("/")[2]


@step
def ship(order: str, host: str) -> str:
    return f"shipped {order} via {host}"


@workflow
def deliver(order: str, url: str) -> str:
    return ship(order, gethostname(url))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.SHIFT}),
    check=check,
    fix="unsafe: what tells the host moves into a step, if it is text or a number",
)
