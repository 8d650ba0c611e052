"""What the rules about suppression comments share: their violations belong to a comment, not to a unit."""

from holdfast_rules.facts import Suppression
from holdfast_rules.rule import Severity, Violation


def report(suppression: Suppression, *, message: str, help: str, symbol: str) -> Violation:
    """Make the violation of a suppression comment: a warning at the comment, without a chain."""
    return Violation(
        at=suppression.at,
        function="",
        chain=(),
        message=message,
        help=help,
        severity=Severity.WARNING,
        symbol=symbol,
    )
