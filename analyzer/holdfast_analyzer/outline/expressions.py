"""Second pass: the expressions of those statements alone that can hold something of interest.

Most of a tree is expressions, and walking them all costs more than parsing. So regular expressions over the text find
the lines where a call may hand over a function or mutate a non-local, a `yield` or a walrus; they may find too much
(strings, comments), never too little, and only the statements on these lines are walked.
"""

import builtins
import re
from ast import (
    AST,
    AsyncFor,
    AsyncFunctionDef,
    AsyncWith,
    Attribute,
    Call,
    ClassDef,
    Constant,
    DictComp,
    For,
    FunctionDef,
    GeneratorExp,
    If,
    Lambda,
    ListComp,
    Match,
    Name,
    NamedExpr,
    SetComp,
    Subscript,
    While,
    With,
    Yield,
    YieldFrom,
    arguments,
    expr,
    match_case,
    walk,
)
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from operator import itemgetter

from holdfast_analyzer.outline.names import FIELDS, children, dotted, written_path
from holdfast_analyzer.outline.scope import MODULE, Scope
from holdfast_analyzer.outline.shape import HandedFunction, WriteOutline
from holdfast_analyzer.outline.statements import Statements

_OF_SEQUENCES = {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"}
_OF_MAPPINGS = {"popitem", "setdefault", "update", "subtract", "move_to_end"}
_OF_SETS = {"add", "discard", "difference_update", "intersection_update", "symmetric_difference_update"}
_OF_QUEUES = {"appendleft", "extendleft", "popleft", "rotate", "put", "put_nowait", "get_nowait"}
_OF_VARIABLES = {"set"}  # threading.Event, ContextVar
MUTATING_METHODS = frozenset(_OF_SEQUENCES | _OF_MAPPINGS | _OF_SETS | _OF_QUEUES | _OF_VARIABLES)
"""Methods of the standard library's containers that change the receiver."""

_OF_HEAPQ = {"heappush", "heappop", "heapify", "heapreplace", "heappushpop"}
_OF_BISECT_AND_RANDOM = {"insort", "insort_left", "insort_right", "shuffle"}
MUTATING_FUNCTIONS = frozenset({"next", "setattr", "delattr"} | _OF_HEAPQ | _OF_BISECT_AND_RANDOM)
"""Functions, by their last name, that change their first argument."""

_PREDICATES = frozenset({"isinstance", "issubclass", "super", "hasattr", "getattr", "setattr", "delattr", "cast"})
"""Builtins (and `typing.cast`) that look at what they are given and keep nothing of it."""

_BUILTINS = frozenset(vars(builtins))
_NAME = r"[^\W\d]\w*"
# Blanks, comments and continued lines; possessive, so that no text makes it backtrack.
_TRIVIA = r"\s*+(?:[#\\][^\n]*+\s*+)*+"
_HANDED = re.compile(rf"[(,=](?={_TRIVIA}(\w++)(?:\s*+\.\s*+\w++)*+\s*+[,)#\\])")
_MUTATING_METHOD = re.compile(rf"\.{_TRIVIA}(?:{'|'.join(sorted(MUTATING_METHODS, reverse=True))}){_TRIVIA}\(")
_RECEIVER = re.compile(rf"(?<![\w.)\]}}\"'])({_NAME})((?:\.{_NAME})*)$")
_RARE_WORDS = ("yield", ":=", "next(", "setattr(", "delattr(")
_WORDS_OF = {"heappush": "heapq", "heappop": "heapq", "heapify": "heapq", "heapreplace": "heapq"} | {
    "insort": "bisect",
    "shuffle": "random",
}


class Expressions:
    """What the expressions of a file say, given its statements.

    Attributes:
        writes, handed: as in `shape.Outline`.
    """

    def __init__(self, statements: Statements, text: str) -> None:
        self.writes: list[WriteOutline] = []
        self.handed: list[HandedFunction] = []
        self._statements = statements
        self._text = text
        self._modules = {found.submodule or found.module for found in statements.imports if not found.name}
        self._calls: list[tuple[Call, AST, Scope, frozenset[str]]] = []
        for node, scope in self._interesting(self._lines()):
            self._walk(node, scope)
        # Only now is it known which names each scope binds: a walrus binds, too.
        for call, node, scope, hidden in self._calls:
            self._call(call, node, scope, hidden)
        for scope, target in statements.stores:
            self._store(scope, target)
        for scope, name, statement in statements.rebound:
            self._write(name, "global", scope, statement)
        self.writes.sort(key=lambda write: (write.line, write.column))

    # Which lines

    def _lines(self) -> list[tuple[int, int]]:
        """The lines to look at, in order, each with the offset of what was found there."""
        text, statements = self._text, self._statements
        offsets: list[int] = []
        handable = statements.definitions
        open_ended = bool(statements.stars)
        for match in _HANDED.finditer(text):
            root = match[1]
            if root in handable or (open_ended and root not in _BUILTINS):
                offsets.append(match.start(1))
        lasting = statements.module.bound | statements.imported_names
        lasting |= statements.global_names | statements.class_parameters
        for match in _MUTATING_METHOD.finditer(text):
            start = match.start()
            receiver = _RECEIVER.search(text, text.rfind("\n", 0, start) + 1, start)
            if receiver is None or receiver[1] in lasting or open_ended or "__class__" in receiver[2]:
                offsets.append(start)
        # Words that most files do not hold: a plain search is ten times faster than a regular expression.
        words = [*_RARE_WORDS, *(word for word, module in _WORDS_OF.items() if module in statements.imported_modules)]
        for word in words:
            offset = text.find(word)
            while offset >= 0:
                offsets.append(offset)
                offset = text.find(word, offset + 1)
        offsets.sort()
        found: list[tuple[int, int]] = []
        line, last, seen = 1, 0, 0
        for offset in offsets:
            line += text.count("\n", last, offset)
            last = offset
            if line != seen:
                found.append((line, offset))
                seen = line
        return found

    def _interesting(self, lines: list[tuple[int, int]]) -> Iterator[tuple[AST, Scope]]:
        """The statements that the lines lie in; for a compound statement, its header."""
        leaves = self._statements.leaves
        first = itemgetter(0)
        seen = -1
        for line, offset in lines:
            found = bisect_right(leaves, line, key=first) - 1
            if found < 0:
                continue
            # Several statements can begin on one line, and the first of them inside the end of an earlier one.
            start = leaves[found][0]
            first_leaf = bisect_left(leaves, start, 0, found + 1, key=first)
            while first_leaf > 0 and start == line and self._is_preceded(leaves[first_leaf][1], offset):
                start_before = leaves[first_leaf - 1][0]
                first_leaf = bisect_left(leaves, start_before, 0, first_leaf, key=first)
                start = start_before
            for index in range(max(first_leaf, seen + 1), found + 1):
                yield leaves[index][1], leaves[index][2]
            seen = max(seen, found)

    def _is_preceded(self, node: AST, offset: int) -> bool:
        """Whether another statement ends on the line where this one begins; `offset` lies on that line."""
        column: int = node.col_offset if hasattr(node, "col_offset") else 0
        if column == 0:
            return False
        start = self._text.rfind("\n", 0, offset) + 1
        return not self._text[start : start + column].isspace()

    # What they hold

    def _walk(self, node: AST, scope: Scope) -> None:
        header = _HEADERS.get(node.__class__)
        self._parts([node] if header is None else header(node), node, scope, frozenset())

    def _parts(self, stack: list[AST], node: AST, scope: Scope, hidden: frozenset[str]) -> None:
        """Walk the parts of a statement; `hidden` are the names that lambdas and comprehensions around them bind."""
        stack.reverse()
        while stack:
            part = stack.pop()
            kind = part.__class__
            if kind is Name or kind is Constant:
                continue
            if kind is Call:
                self._calls.append((part, node, scope, hidden))  # type: ignore[arg-type]
            elif kind is Lambda:
                names = _parameter_names(part.args)  # type: ignore[attr-defined]
                self._parts(children(part), node, scope, hidden | names | {_IN_LAMBDA})
                continue
            elif kind in _COMPREHENSIONS:
                self._parts(children(part), node, scope, hidden | _target_names(part))
                continue
            elif kind is NamedExpr:
                self._walrus(part, node, scope)  # type: ignore[arg-type]
            elif (kind is Yield or kind is YieldFrom) and scope.function and _IN_LAMBDA not in hidden:
                scope.function.is_generator = True
            for field in reversed(FIELDS[kind]):
                value = getattr(part, field)
                if value.__class__ is list:
                    stack += [item for item in reversed(value) if isinstance(item, AST)]
                elif isinstance(value, AST):
                    stack.append(value)

    def _walrus(self, part: NamedExpr, node: AST, scope: Scope) -> None:
        self._statements.bind(part.target.id, scope, self._statements.case_owners.get(node, node))

    def _call(self, call: Call, node: AST, scope: Scope, hidden: frozenset[str]) -> None:
        function = call.func
        callee = dotted(function)
        if scope.function:
            if isinstance(function, Attribute) and function.attr in MUTATING_METHODS:
                self._mutation(function.value, call, scope, hidden)
            if callee.rpartition(".")[2] in MUTATING_FUNCTIONS and call.args:
                self._mutating_function(callee, call, scope, hidden)
        if callee in _PREDICATES:
            return
        through_result = not callee and isinstance(function, Call)
        if through_result:
            callee = dotted(function.func)  # type: ignore[attr-defined]
        for position, argument in enumerate(call.args):
            self._argument(argument, position, "", callee, through_result, (node, scope, hidden))
        for keyword in call.keywords:
            if keyword.arg is not None:
                self._argument(keyword.value, -1, keyword.arg, callee, through_result, (node, scope, hidden))

    def _argument(
        self,
        argument: expr,
        position: int,
        keyword: str,
        callee: str,
        through_result: bool,
        where: tuple[AST, Scope, frozenset[str]],
    ) -> None:
        handed = dotted(argument)
        if not handed:
            return
        node, scope, hidden = where
        root = handed.partition(".")[0]
        if root in hidden:
            return
        _, binder = scope.place(root)
        if root not in binder.definitions and not (binder.parent is None and self._may_be_starred(root)):
            return
        holder: Scope | None = scope
        while holder is not None and not holder.function:
            holder = holder.parent
        statement = self._statements.case_owners.get(node, node)
        self.handed.append(
            HandedFunction(
                callee,
                through_result,
                handed,
                position,
                keyword,
                holder.qualname if holder else "",
                self._statements.region(statement),
            ),
        )

    # Writes

    def _store(self, scope: Scope, target: Attribute | Subscript) -> None:
        written = written_path(target)
        if written is None:
            return
        path, subscripted = written
        name = self._lasting(path, scope, frozenset())
        if name:
            self._write(name, "mutation" if subscripted else "attribute", scope, target)

    def _mutation(self, receiver: expr, call: Call, scope: Scope, hidden: frozenset[str]) -> None:
        written = written_path(receiver)
        if written is None:
            return
        name = self._lasting(written[0], scope, hidden)
        # A function of an imported module is no method: `os.remove(path)`.
        if name and not (name in self._modules and scope.place(written[0][0])[0] == MODULE):
            self._write(name, "mutation", scope, call)

    def _mutating_function(self, callee: str, call: Call, scope: Scope, hidden: frozenset[str]) -> None:
        written = written_path(call.args[0])
        if written is None:
            return
        name = self._lasting(written[0], scope, hidden)
        if not name:
            return
        how = "mutation"
        if callee in ("setattr", "delattr"):
            how = "attribute"
            attribute = call.args[1] if len(call.args) > 1 else None
            if isinstance(attribute, Constant) and isinstance(attribute.value, str) and not written[1]:
                name = f"{name}.{attribute.value}"
        self._write(name, how, scope, call)

    def _lasting(self, path: list[str], scope: Scope, hidden: frozenset[str]) -> str:
        """The dotted name of a path that outlives the call, with the class in place of `cls`; else ""."""
        root = path[0]
        if root in hidden:
            return ""
        place, binder = scope.place(root)
        if root in binder.imported or (place == MODULE and self._is_of_module(root)):
            return ".".join(path)
        if root == binder.first_parameter and binder.owner is not None:
            if binder.is_classmethod and len(path) > 1:
                return ".".join([binder.owner.qualname, *path[1:]])
            if len(path) > 2 and path[1] == "__class__":
                return ".".join([binder.owner.qualname, *path[2:]])
        return ""

    def _is_of_module(self, name: str) -> bool:
        statements = self._statements
        return name in statements.module.bound or name in statements.global_names or self._may_be_starred(name)

    def _may_be_starred(self, name: str) -> bool:
        statements = self._statements
        return bool(statements.stars) and name not in statements.module.bound and name not in _BUILTINS

    def _write(self, target: str, how: str, scope: Scope, node: AST) -> None:
        line: int = node.lineno  # type: ignore[attr-defined]
        self.writes.append(WriteOutline(target, how, scope.qualname, line, self._statements.column(node) + 1))


_IN_LAMBDA = "<lambda>"
_COMPREHENSIONS = frozenset({ListComp, SetComp, DictComp, GeneratorExp})


def _parameter_names(node: arguments) -> set[str]:
    parameters = [*node.posonlyargs, *node.args, *node.kwonlyargs]
    return {parameter.arg for parameter in [*parameters, node.vararg, node.kwarg] if parameter is not None}


def _target_names(comprehension: AST) -> set[str]:
    clauses = comprehension.generators  # type: ignore[attr-defined]
    return {name.id for clause in clauses for name in walk(clause.target) if isinstance(name, Name)}


def _function_header(node: FunctionDef | AsyncFunctionDef) -> list[AST]:
    return [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]


def _class_header(node: ClassDef) -> list[AST]:
    return [*node.decorator_list, *node.bases, *node.keywords]


def _with_header(node: With | AsyncWith) -> list[AST]:
    return [*node.items]


_HEADERS: dict[type[AST], Callable[..., list[AST]]] = {
    FunctionDef: _function_header,
    AsyncFunctionDef: _function_header,
    ClassDef: _class_header,
    If: lambda node: [node.test],
    While: lambda node: [node.test],
    For: lambda node: [node.target, node.iter],
    AsyncFor: lambda node: [node.target, node.iter],
    With: _with_header,
    AsyncWith: _with_header,
    Match: lambda node: [node.subject],
    match_case: lambda node: [node.guard] if node.guard else [],
}
"""For compound statements, the parts of the header; the body's statements are leaves of their own."""
