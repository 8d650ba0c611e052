"""DUR601: other durable operations than those that runs in flight have on record."""

from collections.abc import Iterator

from holdfast_rules.facts import SequenceChange, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.skeleton import Changed
from holdfast_rules.wording import quote

WORKFLOW_REMOVED = "workflow removed"
WORKFLOW_RENAMED = "workflow renamed"

_PATCHES = {
    "holdfast": "holdfast.patched",
    "temporal": "workflow.patched",
    "dbos": "DBOS.patch",
    "dapr": "ctx.is_patched",
}
"""How the engines that have patches ask for one."""


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report what differs from the base, and is not behind a patch or a new version."""
    for fact in unit.of(SequenceChange):
        yield Violation.of(
            fact, message=_message(fact), help=_help(fact, unit), severity=_severity(fact), symbol=fact.operation
        )


def _severity(fact: SequenceChange) -> Severity:
    # The last run of a workflow that was taken away may have ended long ago.
    return Severity.WARNING if fact.how == WORKFLOW_REMOVED else Severity.ERROR


def _message(fact: SequenceChange) -> str:
    operation, before, base = quote(fact.operation), quote(fact.before), quote(fact.base)
    there = f" ({fact.base_at})" if fact.base_at else ""
    was, now = _place(fact.was_after), _place(fact.is_after)
    began = "a run that began before has"
    match fact.how:
        case Changed.ADDED:
            return f"{operation} was added {now} since {base}; {began} no record of it"
        case Changed.REMOVED:
            return f"{operation}, which stood {was}{there}, was removed since {base}; {began} a record of it"
        case Changed.RENAMED:
            return f"{before}{there} was renamed to {operation} since {base}; {began} the old name on record"
        case Changed.REORDERED:
            return f"{operation} stood {was}{there} in {base} and stands {now}; {began} the old order on record"
        case Changed.MOVED:
            return (
                f"{operation} stands in other loops or branches than in {base}{there}; {began} another order on record"
            )
        case _ if fact.how == WORKFLOW_RENAMED:
            return f"workflow {before} of {base} is gone, and {operation} does the same; its runs find no code of their name"
    return f"workflow {operation} of {base} is gone; its runs find no code"


def _place(after: str) -> str:
    return f"after {quote(after)}" if after else "at the beginning"


def _help(fact: SequenceChange, unit: UnitFacts) -> str:
    if fact.how == WORKFLOW_RENAMED:
        return f'if it is the same workflow, keep its recorded name: `name="{fact.before}"`'
    if fact.how == WORKFLOW_REMOVED:
        return "keep it until its last run has ended"
    engine = unit.unit.engine
    patch = _PATCHES.get(engine)
    versions = " or give the workflow a new `version=`" if unit.profile.version_keyword else ""
    if patch is None:
        return "keep the old order until runs in flight have ended, or make a new workflow of the new one"
    return f"ask `{patch}(...)` before the new way and keep the old one beside it,{versions}".rstrip(",")


_STEPS = """\
import holdfast
from holdfast import step, workflow


@step
def reserve(order: str) -> str:
    return f"reserved {order}"


@step
def charge(order: str) -> str:
    return f"charged {order}"


@step
def check_fraud(order: str) -> bool:
    return order.startswith("x-")


"""

_BEFORE = f"""\
{_STEPS}@workflow
def checkout(order: str) -> str:
    reserve(order)
    return charge(order)
"""

_ADDED = f"""\
{_STEPS}@workflow
def checkout(order: str) -> str:
    reserve(order)
    if check_fraud(order):
        return "refused"
    return charge(order)
"""

_SWAPPED = f"""\
{_STEPS}@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    reserve(order)
    return receipt
"""

_REMOVED = f"""\
{_STEPS}@workflow
def checkout(order: str) -> str:
    return charge(order)
"""

_PATCHED = f"""\
{_STEPS}@workflow
def checkout(order: str) -> str:
    reserve(order)
    if holdfast.patched("fraud-check") and check_fraud(order):
        return "refused"
    return charge(order)
"""

_EXTRACTED = f"""\
{_STEPS}def paid(order: str) -> str:
    return charge(order)


@workflow
def checkout(order: str) -> str:
    reserve(order)
    return paid(order)
"""

_VERSIONED = f"""\
{_STEPS}@workflow(version="2")
def checkout(order: str) -> str:
    if check_fraud(order):
        return "refused"
    return charge(order)
"""

RULE = Rule(
    code="DUR601",
    name="step-sequence-changed",
    summary="durable operations added, removed, renamed or reordered since a base, not behind a patch or a new version",
    why=(
        "A run that began before the change has the old operations on record. Replayed by the new code it asks for others, "
        "and is stuck; where versions keep it from the new code it waits for a worker that still has the old one. Compared "
        "are the skeletons of workflows, when `holdfast check` is given a base: `--since REV` or `--manifest FILE`."
    ),
    remedy=(
        "Ask for a patch (`holdfast.patched`, Temporal's `workflow.patched`, `DBOS.patch`) before the new way and keep the "
        "old one beside it, give the workflow a new version, or let runs in flight end first."
    ),
    bad=(_ADDED, _SWAPPED, _REMOVED),
    good=(_PATCHED, _EXTRACTED, _VERSIONED),
    base=dict.fromkeys((_ADDED, _SWAPPED, _REMOVED, _PATCHED, _EXTRACTED, _VERSIONED), _BEFORE),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
