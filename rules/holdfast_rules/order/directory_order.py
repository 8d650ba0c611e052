"""DUR202: files come in the order of the file system."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation

_HELP = "sort what it returns: `sorted(…)`"


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report unsorted directory listings: errors by where they flow in workflow code, warnings in a step's body."""
    for use in hazard_uses(unit, Effect.DIRECTORY_ORDER):
        yield report(
            unit,
            use,
            does="lists files in no fixed order",
            replay="a retry of the step may see another order" if use.in_step else "a replay may see another order",
            help=_HELP if use.in_step else f"list the files in a step, and {_HELP}",
            severity=Severity.WARNING if use.in_step else None,
            same_for_all_engines=True,
        )


RULE = Rule(
    code="DUR202",
    name="directory-order",
    summary="files are listed in the order of the file system",
    why=(
        "`listdir`, `glob`, `iterdir` and `scandir` return files as the file system stores them: another order on "
        "another disk, and after files come and go. In workflow code a replay then starts steps in another order; in a "
        "step, a retry records another order than the try before it."
    ),
    remedy="List the files in a step and sort them: `sorted(os.listdir(folder))`.",
    bad=(
        """\
import os

from holdfast import step, workflow


@step
def inbox(folder: str) -> list[str]:
    return os.listdir(folder)


@step
def book(name: str) -> str:
    return f"booked {name}"


@workflow
def nightly(folder: str) -> None:
    for name in inbox(folder):
        book(name)
""",
        """\
import glob

from holdfast import step, workflow


@step
def manifest(folder: str) -> str:
    return ",".join(glob.glob(f"{folder}/*.xml"))


@workflow
def nightly(folder: str) -> str:
    return manifest(folder)
""",
        """\
from pathlib import Path

from holdfast import step, workflow


def invoices(folder: str) -> list[str]:
    return [str(path) for path in Path(folder).glob("*.xml")]


@step
def first_invoice(folder: str) -> str:
    return invoices(folder)[0]


@workflow
def nightly(folder: str) -> str:
    return first_invoice(folder)
""",
    ),
    good=(
        """\
import os

from holdfast import step, workflow


@step
def inbox(folder: str) -> list[str]:
    return sorted(os.listdir(folder))


@step
def book(name: str) -> str:
    return f"booked {name}"


@workflow
def nightly(folder: str) -> None:
    for name in inbox(folder):
        book(name)
""",
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def count_invoices(folder: str) -> int:
    return len(list(Path(folder).glob("*.xml")))


@step
def has_invoices(folder: str) -> bool:
    return any(Path(folder).iterdir())


@workflow
def nightly(folder: str) -> int:
    return count_invoices(folder) if has_invoices(folder) else 0
""",
    ),
    enforced_by=frozenset({Enforcement.SHIFT}),
    check=check,
)
