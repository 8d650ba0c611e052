"""What a module says it exports: its `__all__`."""

import ast
from ast import AnnAssign, Assign, Attribute, AugAssign, BinOp, Call, Constant, List, Name, Tuple


class Exports:
    """The names of `__all__`, as long as only literals make it: assigned, added, appended, extended."""

    def __init__(self) -> None:
        self._names: list[str] | None = None
        self._is_literal = True

    def assign(self, node: ast.stmt) -> None:
        """Read an assignment to `__all__`."""
        if isinstance(node, AugAssign):
            added = _strings(node.value)
            self._set(None if added is None else [*(self._names or []), *added])
        elif isinstance(node, Assign | AnnAssign) and node.value is not None:
            self._set(_strings(node.value))

    def call(self, node: Call) -> None:
        """Read a call in the module's body, in case it is `__all__.append(…)` or `__all__.extend(…)`."""
        function = node.func
        if not (
            isinstance(function, Attribute) and isinstance(function.value, Name) and function.value.id == "__all__"
        ):
            return
        value = node.args[0] if len(node.args) == 1 else None
        if function.attr == "append" and isinstance(value, Constant) and isinstance(value.value, str):
            self._set([*(self._names or []), value.value])
        elif function.attr == "extend" and value is not None:
            added = _strings(value)
            self._set(None if added is None else [*(self._names or []), *added])
        else:
            self._set(None)

    def names(self) -> list[str] | None:
        """The names; None when there is no `__all__`, or when it is no literal."""
        return self._names if self._is_literal else None

    def _set(self, names: list[str] | None) -> None:
        if names is None:
            self._is_literal = False
        self._names = names


def _strings(node: ast.expr) -> list[str] | None:
    if isinstance(node, BinOp) and isinstance(node.op, ast.Add):
        left, right = _strings(node.left), _strings(node.right)
        return None if left is None or right is None else left + right
    if not isinstance(node, List | Tuple):
        return None
    values = [item.value for item in node.elts if isinstance(item, Constant)]
    strings = [value for value in values if isinstance(value, str)]
    return strings if len(strings) == len(node.elts) else None
