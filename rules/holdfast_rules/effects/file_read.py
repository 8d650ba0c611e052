"""DUR304: workflow code reads files."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each read of the file system outside a step."""
    for use in hazard_uses(unit, Effect.FILE_READ):
        yield report(
            unit,
            use,
            does="reads the file system outside a step",
            replay="a replay may find other content",
            subject="what it reads",
            help="read the file in a step, which records what it returns",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR304",
    name="file-read",
    summary="workflow code reads files, or asks about them, outside a step",
    why=(
        "By the time of a replay the file may have been edited, rotated or deployed anew, and on another machine it "
        "may not exist at all. The workflow then sees another content than when its steps were recorded."
    ),
    remedy="Read the file in a step, or pass its content in as an argument.",
    bad=(
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def send(address: str, text: str) -> str:
    return f"sent {len(text)} characters to {address}"


def template(name: str) -> str:
    return Path("templates", name).read_text(encoding="utf-8")


@workflow
def welcome(address: str) -> str:
    return send(address, template("welcome.txt"))
""",
        """\
import os.path

from holdfast import step, workflow


@step
def export(order: str) -> str:
    return f"exported {order}"


@workflow
def report(order: str, path: str) -> str:
    made = export(order)
    if os.path.exists(path):
        return f"{made}, replacing {path}"
    return made
""",
        """\
from holdfast import step, workflow


@step
def ask(prompt: str) -> str:
    return prompt.upper()


@workflow
def agent(question: str) -> str:
    with open("prompt.txt", encoding="utf-8") as file:
        prompt = file.read()
    return ask(prompt + question)
""",
    ),
    good=(
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def template(name: str) -> str:
    return Path("templates", name).read_text(encoding="utf-8")


@workflow
def welcome(name: str) -> str:
    return template("welcome.txt").replace("NAME", name)
""",
        """\
from pathlib import PurePosixPath

from holdfast import step, workflow


@step
def export(order: str, path: str) -> str:
    return f"{order} to {path}"


@workflow
def report(order: str, folder: str) -> str:
    path = PurePosixPath(folder) / f"{order}.csv"
    return export(order, str(path))
""",
        """\
from holdfast import step, workflow


class Till:
    def __init__(self) -> None:
        self.hours: list[str] = []

    def open(self, hour: str) -> str:
        self.hours.append(hour)
        return f"open at {hour}"


@step
def announce(text: str) -> str:
    return text


@workflow
def day(hour: str) -> str:
    open = Till().open
    return announce(open(hour))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="unsafe: the read moves into a step, if it gives text, bytes or a truth value",
)
