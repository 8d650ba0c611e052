"""DUR305: workflow code changes files."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each change of the file system outside a step."""
    for use in hazard_uses(unit, Effect.FILE_WRITE):
        yield report(
            unit,
            use,
            does="changes files outside a step",
            replay="a replay does it again",
            subject="what it returns",
            help="move it into a step, which a replay does not run again",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR305",
    name="file-write",
    summary="workflow code writes, moves or deletes files outside a step",
    why=(
        "A replay writes the file again, over what others have put there since; a moved or deleted file is no longer "
        "there to be moved, so the replay raises where the first run did not."
    ),
    remedy="Move the change into a step. A step that finished is not run again.",
    bad=(
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def render(order: str) -> str:
    return f"invoice for {order}"


def save(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


@workflow
def invoice(order: str) -> str:
    text = render(order)
    save(f"{order}.txt", text)
    return text
""",
        """\
import os

from holdfast import step, workflow


@step
def book(path: str) -> str:
    return f"booked {path}"


@workflow
def intake(path: str) -> str:
    booked = book(path)
    os.remove(path)
    return booked
""",
        """\
import shutil

from holdfast import step, workflow


@step
def book(path: str) -> str:
    return f"booked {path}"


class Archive:
    def __init__(self, folder: str) -> None:
        self.folder = folder

    def take(self, path: str) -> None:
        shutil.move(path, self.folder)


@workflow
def intake(path: str) -> str:
    booked = book(path)
    Archive("archive").take(path)
    return booked
""",
    ),
    good=(
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def save(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


@workflow
def invoice(order: str) -> str:
    text = f"invoice for {order}"
    save(f"{order}.txt", text)
    return text
""",
        """\
import io

from holdfast import step, workflow


@step
def send(text: str) -> int:
    return len(text)


@workflow
def invoice(lines: list[str]) -> int:
    page = io.StringIO()
    for line in lines:
        page.write(line)
    return send(page.getvalue())
""",
        """\
from holdfast import step, workflow


@step
def send(lines: list[str]) -> int:
    return len(lines)


@workflow
def invoice(lines: list[str], draft: str) -> int:
    kept = list(lines)
    kept.remove(draft)
    return send(kept)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="unsafe: the call moves into a step, if its result is not used",
)
