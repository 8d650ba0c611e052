"""DUR301: workflow code talks to the network."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each network call outside a step."""
    for use in hazard_uses(unit, Effect.NETWORK):
        yield report(
            unit,
            use,
            does="talks to the network outside a step",
            replay="every replay sends it again",
            subject="the answer",
            help="move the call into a step, which runs once and records the answer",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR301",
    name="network-call",
    summary="workflow code calls a network service outside a step",
    why=(
        "Workflow code runs again from its start on every replay, and each time the request is sent again: a second "
        "payment, a second mail. The answer is not recorded either, so the rest of the code may see another one."
    ),
    remedy="Move the call into a step. A step that finished is never run again; its answer comes from the record.",
    bad=(
        """\
from urllib.request import urlopen

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def notify(order: str) -> None:
    urlopen(f"https://hooks.example.com/{order}", timeout=5)


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    notify(order)
    return receipt
""",
        """\
import smtplib

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


class Mailer:
    def __init__(self, host: str) -> None:
        self.smtp = smtplib.SMTP(host)

    def send(self, address: str, text: str) -> None:
        self.smtp.sendmail("shop@example.com", address, text)


@workflow
def checkout(order: str, address: str) -> str:
    receipt = charge(order)
    Mailer("mail.example.com").send(address, receipt)
    return receipt
""",
        """\
import socket

from holdfast import step, workflow


@step
def ship(order: str, depot: str) -> str:
    return f"{order} from {depot}"


@workflow
def deliver(order: str, host: str) -> str:
    return ship(order, socket.gethostbyname(host))
""",
    ),
    good=(
        """\
from urllib.request import urlopen

from holdfast import step, workflow


@step
def notify(order: str) -> None:
    urlopen(f"https://hooks.example.com/{order}", timeout=5)


@workflow
def checkout(order: str) -> str:
    notify(order)
    return order
""",
        """\
import socket

from holdfast import step, workflow


def resolve(host: str) -> str:
    return socket.gethostbyname(host)


@step
def ship(order: str, host: str) -> str:
    return f"{order} from {resolve(host)}"


@workflow
def deliver(order: str, host: str) -> str:
    def diagnose() -> str:
        return resolve(host)

    return ship(order, host)
""",
        """\
from urllib.parse import urlencode, urljoin

from holdfast import step, workflow


@step
def fetch(url: str) -> str:
    return url


@workflow
def track(order: str) -> str:
    query = urlencode({"order": order})
    return fetch(urljoin("https://track.example.com/", f"?{query}"))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="unsafe: the call moves into a step, if its result is not used or ends in text, bytes or `.json()`",
)
