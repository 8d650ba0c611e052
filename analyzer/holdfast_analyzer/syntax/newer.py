"""Reads syntax that is newer than the running Python, with libcst, whose grammar does not depend on the interpreter.

There is one outline and one lowering, and both read `ast`. So what is newer is taken out of the text, leaving blanks of
the same length in its place, or a pair of parentheses with blanks between them; the running Python parses the rest, where
each token still stands at its own line and column; and into the tree comes what the blanks stand for. Read in this way
are type parameters and `type` statements (PEP 695, 696), f-strings that reuse their quotes (701), `except A, B:` (758),
t-strings (750), lazy imports (810) and unpacking in comprehensions (798).
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from holdfast_analyzer.source import line_starts
from holdfast_analyzer.syntax.literals import Field, Text, literals_in
from holdfast_analyzer.syntax.parse import byte_position, parse_expression, parse_text

_BRACKETS = re.compile(r"[(\[{]|[)\]}]")
_MAX_BRACKETS = 200
"""As many nested brackets as CPython's tokenizer takes (MAXLEVEL in Parser/tokenizer.h)."""

_CHAIN = re.compile(
    r"(?:(?:\b(?:not|await)\b|\blambda\b[^:\n]*:|[-+~])[ \t]*){400}"
    r"|(?:[.\w\"']++[ \t]*(?:[-+*/%@&|^<>=]|\b(?:and|or|if|else|in|is)\b)+[ \t\\\n]*){2000}"
    r"|(?:\.\w++(?:\([^()\n]*\))?\s*){2000}",
)
"""Chains of operators so long that libcst's recursive parser runs out of stack, which ends the process."""

_BLANK_BEHIND_CONVERSION = re.compile(r"(![rsa])([ \t]+)(?=[:}])")
_VISIBLE = re.compile(r"[^\n]+")
_SEMICOLON = re.compile(r"[ \t\f]*;(?:[ \t\f]|\\\n)*\Z")
_LAZY = re.compile(r"lazy(?:[ \t\f]|\\\n)+")


def parse_newer(text: str) -> ast.Module | None:
    """Parse a file with newer syntax.

    Args:
        text: the whole file; the running parser has refused it.

    Returns:
        Its tree, every node of the older syntax's kinds: a `type` statement is an assignment, a t-string a `JoinedStr`.
        None when libcst cannot read the text either.
    """
    if _is_too_deep(text):
        return None
    try:
        module = _read(text)
        newer = _Newer(text, _Positions(module, unsafe_skip_copy=True).resolve(PositionProvider))
        newer.find(module)
        return newer.restored(parse_text(newer.older_text()))
    except (cst.ParserSyntaxError, cst.CSTValidationError, SyntaxError, ValueError, RecursionError, MemoryError):
        # The message about the text that the user wrote is the running Python's own.
        return None


def _read(text: str) -> cst.Module:
    module = cst.parse_module(text)
    if module.code == text:
        return module
    # Positions are counted in the code that the tree is written out to. libcst 1.9 loses the blanks behind a conversion.
    moved = _BLANK_BEHIND_CONVERSION.sub(r"\2\1", text)
    module = cst.parse_module(moved)
    if module.code != moved:
        raise ValueError("libcst does not write out what it has read")
    return module


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(text):
        depth += 1 if bracket[0] in "([{" else -(depth > 0)
        deepest = max(deepest, depth)
    return deepest > _MAX_BRACKETS or _CHAIN.search(text) is not None


class _Positions(MetadataWrapper):
    """A module whose positions are found without a visit of the whole tree on behalf of no visitor (libcst 1.9)."""

    def visit_batched(self, visitors: Any, *hooks: Any) -> cst.CSTNode:
        """Visit for those that visit something."""
        return super().visit_batched(visitors, *hooks) if visitors else self.module


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold more than blanks and punctuation."""
    blanks = ("whitespace", "lpar", "rpar", "leading_lines", "trailing_whitespace", "lines_after", "comma", "semicolon")
    return tuple(field.name for field in fields(kind) if not field.name.startswith(blanks))


class _Newer:
    """Finds newer syntax, and knows what stands where it was."""

    def __init__(self, text: str, positions: Mapping[cst.CSTNode, Any]) -> None:
        self._positions = positions
        self.text: Final = text
        self.starts: Final = line_starts(text)
        self._edits: list[tuple[int, int, str, str]] = []
        self._holes: dict[tuple[int, int], Callable[[], ast.AST]] = {}
        self._mappings: set[tuple[int, int]] = set()
        self._type_parameters: dict[tuple[int, int], list[ast.alias]] = {}

    # What is found

    def find(self, module: cst.Module) -> None:
        """Look at every node, the outer before the inner: libcst's own visitors make each node anew."""
        pending: list[cst.CSTNode] = [module]
        while pending:
            node = pending.pop()
            look = _LOOK.get(type(node))
            if look is not None and look(self, node) is False:
                continue
            for part in _parts(type(node)):
                value = getattr(node, part)
                if isinstance(value, cst.CSTNode):
                    pending.append(value)
                elif isinstance(value, tuple | list):
                    pending += [item for item in value if isinstance(item, cst.CSTNode)]

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        place = self._positions[node]
        first = self.starts[place.start.line - 1] + place.start.column
        return first, self.starts[place.end.line - 1] + place.end.column

    def _hole(self, start: int, end: int, fill: Callable[[int, int], ast.AST]) -> None:
        """Put parentheses with blanks between them in the place of a part of the text: an empty tuple of the same extent."""
        self._edits.append((start, end, "(", ")"))
        self._holes[byte_position(self.text, self.starts, start)] = lambda: fill(start, end)

    def _string(self, node: cst.CSTNode) -> None:
        self._hole(*self._span(node), self._joined)

    def _formatted_string(self, node: cst.FormattedString) -> bool:
        self._string(node)
        return False

    def _templated_string(self, node: cst.TemplatedString) -> bool:
        self._string(node)
        return False

    def _concatenated_string(self, node: cst.ConcatenatedString) -> bool:
        part: cst.BaseExpression = node
        while isinstance(part, cst.ConcatenatedString):
            if not isinstance(part.left, cst.SimpleString):
                break
            part = part.right
        if not isinstance(part, cst.SimpleString):
            self._string(node)
        return False

    def _except_handler(self, node: cst.ExceptHandler) -> None:
        self._caught(node.type)

    def _except_star_handler(self, node: cst.ExceptStarHandler) -> None:
        self._caught(node.type)

    def _caught(self, node: cst.BaseExpression | None) -> None:
        if isinstance(node, cst.Tuple) and not node.lpar:
            self._hole(*self._span(node), self._expression)

    def _tuple(self, node: cst.Tuple) -> bool:
        return byte_position(self.text, self.starts, self._span(node)[0]) not in self._holes

    def _list_comp(self, node: cst.ListComp) -> None:
        self._unpacked(node.elt)

    def _set_comp(self, node: cst.SetComp) -> None:
        self._unpacked(node.elt)

    def _generator_exp(self, node: cst.GeneratorExp) -> None:
        self._unpacked(node.elt)

    def _unpacked(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.StarredElement):
            self._hole(*self._span(node), self._starred)

    def _starred_element(self, node: cst.StarredElement) -> bool:
        return byte_position(self.text, self.starts, self._span(node)[0]) not in self._holes

    def _starred_dict_comp(self, node: cst.StarredDictComp) -> None:
        start = self.text.index("**", self._span(node)[0])
        end = start + len(self.text[start : self._span(node.for_in)[0]].rstrip())
        self._hole(start, end, self._starred)
        self._mappings.add(byte_position(self.text, self.starts, start))

    def _lazy_import(self, node: cst.LazyImport) -> bool:
        self._hole(*self._span(node), self._eager_import)
        return False

    def _lazy_import_from(self, node: cst.LazyImportFrom) -> bool:
        self._hole(*self._span(node), self._eager_import)
        return False

    def _type_alias(self, node: cst.TypeAlias) -> bool:
        start, end = self._span(node)
        semicolon = _SEMICOLON.search(self.text, start, end)
        name, end_name = self._span(node.name)
        equals = self.text.index("=", self._span(node.type_parameters)[1] if node.type_parameters else end_name)

        def alias(start: int, end: int) -> ast.stmt:
            target = self._placed(ast.Name(node.name.value, ast.Store()), name, end_name)
            return self._placed(ast.Assign([target], self._expression(equals + 1, end)), start, end)  # type: ignore[no-any-return]

        self._hole(start, semicolon.start() if semicolon else end, alias)
        return False

    def _function_def(self, node: cst.FunctionDef) -> None:
        self._parametrized(node, node.type_parameters)

    def _class_def(self, node: cst.ClassDef) -> None:
        self._parametrized(node, node.type_parameters)

    def _parametrized(self, node: cst.CSTNode, parameters: cst.TypeParameters | None) -> None:
        if parameters is None:
            return
        start, end = self._span(parameters)
        self._edits.append((start, end, "", ""))
        names = [self._placed(ast.alias(item.param.name.value), start, end) for item in parameters.params]
        self._type_parameters[byte_position(self.text, self.starts, self._span(node)[0])] = names

    def _skipped(self, node: cst.TypeParameters) -> bool:
        return False

    # The text without it

    def older_text(self) -> str:
        """The text with blanks of the same length, in bytes, in the place of newer syntax."""
        pieces = []
        done = 0
        for start, end, opening, closing in sorted(self._edits):
            if start < done:
                continue  # inside a part that is gone
            pieces.append(self.text[done:start])
            blank = _VISIBLE.sub(lambda match: " " * len(match[0].encode()), self.text[start:end])
            if opening:
                blank = opening + blank[1:-1] + closing
            else:
                # No bracket is open here: the lines must be joined.
                blank = blank.replace("\n", "\\\n")
            pieces.append(blank)
            done = end
        pieces.append(self.text[done:])
        return "".join(pieces)

    # The tree with it

    def restored(self, module: ast.Module) -> ast.Module:
        """Put into a tree what stands where the text is blank.

        Args:
            module: the tree of `older_text`; it is changed.

        Returns:
            The same tree.
        """
        waiting: list[ast.AST] = [module]
        while waiting:
            node = waiting.pop()
            definition: Any = node
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                parameters = self._type_parameters.get((node.lineno, node.col_offset))
                if parameters is not None:
                    # Of the nodes of Python 3.12 a name and an end is all that is read.
                    definition.type_params = parameters
            for field, value in ast.iter_fields(node):
                if isinstance(value, list):
                    value[:] = [self._restored(item) for item in value]
                    waiting += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.AST):
                    setattr(node, field, self._restored(value))
                    waiting.append(getattr(node, field))
        return module

    def _restored(self, node: Any) -> Any:
        if isinstance(node, ast.Expr):
            filled = self._restored(node.value)
            if isinstance(filled, ast.stmt):
                return filled
            node.value = filled
        if isinstance(node, ast.SetComp) and (node.elt.lineno, node.elt.col_offset) in self._mappings:
            nothing: Any = None
            return ast.copy_location(ast.DictComp(node.elt, nothing, node.generators), node)
        if isinstance(node, ast.Tuple) and not node.elts:
            fill = self._holes.get((node.lineno, node.col_offset))
            if fill is not None:
                return fill()
        return node

    def _placed(self, node: Any, start: int, end: int) -> Any:
        node.lineno, node.col_offset = byte_position(self.text, self.starts, start)
        node.end_lineno, node.end_col_offset = byte_position(self.text, self.starts, end)
        return node

    def _expression(self, start: int, end: int) -> ast.expr:
        return parse_expression(self.text, self.starts, start, end)

    def _starred(self, start: int, end: int) -> ast.expr:
        stars = len(self.text[start:end]) - len(self.text[start:end].lstrip("*"))
        return self._placed(ast.Starred(self._expression(start + stars, end), ast.Load()), start, end)  # type: ignore[no-any-return]

    def _joined(self, start: int, end: int) -> ast.expr:
        values: list[ast.expr] = []
        waiting: list[Text | Field] = []
        for literal in literals_in(self.text, start, end):
            waiting += literal.parts or ()
        for part in waiting:
            if isinstance(part, Field):
                value = self._expression(part.start, part.end)
                values.append(self._placed(ast.FormattedValue(value, -1), part.start - 1, part.after))
                waiting += part.specification
        return self._placed(ast.JoinedStr(values), start, end)  # type: ignore[no-any-return]

    def _eager_import(self, start: int, end: int) -> ast.stmt:
        (statement,) = parse_text(_LAZY.sub("", self.text[start:end], count=1)).body
        return self._placed(statement, start, end)  # type: ignore[no-any-return]


_LOOK: dict[type[cst.CSTNode], Callable[[_Newer, Any], bool | None]] = {
    cst.FormattedString: _Newer._formatted_string,
    cst.TemplatedString: _Newer._templated_string,
    cst.ConcatenatedString: _Newer._concatenated_string,
    cst.ExceptHandler: _Newer._except_handler,
    cst.ExceptStarHandler: _Newer._except_star_handler,
    cst.Tuple: _Newer._tuple,
    cst.ListComp: _Newer._list_comp,
    cst.SetComp: _Newer._set_comp,
    cst.GeneratorExp: _Newer._generator_exp,
    cst.StarredElement: _Newer._starred_element,
    cst.StarredDictComp: _Newer._starred_dict_comp,
    cst.LazyImport: _Newer._lazy_import,
    cst.LazyImportFrom: _Newer._lazy_import_from,
    cst.TypeAlias: _Newer._type_alias,
    cst.FunctionDef: _Newer._function_def,
    cst.ClassDef: _Newer._class_def,
    cst.TypeParameters: _Newer._skipped,
}
"""What looks at a kind of node; False where nothing newer can stand inside."""
