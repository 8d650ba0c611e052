"""SQL text: which values are built from literals alone, and which calls execute them (rule 701)."""

from holdfast_analyzer.evaluate.values import Data, Literal, Ref, Text, Unknown, Value
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown

EXECUTORS = frozenset(
    {
        "execute",
        "executemany",
        "executescript",
        "execute_many",
        "fetch",
        "fetchrow",
        "fetchval",
        "raw",
        "exec_driver_sql",
    }
)
"""Method names of PEP 249 cursors and of the drivers beside it (asyncpg, SQLAlchemy, psycopg) that take SQL text."""

TEXT_FUNCTIONS = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"})


def is_text(value: Value) -> bool:
    """Tell whether a value is certainly a string."""
    return bool(value.refs) and all(
        isinstance(ref, Text) or (isinstance(ref, Literal) and ref.kind == "str") or ref == Data("str")
        for ref in value.refs
    )


def literal_parts(value: Value, expression: ir.Expr) -> tuple[str, ...]:
    """Return the non-literal parts that a value brings into a text: none for literals and numbers."""
    parts: list[str] = []
    for ref in sorted(value.refs, key=repr):
        if isinstance(ref, Literal) or ref in (Data("int"), Data("float"), Data("bool"), Data("literal str")):
            continue
        if isinstance(ref, Text):
            parts.extend(ref.parts)
        else:
            parts.append(shown(expression))
    return tuple(dict.fromkeys(parts))


def formatted(expressions: list[ir.Expr], values: list[Value]) -> Ref:
    """Return the text that an f-string builds."""
    parts: list[str] = []
    for expression, value in zip(expressions, values, strict=True):
        parts.extend(literal_parts(value, expression))
    return Text(tuple(dict.fromkeys(parts))) if parts else Data("literal str")


def concatenated(expressions: list[ir.Expr], values: list[Value], operator: str) -> Ref:
    """Return the text that `+` or `%` builds."""
    if operator == "%" and len(expressions) == 2 and isinstance(expressions[1], ir.Display):
        return Text(tuple(shown(item) for item in expressions[1].items if not isinstance(item, ir.Constant)))
    return formatted(expressions, values)


def suspicious_parts(value: Value, expression: ir.Expr) -> tuple[str, ...]:
    """Return the parts of a SQL text that are not literals; empty when the text reduces to literals.

    A value of unknown kind counts only when it is a parameter of the function: its caller decides what it holds.
    """
    parts: list[str] = []
    for ref in sorted(value.refs, key=repr):
        if isinstance(ref, Text):
            parts.extend(ref.parts)
        elif (isinstance(ref, Unknown) and ref.why == PARAMETER) or ref == Data("str"):
            parts.append(shown(expression))
    return tuple(dict.fromkeys(parts))


PARAMETER = "it is a parameter"
"""`Unknown.why` of a parameter of which nothing is known."""
