"""DUR102: workflow code draws from a generator that no durable value seeds."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation

_SYSTEM_SOURCES = ("secrets.", "os.", "ssl.", "random.SystemRandom")


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each random draw that a replay cannot repeat."""
    for use in hazard_uses(unit, Effect.RANDOMNESS):
        yield report(
            unit,
            use,
            does="draws from the system's entropy"
            if use.name.startswith(_SYSTEM_SOURCES)
            else "is random and unseeded",
            replay="a replay draws another value",
            help="seed a `random.Random` from the workflow's input, or draw in a step",
        )


RULE = Rule(
    code="DUR102",
    name="unseeded-random",
    summary="workflow code draws a random value that no durable value seeds",
    why=(
        "A replay must take the same way through the code. The process-wide generator, `secrets` and `os.urandom` give "
        "another value on every run, and so does `random.Random()` without a seed: the replay branches differently or "
        "hands a step another argument than the one on record."
    ),
    remedy=(
        "Use the engine's seeded generator, seed a `random.Random` from the workflow's input, or draw the value in a "
        "step, which records it."
    ),
    bad=(
        """\
import random

from holdfast import step, workflow


@step
def assign(ticket: str, agent: str) -> str:
    return f"{ticket} goes to {agent}"


def pick(agents: list[str]) -> str:
    return random.choice(agents)


@workflow
def triage(ticket: str, agents: list[str]) -> str:
    return assign(ticket, pick(agents))
""",
        """\
import secrets

from holdfast import step, workflow


@step
def send(address: str, code: str) -> None:
    return None


@workflow
def invite(address: str) -> str:
    code = secrets.token_hex(8)
    send(address, code)
    return code
""",
        """\
from random import Random

from holdfast import step, workflow


@step
def retry_after(order: str, seconds: float) -> str:
    return f"{order} again in {seconds}"


@workflow
def checkout(order: str) -> str:
    jitter = Random()
    return retry_after(order, jitter.uniform(1.0, 2.0))
""",
    ),
    good=(
        """\
import random

from holdfast import step, workflow


@step
def assign(ticket: str, agent: str) -> str:
    return f"{ticket} goes to {agent}"


@workflow
def triage(ticket: str, agents: list[str]) -> str:
    chance = random.Random(42)
    return assign(ticket, chance.choice(agents))
""",
        """\
import secrets

from holdfast import step, workflow


@step
def send(address: str) -> str:
    code = secrets.token_hex(8)
    return f"sent {code} to {address}"


@workflow
def invite(address: str) -> str:
    return send(address)
""",
        """\
from holdfast import step, workflow


class Catalogue:
    def choice(self, names: list[str]) -> str:
        return names[0]


@step
def assign(ticket: str, agent: str) -> str:
    return f"{ticket} goes to {agent}"


@workflow
def triage(ticket: str, agents: list[str]) -> str:
    random = Catalogue()
    return assign(ticket, random.choice(agents))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.SHIFT}),
    check=check,
    fix="safe: `random` becomes the engine's seeded generator; unsafe: another source moves into a step",
)
