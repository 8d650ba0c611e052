"""What a rule is, what it yields, and what a finding looks like once it is judged."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field

from holdfast_rules.facts import Fact, Frame, Sink, Span, Suppression, UnitFacts
from holdfast_rules.fixes import Fix, Proposal


class Severity(StrEnum):
    """How much a finding matters; ordered by `rank`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Return 0 for a note, 1 for a warning, 2 for an error."""
        return {"note": 0, "warning": 1, "error": 2}[self.value]


class Enforcement(StrEnum):
    """How run time catches what analysis proves."""

    INTERCEPT = "I"
    """the guard intercepts the call"""
    REPLAY = "R"
    """a replay differs from the record"""
    SHIFT = "S"
    """a run in a shifted world (clock, entropy, hash seed, TZ, env, cwd, new process) differs"""
    REGISTER = "B"
    """refused when the workflow is registered"""


class Violation(Struct, frozen=True, kw_only=True):
    """What a rule yields: one place that breaks it, on behalf of one unit."""

    at: Span
    function: str
    chain: tuple[Frame, ...]
    message: str
    help: str
    severity: Severity
    symbol: str
    proposal: Proposal | None = None

    @classmethod
    def of(
        cls,
        fact: Fact,
        *,
        message: str,
        help: str,
        severity: Severity,
        symbol: str,
        proposal: Proposal | None = None,
    ) -> "Violation":
        """Make a violation at the place, and with the chain, of `fact`; `proposal` is what would mend it."""
        return cls(
            at=fact.at,
            function=fact.function,
            chain=fact.chain,
            message=message,
            help=help,
            severity=severity,
            symbol=symbol,
            proposal=proposal,
        )


Check = Callable[[UnitFacts], Iterable[Violation]]
SuppressionCheck = Callable[[Iterable[Suppression]], Iterable[Violation]]


class Rule(Struct, frozen=True, kw_only=True):
    """One rule: its explanation, its cases and its check, in one place.

    Attributes:
        code: `DUR` and three digits; never re-used.
        name: kebab-case; never changes once released.
        summary: one line: what is flagged.
        why: a paragraph: what goes wrong on replay.
        remedy: what to do instead.
        bad: programs of which each is flagged by exactly this rule. Each is a whole module for the holdfast engine.
        good: programs that no rule flags, as close to the bad ones as possible.
        base: for rules about changes: a program of `bad` or `good` → the program that it is compared to.
        enforced_by: how run time catches the same thing.
        check: facts of one unit → violations; None for the rules about suppressions.
        check_suppressions: for the rules about suppression comments.
        default: whether the rule is on when nothing is selected.
        fix: what `--fix` does about it, as a sentence without a full stop; or "".
    """

    code: str
    name: str
    summary: str
    why: str
    remedy: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    base: Mapping[str, str] = field(default_factory=dict)
    enforced_by: frozenset[Enforcement] = frozenset()
    check: Check | None = None
    check_suppressions: SuppressionCheck | None = None
    default: bool = True
    fix: str = ""

    @property
    def family(self) -> str:
        """Return the folder that holds the rule: value, order, effects, state …"""
        return FAMILIES[self.code[3]]


FAMILIES = {
    "1": "value",
    "2": "order",
    "3": "effects",
    "4": "state",
    "5": "structure",
    "6": "change",
    "7": "injection",
    "9": "honesty",
}

DECISIVE = frozenset({Sink.BRANCH, Sink.DURABLE_BRANCH, Sink.DURABLE_INPUT, Sink.DURABLE_NAME, Sink.RESULT, Sink.STATE})
"""Where a hazard's value changes what the workflow does or returns: a finding there is an error."""


def severity_of_flow(reaches: frozenset[Sink]) -> Severity:
    """Return error where the value changes what the workflow does or returns, else warning."""
    return Severity.ERROR if reaches & DECISIVE else Severity.WARNING


class Suppressed(Struct, frozen=True):
    """Where and why a finding was silenced."""

    path: str
    line: int
    reason: str


class Finding(Struct, frozen=True, kw_only=True):
    """A judged finding: plain data, as `--output-format json` prints it. One a site, naming every unit that reaches it.

    Attributes:
        chain: from the definition of the first unit to the hazard, both included.
        suppressed: the comment that silences it.
        fingerprint: stays the same when lines move.
        fix: what would mend it, where fixes were asked for and there is one.
        baselined: the project's baseline knows it, so that it is no news.
    """

    code: str
    name: str
    severity: Severity
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str
    units: tuple[str, ...]
    engine: str
    chain: tuple[Frame, ...]
    fix: Fix | None
    suppressed: Suppressed | None
    fingerprint: str
    baselined: bool = False
