"""Where a fingerprint stops: which definitions are recorded by name, so that what they do does not count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast_rules.fingerprint.boundary import Boundaries
from holdfast_rules.fingerprint.form import Words
from holdfast_rules.fingerprint.names import External, Item, Names, Target, definitions, dotted
from holdfast_rules.fingerprint.scope import DEFINITIONS, Binding, FunctionNode, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast_rules.fingerprint.reading import Form, Reader


class Recorded:
    """Knows an engine's boundaries in a project's code.

    Args:
        names: resolves names.
        boundaries: the engine's.
        form: returns the form of an item.
    """

    def __init__(self, names: Names, boundaries: Boundaries, form: Callable[[Item], Form]) -> None:
        self.names = names
        self.boundaries = boundaries
        self._form = form
        self._applying: dict[Item, bool] = {}

    # Decorators

    def decorators(self, reader: Reader, expression: ast.expr) -> tuple[str, ...]:
        """Return the dotted names outside the project that a decorator, bare or called, may mean."""
        path = dotted(expression.func if isinstance(expression, ast.Call) else expression)
        if not path:
            return ()
        targets = reader.meant(path)
        found = [target.name for target in targets if isinstance(target, External)]
        for target in targets:
            if isinstance(target, Item):
                found += self._of_object(target, path[1:])
        return tuple(found)

    def _of_object(self, item: Item, path: tuple[str, ...]) -> Iterator[str]:
        """Yield what `app.task` means when `app` is an object that a factory of an engine made."""
        for binding in item.bindings:
            value = getattr(binding.node, "value", None)
            if not path or not isinstance(value, ast.Call):
                continue
            factory = dotted(value.func)
            for target in self.names.chain(factory, item.module, item.scope) if factory else ():
                if isinstance(target, External):
                    kind = self.boundaries.instances.get(f"{target.name}()", target.name)
                    yield ".".join((kind, *path))

    def is_engines(self, reader: Reader, expression: ast.expr) -> bool:
        """Tell whether a decorator is the engine's own, which says how a workflow is run and not what it does."""
        return any(self.boundaries.is_engine(name) for name in self.decorators(reader, expression))

    def declares(self, reader: Reader, expression: ast.expr) -> bool:
        """Tell whether an expression is a decorator that makes a function a step, transaction or workflow."""
        if isinstance(expression, ast.Call) or not dotted(expression):
            return False
        return any(name in self.boundaries.decorators for name in self.decorators(reader, expression))

    def marker(self, reader: Reader, expression: ast.expr) -> str:
        """Return the engine's decorator that a decorator is or, if it is the project's own, applies; "" for all others."""
        for name in self.decorators(reader, expression):
            if name in self.boundaries.decorators:
                return name
        called = expression.func if isinstance(expression, ast.Call) else expression
        if isinstance(called, ast.Attribute) and called.attr in self.boundaries.decorating:
            return called.attr
        path = dotted(called)
        for target in reader.meant(path) if path else ():
            if isinstance(target, Item) and self._applies(target):
                return ".".join(path)
        return ""

    def _applies(self, item: Item) -> bool:
        """Tell whether a function of the project names an engine's decorator in its body: it makes steps of functions."""
        known = self._applying.get(item)
        if known is None:
            self._applying[item] = False
            functions = [node for node in definitions(item) if isinstance(node, FunctionNode)]
            known = bool(functions) and any(
                isinstance(target, External) and target.name in self.boundaries.decorators
                for targets in self._form(item).uses.values()
                for target in targets
            )
            self._applying[item] = known
        return known

    def is_unseen(self, reader: Reader, statement: ast.stmt) -> bool:
        """Tell whether a statement in a class is a method that replay never runs."""
        return isinstance(statement, FunctionNode) and any(
            name in self.boundaries.unseen
            for expression in statement.decorator_list
            for name in self.decorators(reader, expression)
        )

    def label(self, reader: Reader, node: FunctionNode | ast.ClassDef, scope: Scope) -> Words | None:
        """Return the words that stand for a step, transaction or workflow: how it is declared and its name; else None."""
        for expression in node.decorator_list:
            marker = self.marker(reader, expression)
            if marker:
                keywords = expression.keywords if isinstance(expression, ast.Call) else []
                given = next((keyword.value for keyword in keywords if keyword.arg == "name"), None)
                name = f"{reader.module.name}.{scope.qualname}" if given is None else given
                return ["(Recorded", marker, name, ")"]
        return None

    # Calls

    def bodies(self, reader: Reader, call: ast.Call) -> list[ast.expr]:
        """Return the arguments of a call that an engine runs as a step's body."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in self.boundaries.running:
            return []
        path = dotted(call.func)
        targets: tuple[Target, ...] = reader.meant(path) if path else ()
        if any(isinstance(target, External) and not self.boundaries.is_engine(target.name) for target in targets):
            return []
        found = []
        for wanted in self.boundaries.running[call.func.attr]:
            if 0 <= wanted.position < len(call.args):
                found.append(call.args[wanted.position])
            found += [keyword.value for keyword in call.keywords if wanted.keyword and keyword.arg == wanted.keyword]
        return [expression for expression in found if isinstance(expression, ast.Lambda) or dotted(expression)]

    # Objects that other statements of their module change

    def touching(self, item: Item) -> Iterator[Binding]:
        """Yield the statements of a module that change what a global of it holds, decorated definitions included."""
        yield from item.scope.touches.get(item.name, ())
        if any(isinstance(binding.node, DEFINITIONS) for binding in item.bindings):
            return
        for bindings in item.scope.bindings.values():
            for binding in bindings:
                if isinstance(binding.node, DEFINITIONS) and any(
                    self._registers(expression, item) for expression in binding.node.decorator_list
                ):
                    yield binding

    def _registers(self, expression: ast.expr, item: Item) -> bool:
        """Tell whether a decorator enters what it decorates into a global: a method of it, or a function that uses it."""
        path = dotted(expression.func if isinstance(expression, ast.Call) else expression)
        if not path:
            return False
        if path[0] == item.name and len(path) > 1:
            return True
        for target in self.names.chain(path, item.module, item.scope):
            if isinstance(target, Item) and target != item:
                functions = any(isinstance(node, FunctionNode) for node in definitions(target))
                if functions and any(item in targets for targets in self._form(target).uses.values()):
                    return True
        return False
