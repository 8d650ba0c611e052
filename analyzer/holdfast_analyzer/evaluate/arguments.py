"""The arguments of a call, and how they meet parameters."""

from dataclasses import dataclass, field

from holdfast_analyzer.evaluate.values import NO_TAINT, NOTHING, Token, Value, join
from holdfast_analyzer.summarize import ir


@dataclass(slots=True)
class Arguments:
    """Evaluated arguments.

    Attributes:
        positional: values given by position (a receiver is the first of them).
        keywords: values given by name.
        rest: what `*iterable` may hold, or NOTHING.
        rest_keywords: what `**mapping` may hold, or NOTHING.
    """

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    rest: Value = NOTHING
    rest_keywords: Value = NOTHING
    open_ended: bool = False
    """`*` or `**` with unknown contents was given: any parameter may be filled"""

    def after(self, first: Value) -> "Arguments":
        """Return these arguments with `first` put before them."""
        return Arguments([first, *self.positional], self.keywords, self.rest, self.rest_keywords, self.open_ended)

    def get(self, position: int, keyword: str = "") -> Value | None:
        """Return the argument at `position` (-1: none) or named `keyword`, or None."""
        if keyword and keyword in self.keywords:
            return self.keywords[keyword]
        if 0 <= position < len(self.positional):
            return self.positional[position]
        if self.open_ended and (self.rest is not NOTHING or self.rest_keywords is not NOTHING):
            return join(self.rest, self.rest_keywords)
        return None

    def everything(self) -> list[Value]:
        """Return all argument values."""
        return [
            value
            for value in [*self.positional, *self.keywords.values(), self.rest, self.rest_keywords]
            if value is not NOTHING
        ]

    def taint(self) -> frozenset[Token]:
        """Return the taint of all arguments together."""
        taint = NO_TAINT
        for value in self.everything():
            taint |= value.taint
        return taint


def match(parameters: list[ir.Parameter], arguments: Arguments) -> dict[str, Value | None]:
    """Match arguments to parameters by Python's rules; None where nothing was given.

    A call that Python would reject is matched as far as it goes: the analysis goes on, the interpreter will complain.
    """
    matched: dict[str, Value | None] = {}
    keywords = dict(arguments.keywords)
    positional = list(arguments.positional)
    for parameter in parameters:
        if parameter.kind == "star":
            matched[parameter.name] = join(*positional, arguments.rest) if positional else arguments.rest
            positional = []
        elif parameter.kind == "double-star":
            matched[parameter.name] = join(*keywords.values(), arguments.rest_keywords)
        elif parameter.kind != "keyword-only" and positional:
            matched[parameter.name] = positional.pop(0)
        elif parameter.kind != "positional-only" and parameter.name in keywords:
            matched[parameter.name] = keywords.pop(parameter.name)
        elif arguments.open_ended:
            spread = join(arguments.rest, arguments.rest_keywords)
            matched[parameter.name] = spread if spread is not NOTHING else None
        else:
            matched[parameter.name] = None
    return matched
