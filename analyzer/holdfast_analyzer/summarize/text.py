"""Renders expressions of the representation as short source text, for messages."""

from collections.abc import Callable
from typing import Any

from . import ir

_ELLIPSIS = "…"
_BRACKETS = {"list": ("[", "]"), "set": ("{", "}"), "tuple": ("(", ")"), "dict": ("{", "}"), "generator": ("(", ")")}
_WORDS = frozenset({"and", "or", "not", "in", "is", "not in", "is not"})
_LONGEST_LITERAL = 20
# Beyond this depth nothing more fits into a message anyhow.
_DEEPEST = 12


def shown(expression: ir.Expr, limit: int = 60) -> str:
    """Render an expression as source text on one line.

    Calls with arguments are abbreviated (`self.client.get(…)`), and so are displays, comprehensions and lambdas.

    Args:
        expression: what to render.
        limit: the most characters of the result.

    Returns:
        Its text; where longer, `…` stands for the beginning of a chain of names (its end says most), else for the end.
    """
    text = _shown(expression, 0)
    if len(text) <= limit:
        return text
    if isinstance(expression, ir.Call | ir.Attribute | ir.Subscript):
        return _ELLIPSIS + text[len(text) - limit + 1 :]
    return text[: limit - 1] + _ELLIPSIS


def _shown(expression: ir.Expr, depth: int) -> str:
    if depth > _DEEPEST:
        return _ELLIPSIS
    return _SHOWN[type(expression)](expression, depth + 1)


_COMPOUND = frozenset({ir.Operation, ir.Conditional, ir.Await, ir.Yield, ir.Lambda, ir.Walrus})


def _operand(expression: ir.Expr, depth: int) -> str:
    """An expression where an operator stands beside it; the parentheses that the source had are not kept."""
    text = _shown(expression, depth)
    if type(expression) not in _COMPOUND or (isinstance(expression, ir.Operation) and expression.kind == "format"):
        return text
    return f"({text})"


def _constant(node: ir.Constant, depth: int) -> str:
    if node.kind in ("str", "bytes"):
        text = str(node.value) if node.kind == "bytes" else repr(node.value)
        if len(text) <= _LONGEST_LITERAL:
            return text
        return text[: _LONGEST_LITERAL - 2] + _ELLIPSIS + text[-1]
    return str(node.value)


def _name(node: ir.Name, depth: int) -> str:
    return node.id


def _chain(node: ir.Expr, depth: int) -> str:
    """A chain of attributes, calls and subscripts, in a loop: its head is its deepest part."""
    parts: list[str] = []
    while True:
        if isinstance(node, ir.Attribute):
            parts.append(f".{node.name}")
            node = node.base
        elif isinstance(node, ir.Call):
            parts.append(f"({_ELLIPSIS})" if node.arguments else "()")
            node = node.function
        elif isinstance(node, ir.Subscript):
            parts.append(f"[{_index(node.index, depth)}]")
            node = node.base
        else:
            parts.append(_operand(node, depth))
            break
    return "".join(reversed(parts))


_WRITTEN_OUT = frozenset({ir.Constant, ir.Name, ir.Attribute})


def _index(node: ir.Expr, depth: int) -> str:
    return _shown(node, depth) if type(node) in _WRITTEN_OUT else _ELLIPSIS


def _starred(node: ir.Starred, depth: int) -> str:
    return f"*{_operand(node.value, depth)}"


def _display(node: ir.Display, depth: int) -> str:
    opening, closing = _BRACKETS[node.kind]
    if not node.items:
        return "set()" if node.kind == "set" else opening + closing
    return f"{opening}{_ELLIPSIS}{closing}"


def _dict(node: ir.DictDisplay, depth: int) -> str:
    return f"{{{_ELLIPSIS}}}" if node.values else "{}"


def _comprehension(node: ir.Comprehension, depth: int) -> str:
    opening, closing = _BRACKETS[node.kind]
    return f"{opening}{_ELLIPSIS} for {_ELLIPSIS}{closing}"


def _lambda(node: ir.Lambda, depth: int) -> str:
    stars = {"star": "*", "double-star": "**"}
    parameters = ", ".join(stars.get(item.kind, "") + item.name for item in node.function.parameters)
    return f"lambda {parameters}: {_ELLIPSIS}" if parameters else f"lambda: {_ELLIPSIS}"


def _operation(node: ir.Operation, depth: int) -> str:
    if node.kind == "format":
        return f'f"{_ELLIPSIS}"'
    operands = [_operand(operand, depth) for operand in node.operands]
    if node.kind == "unary":
        return f"{node.operator} {operands[0]}" if node.operator in _WORDS else node.operator + operands[0]
    operators = _operators(node)
    text = operands[0]
    for operator, operand in zip(operators, operands[1:], strict=True):
        text += f" {operator} {operand}"
    return text


def _operators(node: ir.Operation) -> list[str]:
    if node.kind != "compare":
        return [node.operator] * (len(node.operands) - 1)
    operators: list[str] = []
    for word in node.operator.split():
        # `not in` and `is not` are two words of one operator.
        if operators and f"{operators[-1]} {word}" in ("not in", "is not"):
            operators[-1] += f" {word}"
        else:
            operators.append(word)
    return operators


def _conditional(node: ir.Conditional, depth: int) -> str:
    body, test, orelse = (_operand(part, depth) for part in (node.body, node.test, node.orelse))
    return f"{body} if {test} else {orelse}"


def _await(node: ir.Await, depth: int) -> str:
    return f"await {_operand(node.value, depth)}"


def _yield(node: ir.Yield, depth: int) -> str:
    if node.value is None:
        return "yield"
    return f"yield {'from ' if node.is_from else ''}{_operand(node.value, depth)}"


def _walrus(node: ir.Walrus, depth: int) -> str:
    return f"{node.target} := {_operand(node.value, depth)}"


_SHOWN: dict[type, Callable[[Any, int], str]] = {
    ir.Constant: _constant,
    ir.Name: _name,
    ir.Attribute: _chain,
    ir.Subscript: _chain,
    ir.Call: _chain,
    ir.Starred: _starred,
    ir.Display: _display,
    ir.DictDisplay: _dict,
    ir.Comprehension: _comprehension,
    ir.Lambda: _lambda,
    ir.Operation: _operation,
    ir.Conditional: _conditional,
    ir.Await: _await,
    ir.Yield: _yield,
    ir.Walrus: _walrus,
}
