"""DUR108: workflow code looks at the interpreter that runs it."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation

_WHAT = (
    (("gc.", "weakref.", "tracemalloc."), "depends on what was garbage-collected"),
    (("inspect.", "traceback.", "linecache."), "looks at the running stack or source"),
    (("sys.argv", "sys.orig_argv", "argparse.", "getopt."), "reads the command line"),
)


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each look at interpreter state."""
    for use in hazard_uses(unit, Effect.INTERPRETER):
        does = next((does for prefixes, does in _WHAT if use.name.startswith(prefixes)), "reads interpreter state")
        yield report(
            unit,
            use,
            does=does,
            replay="a replay in a new process may differ",
            help="pass the value in as an argument, or read it in a step",
        )


RULE = Rule(
    code="DUR108",
    name="interpreter-state",
    summary="workflow code reads `sys`, `inspect`, `gc` or whether a weak reference lives",
    why=(
        "The command line, the loaded modules, the stack, reference counts and what the garbage collector has taken "
        "belong to one process. The replay runs in another, perhaps on another Python version."
    ),
    remedy="Pass the value in as an argument of the workflow, or read it in a step, which records it.",
    bad=(
        """\
import sys

from holdfast import step, workflow


@step
def export(order: str, target: str) -> str:
    return f"{order} to {target}"


@workflow
def report(order: str) -> str:
    return export(order, sys.argv[-1])
""",
        """\
import sys

from holdfast import step, workflow


@step
def store(blob: str, compress: bool) -> str:
    return blob[:10] if compress else blob


def is_large(blob: str) -> bool:
    return sys.getsizeof(blob) > 1_000_000


@workflow
def archive(blob: str) -> str:
    return store(blob, is_large(blob))
""",
        """\
import gc

from holdfast import step, workflow


@step
def load(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    basket = load(order)
    freed = gc.collect()
    return f"{basket} after {freed}"
""",
    ),
    good=(
        """\
import sys

from holdfast import step, workflow


@step
def export(order: str, target: str) -> str:
    return f"{order} to {target}"


@workflow
def report(order: str, target: str) -> str:
    return export(order, target)


def main() -> str:
    return report("o-1", sys.argv[-1])
""",
        """\
import sys

from holdfast import step, workflow


@step
def store(blob: str) -> int:
    return sys.getsizeof(blob)


@workflow
def archive(blob: str) -> int:
    return store(blob)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
