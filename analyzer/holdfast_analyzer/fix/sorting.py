"""Sorts what a construct takes from a set."""

import ast

from holdfast_analyzer.fix.tree import FileTree, FunctionNode
from holdfast_rules.fixes import Edit, Safety, SortElements

COLLECTIONS = frozenset(
    "set frozenset list tuple Set FrozenSet AbstractSet MutableSet List Tuple Sequence Iterable Collection".split()
)
SORTABLE = {"str": "text", "bytes": "bytes", "int": "number", "float": "number", "bool": "number"}
KEEPERS = frozenset("list tuple enumerate iter zip map filter reversed join extend".split())


def sorted_elements(tree: FileTree, node: ast.expr, proposal: SortElements) -> tuple[Safety, tuple[Edit, ...]] | None:
    """Return the edits that sort the elements, safe where those surely can be compared; None where none would do.

    Args:
        tree: the file.
        node: the construct that keeps the order, or what it iterates over.
        proposal: what it takes from where.
    """
    if not tree.is_builtin("sorted"):
        return None
    source = source_of(tree, node, proposal)
    if source is None or not tree.is_sure(source):
        return None
    function = tree.function_of(node)
    kind = element_kind(tree, source, function if isinstance(function, FunctionNode) else None)
    safety = Safety.SAFE if kind else Safety.UNSAFE
    is_list = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "list"
    if is_list and isinstance(node, ast.Call) and len(node.args) == 1 and tree.is_builtin("list"):
        return safety, (tree.edit(node.func, "sorted"),)
    line, column, end_line, end_column = tree.span(source)
    return safety, (tree.insertion(line, column, "sorted("), tree.insertion(end_line, end_column, ")"))


def source_of(tree: FileTree, node: ast.expr, proposal: SortElements) -> ast.expr | None:
    """Return the expression that gives the unordered elements; None where sorting them is no remedy, as for `pop`."""
    if isinstance(node, ast.Starred):
        return node.value
    called = ""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called != proposal.sink:
        parent = tree.parents[node]
        if isinstance(parent, ast.For) and parent.iter is node:
            return node
        if isinstance(parent, ast.comprehension) and parent.iter is node and not parent.is_async:
            return node
    if not isinstance(node, ast.Call):
        return None
    if proposal.sink == "*":
        starred = [one.value for one in node.args if isinstance(one, ast.Starred)]
        return starred[0] if len(starred) == 1 else None
    if called not in KEEPERS:
        return None
    matching = [one for one in node.args if tree.text(one) == proposal.source]
    chosen = matching if len(node.args) > 1 else node.args
    found = chosen[0] if len(chosen) == 1 else None
    return None if isinstance(found, ast.Starred | ast.GeneratorExp) else found


def element_kind(tree: FileTree, node: ast.expr, function: FunctionNode | None, depth: int = 0) -> str:
    """Return the kind of a collection's elements if all of them can be compared, else ""."""
    if depth > 8:
        return ""
    if isinstance(node, ast.Set | ast.List | ast.Tuple):
        kinds = {value_kind(one) for one in node.elts}
        return kinds.pop() if len(kinds) == 1 else ""
    if isinstance(node, ast.SetComp | ast.ListComp | ast.GeneratorExp):
        if len(node.generators) == 1 and ast.dump(node.elt) == ast.dump(_read(node.generators[0].target)):
            return element_kind(tree, node.generators[0].iter, function, depth + 1)
        return value_kind(node.elt)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
        left = element_kind(tree, node.left, function, depth + 1)
        if isinstance(node.op, ast.Sub | ast.BitAnd):
            return left
        return left if left == element_kind(tree, node.right, function, depth + 1) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        is_plain = node.func.id in ("set", "frozenset", "sorted", "list", "tuple") and tree.is_builtin(node.func.id)
        return element_kind(tree, node.args[0], function, depth + 1) if is_plain else ""
    if isinstance(node, ast.Name) and function is not None:
        return _kind_of_name(tree, node.id, function, depth)
    return ""


def value_kind(node: ast.expr) -> str:
    """Return the kind of a value that is surely text, bytes or a number, else ""."""
    if isinstance(node, ast.JoinedStr):
        return "text"
    if isinstance(node, ast.Constant):
        return SORTABLE.get(type(node.value).__name__, "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return "text" if node.func.attr in ("lower", "upper", "casefold", "title") and not node.args else ""
    return ""


def _kind_of_name(tree: FileTree, name: str, function: FunctionNode, depth: int) -> str:
    """Return the kind of the elements of what a name of a function is, if it is bound once."""
    inside = set(ast.walk(function))
    found = [node for node in tree.bindings.get(name, []) if node in inside]
    if len(found) != 1:
        return ""
    node = found[0]
    if isinstance(node, ast.arg):
        variadic = node in (function.args.vararg, function.args.kwarg)
        return "" if variadic else _annotated(node.annotation)
    parent = tree.parents.get(node)
    if isinstance(parent, ast.AnnAssign):
        return _annotated(parent.annotation)
    if isinstance(parent, ast.Assign) and parent.targets == [node]:
        return element_kind(tree, parent.value, function, depth + 1)
    return ""


def _annotated(annotation: ast.expr | None) -> str:
    """Return the kind of the elements that an annotation such as `set[str]` names."""
    if not isinstance(annotation, ast.Subscript):
        return ""
    outer = (
        annotation.value.attr if isinstance(annotation.value, ast.Attribute) else getattr(annotation.value, "id", "")
    )
    inner = annotation.slice
    if isinstance(inner, ast.Tuple) and len(inner.elts) == 2 and isinstance(inner.elts[1], ast.Constant):
        inner = inner.elts[0]
    return SORTABLE.get(getattr(inner, "id", ""), "") if outer in COLLECTIONS else ""


def _read(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target
