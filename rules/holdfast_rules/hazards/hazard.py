"""What one entry of the hazard catalogue says."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from holdfast_rules.effect import Effect


class Use(StrEnum):
    """Which use of a name is the hazard."""

    CALL = "call"
    """calling it"""
    READ = "read"
    """reading it, called or not: `os.environ`, `sys.argv`"""
    CLIENT = "client"
    """calling a method of what it returns, or iterating or entering that: `requests.Session`, `openai.OpenAI`.
    Making the object is harmless."""
    CONNECT = "connect"
    """calling it, and any method of what it returns: `psycopg.connect`"""


KEYWORD_ONLY: Final = 255
"""The `position` of an argument that has none: beyond what any call gives by position."""


# In all conditions `position` counts from 0 and leaves out the receiver: in `path.open("w")` the mode has position 0.


class Always(Struct, frozen=True, tag=True):
    """The use is a hazard whatever the arguments."""


class WithoutArgument(Struct, frozen=True, tag=True):
    """A hazard only if this argument is absent or `None`: `time.strftime(fmt)`, `datetime.fromtimestamp(t)`."""

    position: int
    keyword: str = ""


class WithArgument(Struct, frozen=True, tag=True):
    """A hazard only if this argument is given and not `None`: `frame.to_csv(path)` writes, `frame.to_csv()` does not."""

    position: int
    keyword: str = ""


class Unseeded(Struct, frozen=True, tag=True):
    """A hazard unless this argument is given and itself deterministic: `random.Random(42)` is clean."""

    position: int = 0
    keyword: str = ""


class UnlessConstant(Struct, frozen=True, tag=True):
    """A hazard unless this argument is one of these constants: `asyncio.sleep(0)`."""

    position: int
    values: tuple[int | float | str | bool | None, ...]
    keyword: str = ""


class OnlyConstant(Struct, frozen=True, tag=True):
    """A hazard only if this argument is a constant that contains one of these texts (an open mode, a strftime
    directive), or, with `default=True`, when the argument is absent or not a constant."""

    position: int
    contains: tuple[str, ...]
    keyword: str = ""
    default: bool = False


class NonConstant(Struct, frozen=True, tag=True):
    """A hazard only if this argument is given and not a literal: `getattr(order, name)`."""

    position: int
    keyword: str = ""


class UnlessType(Struct, frozen=True, tag=True):
    """A hazard unless this argument is known to be of one of these types, by canonical dotted name:
    `hash(42)`, `pandas.read_csv(io.StringIO(text))`."""

    position: int
    types: tuple[str, ...]
    keyword: str = ""


class DefaultRepr(Struct, frozen=True, tag=True):
    """A hazard only if this argument is known to be of a class that inherits the `repr` of `object`."""

    position: int


class NaiveReceiver(Struct, frozen=True, tag=True):
    """A hazard only on a naive datetime receiver: `.timestamp()`, `.astimezone()`."""


Condition = (
    Always
    | WithoutArgument
    | WithArgument
    | Unseeded
    | UnlessConstant
    | OnlyConstant
    | NonConstant
    | UnlessType
    | DefaultRepr
    | NaiveReceiver
)


class Hazard(Struct, frozen=True, kw_only=True, gc=False):
    """One name and what using it does.

    Attributes:
        name: canonical dotted name: `time.time`, `datetime.datetime.now`, `pathlib.Path.read_text`, `builtins.open`.
            `package.*` covers every call below it that no other entry names.
        effect: which kind of hazard, and so which rule.
        use: which use of the name counts.
        when: under which condition on the arguments.
        harmless: for CLIENT and CONNECT: what may be done with the object all the same, by its first attribute:
            `isEnabledFor` of a logger, `__enter__` of an HTTP session, `headers`.
        order_only: the effect matters only through the order of what is returned.
        since: the Python version (major, minor) that introduced the name; None if all supported ones have it.
        until: the first Python version without it.
        platform: `sys.platform` prefixes where it exists; empty for everywhere.
        note: a line for the person who reads the explanation, or "".
    """

    name: str
    effect: Effect
    use: Use = Use.CALL
    when: Condition = Always()
    harmless: tuple[str, ...] = ()
    order_only: bool = False
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    platform: tuple[str, ...] = ()
    note: str = ""
