"""DUR303: workflow code asks a language model."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each call of a language model outside a step."""
    for use in hazard_uses(unit, Effect.MODEL):
        yield report(
            unit,
            use,
            does="asks a model outside a step",
            replay="a replay pays again for another answer",
            subject="the answer",
            help="move the call into a step, which records the answer",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR303",
    name="model-call",
    summary="workflow code calls a language model outside a step",
    why=(
        "A model gives another answer each time it is asked, and each answer costs. An agent that asks in workflow "
        "code chooses other tools on replay than those on record, after paying for the whole conversation again."
    ),
    remedy="Move the call into a step. Its answer is recorded, so a replay continues the same conversation for free.",
    bad=(
        """\
from holdfast import step, workflow
from openai import OpenAI

client = OpenAI()


@step
def search(query: str) -> str:
    return f"results for {query}"


@workflow
def research(question: str) -> str:
    plan = client.responses.create(model="gpt-5", input=question)
    return search(plan.output_text)
""",
        """\
from anthropic import AsyncAnthropic
from holdfast import step, workflow


@step
async def load(ticket: str) -> str:
    return f"text of {ticket}"


class Writer:
    def __init__(self) -> None:
        self.client = AsyncAnthropic()

    async def summary(self, text: str) -> object:
        return await self.client.messages.create(
            model="claude-sonnet-4-5",
            max_tokens=200,
            messages=[{"role": "user", "content": text}],
        )


@workflow
async def summarise(ticket: str) -> None:
    text = await load(ticket)
    await Writer().summary(text)
""",
    ),
    good=(
        """\
from holdfast import step, workflow
from openai import OpenAI

client = OpenAI()


@step
def ask(question: str) -> str:
    return client.responses.create(model="gpt-5", input=question).output_text


@workflow
def research(question: str) -> str:
    plan = ask(question)
    return ask(f"sum up: {plan}")
""",
        """\
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Rules:
    model: str

    def create(self, question: str) -> str:
        return f"{self.model}: {question}"


@step
def ask(prompt: str) -> str:
    return prompt.upper()


@workflow
def research(question: str) -> str:
    client = Rules("house style")
    return ask(client.create(question))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
