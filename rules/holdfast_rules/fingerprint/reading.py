"""Reading one definition: its normal form, and what the names in it mean."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from holdfast_rules.fingerprint.form import (
    Words,
    deleted,
    f_string,
    fields,
    inserted,
    plain_annotation,
    shown_constant,
    statements,
)
from holdfast_rules.fingerprint.names import (
    WHOLE_MODULE,
    Item,
    Target,
    definitions,
    dotted,
)
from holdfast_rules.fingerprint.scope import Binding, FunctionNode, Scope, names_bound, parameters

if TYPE_CHECKING:
    from holdfast_rules.fingerprint.modules import Module
    from holdfast_rules.fingerprint.recorded import Recorded

COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class Form:
    """What is known of one item by itself.

    Attributes:
        digest: of its normal form.
        uses: each name in it that lies outside, as written → what it means, in the order of the text.
        also: classes that annotations name: their methods may run on such values, so they are reached as well.
        recorded: it is a step, transaction or workflow: only its name counts.
    """

    digest: bytes
    uses: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    also: list[Target] = field(default_factory=list)
    recorded: bool = False


@dataclass(slots=True)
class _Enter:
    """From here to its `_Leave`, these names are local."""

    scope: Scope | frozenset[str]


class _Leave:
    """The innermost scope ends."""


@dataclass(slots=True)
class _Unit:
    """A definition that is the workflow itself: its annotations count, the engine's decorators do not."""

    node: FunctionNode | ast.ClassDef


class Reader:
    """Puts one item into words.

    Args:
        recorded: knows the boundaries.
        module: where the item stands.
        outer: the scope in which it stands.
        receiver: the class whose method it is, if it is read without the rest of its class.
    """

    def __init__(self, recorded: Recorded, module: Module, outer: Scope, receiver: Item | None = None) -> None:
        self.recorded = recorded
        self.names = recorded.names
        self.module = module
        self.outer = outer
        self.receiver = receiver
        self.method: Scope | None = None
        self.words: list[str] = []
        self.uses: dict[str, tuple[Target, ...]] = {}
        self.also: list[Target] = []
        self._local: list[Scope | frozenset[str]] = []
        self._handlers: dict[type, Callable[[Any], Words]] = {
            ast.Name: self.name,
            ast.Attribute: self.attribute,
            ast.Call: self.call,
            ast.Constant: lambda node: [shown_constant(node.value)],
            ast.JoinedStr: f_string,
            ast.FormattedValue: inserted,
            ast.Delete: deleted,
            ast.FunctionDef: self.function,
            ast.AsyncFunctionDef: self.function,
            ast.Lambda: self.lambda_,
            ast.ClassDef: self.class_,
            ast.AnnAssign: self.annotated,
            ast.arguments: self.arguments,
            **dict.fromkeys(COMPREHENSIONS, self.comprehension),
            _Enter: self.enter,
            _Leave: self.leave,
            _Unit: self.unit,
        }

    def form(self) -> Form:
        """Return what was read."""
        text = "\n".join(self.words).encode(errors="surrogatepass")
        return Form(hashlib.blake2b(text, digest_size=16).digest(), self.uses, self.also)

    def read(self, *roots: Any) -> None:
        """Put syntax trees into words; with a stack of its own, as code may nest deeper than Python calls."""
        pending: Words = list(reversed(roots))
        handlers, words = self._handlers, self.words
        while pending:
            item = pending.pop()
            kind = type(item)
            if kind is str:
                words.append(item)
            elif kind is list:
                pending += ("]", *reversed(item), "[")
            elif item is None:
                words.append("-")
            else:
                pending += reversed(handlers.get(kind, fields)(item))

    def enter(self, mark: _Enter) -> Words:
        self._local.append(mark.scope)
        return []

    def leave(self, mark: _Leave) -> Words:
        self._local.pop()
        return []

    # Names

    def local(self, name: str) -> tuple[bool, Scope | None]:
        """Tell whether a name is bound inside of the item, and by which scope's imports if by nothing else."""
        innermost = True
        for scope in reversed(self._local):
            if isinstance(scope, frozenset):
                if name in scope:
                    return True, None
            elif name in scope.bindings and (innermost or not scope.is_class):
                imported = all(binding.is_import for binding in scope.bindings[name])
                return True, scope if imported else None
            innermost = innermost and isinstance(scope, frozenset)
        return False, None

    def meant(self, path: Sequence[str]) -> tuple[Target, ...]:
        """Return what `a.b.c` means here; () for what is bound inside of the item."""
        inside, imports = self.local(path[0])
        if inside:
            if imports is None:
                return ()
            return self.names.along(self.names.bound(path[0], self.module, imports), path[1:])
        return self.names.chain(path, self.module, self.outer)

    def use(self, path: Sequence[str]) -> None:
        """Note a name that is read."""
        targets = self.meant(path)
        if targets:
            self.uses.setdefault(".".join(path), targets)

    def follow(self, annotation: ast.expr | None) -> None:
        """Note the classes that an annotation names; the annotation itself does not count."""
        if annotation is None:
            return
        pending: list[ast.AST] = [plain_annotation(annotation)]
        while pending:
            node = pending.pop()
            path = dotted(node)
            if path:
                self.also += [target for target in self.meant(path) if isinstance(target, Item)]
            else:
                pending += ast.iter_child_nodes(node)

    def name(self, node: ast.Name) -> Words:
        if isinstance(node.ctx, ast.Load):
            if self.is_receiver(node.id):
                # The object itself is handed on: whatever its class has may be used.
                assert self.receiver is not None
                self.uses.setdefault(f"{node.id}.*", (self.receiver,))
            self.use((node.id,))
        return [node.id]

    def attribute(self, node: ast.Attribute) -> Words:
        path = dotted(node)
        if path and self.is_receiver(path[0]):
            self.member(path, own=True)
        elif path:
            self.use(path)
        elif self.receiver is not None and self.is_super(node.value):
            self.member(("super()", node.attr), own=False)
        if path:
            return [".".join(path)]
        return [f"(.{node.attr}", node.value, ")"]

    def is_super(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"

    def is_receiver(self, name: str) -> bool:
        """Tell whether a name is the first parameter of the method that is read."""
        if self.receiver is None or self.method is None or name not in self.method.bindings:
            return False
        node = self.method.node
        assert isinstance(node, FunctionNode)
        first = next(parameters(node.args), None)
        if first is None or first.arg != name:
            return False
        inner = self._local[self._local.index(self.method) + 1 :] if self.method in self._local else []
        return not any(name in (scope if isinstance(scope, frozenset) else scope.bindings) for scope in inner)

    def member(self, path: Sequence[str], own: bool) -> None:
        """Note an attribute of the object whose method is read: what its class says of it, else what sets it up."""
        assert self.receiver is not None
        found = self.names.inherited(self.receiver, path[1], own=own)
        if not found:
            set_up = ("__init__", "__post_init__", "__new__", "__getattr__")
            found = tuple(item for name in set_up for item in self.names.inherited(self.receiver, name))
        if found:
            self.uses.setdefault(f"{path[0]}.{path[1]}", found)

    # Calls

    def call(self, node: ast.Call) -> Words:
        if self.recorded.declares(self, node.func) or (
            isinstance(node.func, ast.Call) and self.recorded.declares(self, node.func.func)
        ):
            # `step(function)`: the function is a step's body.
            return ["(Step", node.func, [named(argument) for argument in node.args], ")"]
        bodies = self.recorded.bodies(self, node)
        if not bodies:
            return fields(node)
        positional = [named(argument) if argument in bodies else argument for argument in node.args]
        keywords = [
            f"{keyword.arg}={named(keyword.value)}" if keyword.value in bodies else keyword for keyword in node.keywords
        ]
        return ["(Call", node.func, positional, keywords, ")"]

    # Definitions

    def function(self, node: FunctionNode) -> Words:
        label = self.recorded.label(self, node, self.inner(node))
        if label is not None:
            self.follow_result(node)
            return label
        return self.written(node, node.decorator_list, annotations=False)

    def follow_result(self, node: FunctionNode) -> None:
        """Note the classes of what a step gives: the workflow may call their methods."""
        self.follow(node.returns)

    def unit(self, mark: _Unit) -> Words:
        node = mark.node
        decorators = [each for each in node.decorator_list if not self.recorded.is_engines(self, each)]
        if isinstance(node, ast.ClassDef):
            return self.class_written(node, decorators)
        return self.written(node, decorators, annotations=True)

    def inner(self, node: FunctionNode | ast.ClassDef) -> Scope:
        around = next((scope for scope in reversed(self._local) if isinstance(scope, Scope)), self.outer)
        return around.inner(node)

    def written(self, node: FunctionNode, decorators: list[ast.expr], *, annotations: bool) -> Words:
        scope = self.inner(node)
        if self.receiver is not None and self.method is None:
            self.method = scope
        signature: Words = [decorators, node.args]
        for parameter in parameters(node.args):
            self.follow(parameter.annotation)
            if annotations and parameter.annotation is not None:
                signature += [f"{parameter.arg}:", plain_annotation(parameter.annotation)]
        self.follow(node.returns)
        if annotations and node.returns is not None:
            signature += ["->", plain_annotation(node.returns)]
        kind = type(node).__name__
        return [f"({kind}", node.name, *signature, _Enter(scope), statements(node.body), _Leave(), ")"]

    def arguments(self, node: ast.arguments) -> Words:
        """Return the words of a list of parameters: names and defaults."""
        return [
            "(arguments",
            [parameter.arg for parameter in node.posonlyargs],
            [parameter.arg for parameter in node.args],
            node.vararg.arg if node.vararg is not None else None,
            [parameter.arg for parameter in node.kwonlyargs],
            node.kw_defaults,
            node.kwarg.arg if node.kwarg is not None else None,
            node.defaults,
            ")",
        ]

    def lambda_(self, node: ast.Lambda) -> Words:
        bound = frozenset(parameter.arg for parameter in parameters(node.args))
        return ["(Lambda", node.args, _Enter(bound), node.body, _Leave(), ")"]

    def class_(self, node: ast.ClassDef) -> Words:
        label = self.recorded.label(self, node, self.inner(node))
        return label if label is not None else self.class_written(node, node.decorator_list)

    def class_written(self, node: ast.ClassDef, decorators: list[ast.expr]) -> Words:
        scope = self.inner(node)
        body = [each for each in statements(node.body) if not self.recorded.is_unseen(self, each)]
        words: Words = ["(ClassDef", node.name, decorators, node.bases, node.keywords]
        return [*words, _Enter(scope), body, _Leave(), ")"]

    def annotated(self, node: ast.AnnAssign) -> Words:
        """Return the words of `name: annotation = value`: in a class it declares a field, elsewhere it only assigns."""
        innermost = self._local[-1] if self._local else self.outer
        if isinstance(innermost, Scope) and innermost.is_class:
            return ["(Field", node.target, plain_annotation(node.annotation), node.value, ")"]
        self.follow(node.annotation)
        return [] if node.value is None else ["(Assign", "targets=", [node.target], "value=", node.value, ")"]

    def comprehension(self, node: Any) -> Words:
        bound = frozenset(name for clause in node.generators for name in names_bound(clause.target))
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        first, *others = node.generators
        words: Words = [f"({type(node).__name__}", first.iter, _Enter(bound), first.target, first.ifs]
        for clause in others:
            words += [str(clause.is_async), clause.target, clause.iter, clause.ifs]
        return [*words, str(first.is_async), parts, _Leave(), ")"]


def named(node: ast.expr) -> str:
    """Return the word for a callable that becomes a step's body: its name, which may be recorded, not what it does."""
    return ".".join(dotted(node)) or f"({type(node).__name__})"


def read_item(recorded: Recorded, item: Item) -> Form:
    """Return the form of everything that a scope binds a name to."""
    module, scope = item.module, item.scope
    if item.name == WHOLE_MODULE:
        reader = Reader(recorded, module, scope)
        reader.read(statements(module.tree.body))
        return reader.form()
    receiver = class_of(item) if scope.is_class else None
    reader = Reader(recorded, module, scope, receiver)
    labels = [label for node in definitions(item) if (label := recorded.label(reader, node, scope.inner(node)))]
    if labels and len(labels) == len([binding for binding in item.bindings if not binding.is_import]):
        reader.read(*labels)
        for node in definitions(item):
            if isinstance(node, FunctionNode):
                reader.follow_result(node)
        form = reader.form()
        form.recorded = True
        return form
    for binding in item.bindings:
        if not binding.is_import and not binding.is_parameter:
            read_binding(reader, binding)
    if not scope.is_class and scope.parent is None:
        for binding in recorded.touching(item):
            read_binding(reader, binding)
    return reader.form()


def read_binding(reader: Reader, binding: Binding) -> None:
    """Read one statement that binds a name, or changes what it is bound to, with the conditions around it."""
    reader.method = None
    reader.read(list(binding.around), *(binding.parts or (binding.node,)))


def read_unit(recorded: Recorded, module: Module, scope: Scope, node: FunctionNode | ast.ClassDef) -> Form:
    """Return the form of a workflow itself."""
    receiver = None
    if scope.is_class and isinstance(node, FunctionNode):
        receiver = class_of(Item(module, scope, node.name))
    reader = Reader(recorded, module, scope, receiver)
    reader.read(_Unit(node))
    return reader.form()


def class_of(item: Item) -> Item | None:
    """Return the class in whose body an item stands."""
    scope = item.scope
    assert isinstance(scope.node, ast.ClassDef)
    return Item(item.module, scope.parent, scope.node.name) if scope.parent is not None else None
