"""Fixes as plain data: what a rule proposes, which replacements an engine offers, and the edits that come of it.

A rule proposes (`Replace`, `SortElements`, …); the analyzer, which knows the text, turns a proposal into edits or finds that the
place does not allow it.
"""

from enum import StrEnum

from msgspec import Struct


class Safety(StrEnum):
    """Whether `--fix` alone applies a fix."""

    SAFE = "safe"
    """it keeps what the code means, and so `--fix` applies it"""
    UNSAFE = "unsafe"
    """it may change what the code means for someone, or the sequence of steps of workflows in flight: `--unsafe-fixes`"""


class Edit(Struct, frozen=True, kw_only=True):
    """A part of a file and what to write in its place. Counted as in `Span`: from 1, in characters, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(Struct, frozen=True, kw_only=True):
    """What mends a finding.

    Attributes:
        safety: whether `--fix` applies it without `--unsafe-fixes`.
        description: what it does, lowercase, without a full stop.
        edits: all of them belong together; none overlaps another.
    """

    safety: Safety
    description: str
    edits: tuple[Edit, ...]


class Takes(StrEnum):
    """Which arguments a call must have, and what becomes of them."""

    NOTHING = "nothing"
    """none"""
    ZONE = "zone"
    """a time zone that is surely one, positional or as `tz`: `{0}`"""
    ONE = "one"
    """one positional argument: `{0}`"""
    WHOLE = "whole"
    """one positional argument, a literal whole number above 0: `{0}`"""
    ANY = "any"
    """any: they stay as they are written, and only what is called is replaced"""
    TEXT = "text"
    """what `print` takes, without `sep`, `end`, `file` and `flush`: it becomes a message for a logger, `{0}`"""


class Needs(StrEnum):
    """What a replacement needs around it."""

    ANYTHING = "anything"
    SYNC = "sync"
    """a plain function, reached by workflows that are plain functions only: it waits for the engine"""
    ASYNC = "async"
    """a coroutine function, whose own code it stands in: it awaits"""
    AWAITED = "awaited"
    """the call is awaited where it stands"""


class Substitute(Struct, frozen=True, kw_only=True):
    """What to write in place of a call that a replay would break, where that means the same.

    Attributes:
        hazard: the name in the hazard catalogue, as findings have it in `symbol`.
        write: the expression. `{pkg.mod}` is the name under which the file knows that module (which is imported if need
            be), `{ctx}` the engine's context in the workflow function, `{0}` the argument.
        takes: which arguments the call must have.
        needs: what must be around it.
        adds_operation: it is a durable operation where there was none, and no durable sleep: unsafe.
    """

    hazard: str
    write: str
    takes: Takes = Takes.NOTHING
    needs: Needs = Needs.ANYTHING
    adds_operation: bool = False


class Replace(Struct, frozen=True, tag=True):
    """Replace the hazard's call by the first of these whose arguments and surroundings are right."""

    substitutes: tuple[Substitute, ...]


class SortElements(Struct, frozen=True, tag=True):
    """Put `sorted(…)` around the unordered elements that `sink` takes from `source`, both as written."""

    source: str
    sink: str


class AwaitCall(Struct, frozen=True, tag=True):
    """Await a call that stands as a statement of its own."""


class ExtractStep(Struct, frozen=True, tag=True):
    """Move the hazard's call into a step of its own, declared by this decorator, written as in `Substitute.write`."""

    decorator: str


Proposal = Replace | SortElements | AwaitCall | ExtractStep

RANDOM_METHODS = (
    *("random", "uniform", "triangular", "randint", "randrange", "choice", "choices", "sample", "shuffle"),
    *("getrandbits", "randbytes", "betavariate", "binomialvariate", "expovariate", "gammavariate", "gauss"),
    *("lognormvariate", "normalvariate", "paretovariate", "vonmisesvariate", "weibullvariate"),
)
"""The functions of `random` that are methods of a hidden `random.Random`, and so of any other one."""

LOG_METHODS = ("debug", "info", "warning", "error", "critical", "exception", "log")
"""The methods that a `logging.Logger` and a `logging.LoggerAdapter` share."""

LOGGERS = ("logging", "logging.Logger", "logging.LoggerAdapter", "logging.getLogger()", "logging.getLogger")


def drawing_from(generator: str) -> tuple[Substitute, ...]:
    """Return what replaces `random`: the same methods of a seeded `random.Random`, and one seeded from it.

    Args:
        generator: an expression for it, as in `Substitute.write`.
    """
    methods = [
        Substitute(hazard=f"random.{name}", write=f"{generator}.{name}", takes=Takes.ANY) for name in RANDOM_METHODS
    ]
    seeded = Substitute(hazard="random.Random", write=f"{{random.Random}}({generator}.getrandbits(64))")
    return (*methods, seeded)


def logging_to(logger: str) -> tuple[Substitute, ...]:
    """Return what replaces `logging` and `print`: a logger with the standard methods that is silent on replay.

    Args:
        logger: an expression for it, as in `Substitute.write`.
    """
    methods = [
        Substitute(hazard=f"{owner}.{name}", write=f"{logger}.{name}", takes=Takes.ANY)
        for owner in LOGGERS
        for name in LOG_METHODS
    ]
    return (*methods, Substitute(hazard="builtins.print", write=f"{logger}.info({{0}})", takes=Takes.TEXT))


def reading(moment: str, *, aware: bool = True) -> tuple[Substitute, ...]:
    """Return what replaces the wall clock.

    Args:
        moment: an expression for the workflow's time, as in `Substitute.write`: a datetime in UTC.
        aware: it has its time zone; else it may have one or not.
    """
    zoned = moment if aware else f"{moment}.replace(tzinfo={{datetime.timezone}}.utc)"
    now = "datetime.datetime.now"
    return (
        Substitute(hazard=now, write=f"{zoned}.astimezone({{0}})", takes=Takes.ZONE),
        Substitute(hazard="datetime.datetime.utcnow", write=f"{moment}.replace(tzinfo=None)"),
        Substitute(hazard="time.time", write=f"{zoned}.timestamp()"),
        Substitute(hazard="time.time_ns", write=f"int({zoned}.timestamp() * 1_000_000_000)"),
    )


def sleeping_by(length: str, awaited: str) -> tuple[Substitute, ...]:
    """Return what replaces sleeping in coroutine functions.

    Args:
        length: what makes the engine's length of time out of `{0}` seconds.
        awaited: what sleeps when it is called with that length and awaited.
    """
    call = f"{awaited}({length})"
    return (
        Substitute(hazard="asyncio.sleep", write=call, takes=Takes.ONE, needs=Needs.AWAITED),
        Substitute(hazard="time.sleep", write=f"await {call}", takes=Takes.ONE, needs=Needs.ASYNC),
    )
