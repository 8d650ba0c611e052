"""DUR306: workflow code starts programs."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each program started outside a step."""
    for use in hazard_uses(unit, Effect.SUBPROCESS):
        yield report(
            unit,
            use,
            does="starts a program outside a step",
            replay="a replay starts it again",
            subject="its outcome",
            help="move it into a step, which runs once and records the outcome",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR306",
    name="subprocess",
    summary="workflow code starts a program outside a step",
    why=(
        "The program runs again on every replay, with all its effects, perhaps on a machine where another version of "
        "it is installed. Its exit code and output are not recorded, so the code after it may go another way."
    ),
    remedy="Start the program in a step, which records what it returns.",
    bad=(
        """\
import subprocess

from holdfast import step, workflow


@step
def render(order: str) -> str:
    return f"{order}.html"


def to_pdf(page: str) -> None:
    subprocess.run(["wkhtmltopdf", page, f"{page}.pdf"], check=True)


@workflow
def invoice(order: str) -> str:
    page = render(order)
    to_pdf(page)
    return page
""",
        """\
import os

from holdfast import step, workflow


@step
def build(branch: str) -> str:
    return f"built {branch}"


@workflow
def deploy(branch: str) -> str:
    built = build(branch)
    os.system("systemctl restart shop")
    return built
""",
        """\
from subprocess import check_output as output

from holdfast import step, workflow


@step
def tag(branch: str, revision: str) -> str:
    return f"{branch} at {revision}"


@workflow
def deploy(branch: str) -> str:
    return tag(branch, output(["git", "rev-parse", branch], text=True))
""",
    ),
    good=(
        """\
import subprocess

from holdfast import step, workflow


@step
def to_pdf(page: str) -> str:
    subprocess.run(["wkhtmltopdf", page, f"{page}.pdf"], check=True)
    return f"{page}.pdf"


@workflow
def invoice(order: str) -> str:
    return to_pdf(f"{order}.html")
""",
        """\
import shlex

from holdfast import step, workflow


@step
def run(command: list[str]) -> int:
    return len(command)


@workflow
def deploy(command: str) -> int:
    return run(shlex.split(command))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="unsafe: the call moves into a step, if its result is not used or a number",
)
