"""Names as they stand in an `ast`: dotted text, the names of an annotation, the target of a write."""

import ast
import re
from ast import AST, Attribute, Call, Constant, Name, Subscript

_DOTTED = re.compile(r"\s*[^\W\d]\w*(?:\.[^\W\d]\w*)*\s*")

FIELDS: dict[type[AST], tuple[str, ...]] = {
    kind: tuple(field for field in kind._fields if field not in ("ctx", "op", "ops", "type_comment", "kind"))
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, AST)
}
"""For each node class, the fields that may hold expressions."""


def children(node: AST) -> list[AST]:
    """The child nodes that hold expressions, in source order."""
    found: list[AST] = []
    for field in FIELDS[node.__class__]:
        value = getattr(node, field)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, AST)]
        elif isinstance(value, AST):
            found.append(value)
    return found


def dotted(node: AST) -> str:
    """`a.b.c` for a name or a chain of attributes on a name, else ""."""
    if isinstance(node, Name):
        return node.id
    parts: list[str] = []
    while isinstance(node, Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, Name):
        return ""
    parts.append(node.id)
    parts.reverse()
    return ".".join(parts)


def called(node: AST) -> str:
    """The dotted text of a decorator or of a base, without the call or the subscript around it; else ""."""
    if isinstance(node, Call):
        return dotted(node.func)
    return dotted(node)


def true_keywords(node: AST) -> list[str]:
    """The keyword names of a call whose value is not the literal False; none for what is no call."""
    if not isinstance(node, Call):
        return []
    return [
        keyword.arg
        for keyword in node.keywords
        if keyword.arg is not None and not (isinstance(keyword.value, Constant) and keyword.value.value is False)
    ]


def annotation_names(node: AST, names: list[str]) -> None:
    """Append every dotted name that occurs in an annotation; strings are parsed, those of `Literal[…]` left out.

    Args:
        node: the annotation's expression.
        names: receives the names, in order, each once.
    """
    stack: list[AST] = [node]
    while stack:
        node = stack.pop()
        name = dotted(node)
        if name:
            if name not in names:
                names.append(name)
        elif isinstance(node, Constant):
            if isinstance(node.value, str):
                _string_annotation(node.value, names, stack)
        elif isinstance(node, Subscript) and dotted(node.value).rpartition(".")[2] == "Literal":
            stack.append(node.value)
        else:
            stack.extend(reversed(children(node)))


def _string_annotation(text: str, names: list[str], stack: list[AST]) -> None:
    if _DOTTED.fullmatch(text):
        name = text.strip()
        if name not in names:
            names.append(name)
        return
    try:
        stack.append(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A string that is no expression names nothing: `Annotated[int, "any words"]`.
        return


def written_path(node: AST) -> tuple[list[str], bool] | None:
    """What a store, a deletion or a mutating method changes.

    Args:
        node: the target, or the receiver of the method.

    Returns:
        The names from the root up to the first subscript (`["settings", "items"]` for `settings.items[0].x`), and
        whether there is a subscript on the way; `type(x)` reads as `x.__class__`. None when the root is no name.
    """
    parts: list[str] = []
    subscripted = False
    while True:
        if isinstance(node, Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, Subscript):
            parts.clear()
            subscripted = True
            node = node.value
        elif isinstance(node, Name):
            parts.append(node.id)
            parts.reverse()
            return parts, subscripted
        elif isinstance(node, Call) and dotted(node.func) == "type" and len(node.args) == 1:
            parts.append("__class__")
            node = node.args[0]
        else:
            return None
