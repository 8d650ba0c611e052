"""Syntax that is newer than the running Python, rewritten into older syntax on the same lines.

libcst's grammar does not depend on the interpreter, so it reads what the running parser refuses. What is rewritten:
type parameters and `type` statements (PEP 695, 696), f-strings that reuse their quotes (701), `except A, B:` (758),
t-strings (750), lazy imports (810) and unpacking in comprehensions (798). The result is for an outline: it has the
same names, calls and lines, while the text of f-strings and the type parameters are gone.
"""

import re
from collections.abc import Sequence

import libcst as cst

_BRACKETS = re.compile(r"[(\[{]|[)\]}]")
_MAX_BRACKETS = 200
"""As many nested brackets as CPython's tokenizer takes (MAXLEVEL in Parser/tokenizer.h)."""

_CHAIN = re.compile(
    r"(?:(?:\b(?:not|await)\b|\blambda\b[^:\n]*:|[-+~])[ \t]*){400}"
    r"|(?:[.\w\"']++[ \t]*(?:[-+*/%@&|^<>=]|\b(?:and|or|if|else|in|is)\b)+[ \t\\\n]*){2000}"
    r"|(?:\.\w++(?:\([^()\n]*\))?\s*){2000}",
)
"""Chains of operators so long that libcst's recursive parser runs out of stack, which ends the process."""


def downlevel(text: str) -> str | None:
    """Rewrite a file's newer syntax.

    Args:
        text: the whole file; the running parser has refused it.

    Returns:
        The file in older syntax, each token on its own line as before; None when libcst cannot read it either.
    """
    if _is_too_deep(text):
        return None
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, UnicodeError, RecursionError):
        return None
    try:
        return module.visit(_Downlevel()).code
    except RecursionError:
        return None


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(text):
        depth += 1 if bracket[0] in "([{" else -(depth > 0)
        deepest = max(deepest, depth)
    return deepest > _MAX_BRACKETS or _CHAIN.search(text) is not None


_EMPTY = cst.Module([])
_CONTINUED = "\\\n"


class _Text(cst.Name):
    """Any text where an expression or a name stands; libcst writes it out as it is."""

    def _validate(self) -> None:
        """A name would have to be an identifier."""


def _code(node: cst.CSTNode) -> str:
    return _EMPTY.code_for_node(node)


def _as_tuple(string: cst.FormattedString | cst.TemplatedString) -> cst.BaseExpression:
    """The expressions of a string as the text of a tuple that spans the same lines."""
    pieces = ["("]
    _add_parts(string.parts, pieces)
    text = "".join(pieces)
    lines = _code(string.with_changes(lpar=[], rpar=[])).count("\n")
    return _Text(text + "\n" * (lines - text.count("\n")) + ")", lpar=string.lpar, rpar=string.rpar)


def _add_parts(
    parts: Sequence[cst.BaseFormattedStringContent] | Sequence[cst.BaseTemplatedStringContent], pieces: list[str]
) -> None:
    for part in parts:
        if isinstance(part, cst.FormattedStringExpression | cst.TemplatedStringExpression):
            # The parentheses let the blanks, line ends and comments around the expression stand.
            before, after = _code(part.whitespace_before_expression), _code(part.whitespace_after_expression)
            pieces.append(f"({before}{_code(part.expression)}{after}),")
            _add_parts(part.format_spec or (), pieces)
        else:
            pieces.append("\n" * _code(part).count("\n"))


def _unpacked(element: cst.BaseExpression) -> cst.BaseExpression:
    return element.value if isinstance(element, cst.StarredElement) else element


class _Downlevel(cst.CSTTransformer):
    """Children are rewritten first, so `updated` always is older syntax already; text stands in a `Name` of its own."""

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return _as_tuple(updated_node)

    def leave_TemplatedString(
        self, original_node: cst.TemplatedString, updated_node: cst.TemplatedString
    ) -> cst.BaseExpression:
        return _as_tuple(updated_node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        # Its parts cannot become other expressions one by one: libcst wants strings there.
        return False

    def leave_ConcatenatedString(
        self, original_node: cst.ConcatenatedString, updated_node: cst.ConcatenatedString
    ) -> cst.BaseExpression:
        pieces: list[str] = []
        node: cst.BaseExpression = original_node
        if "{" not in _code(original_node):
            return updated_node
        while isinstance(node, cst.ConcatenatedString):
            pieces += [_code(_visited(node.left, self)), ",", _code(node.whitespace_between)]
            node = node.right
        pieces.append(_code(_visited(node, self)))
        return _Text(f"({''.join(pieces)},)", lpar=original_node.lpar, rpar=original_node.rpar)

    def leave_ListComp(self, original_node: cst.ListComp, updated_node: cst.ListComp) -> cst.ListComp:
        return updated_node.with_changes(elt=_unpacked(updated_node.elt))

    def leave_SetComp(self, original_node: cst.SetComp, updated_node: cst.SetComp) -> cst.SetComp:
        return updated_node.with_changes(elt=_unpacked(updated_node.elt))

    def leave_GeneratorExp(self, original_node: cst.GeneratorExp, updated_node: cst.GeneratorExp) -> cst.GeneratorExp:
        return updated_node.with_changes(elt=_unpacked(updated_node.elt))

    def leave_StarredDictComp(
        self, original_node: cst.StarredDictComp, updated_node: cst.StarredDictComp
    ) -> cst.BaseExpression:
        return cst.SetComp(
            updated_node.value,
            updated_node.for_in,
            lbrace=updated_node.lbrace,
            rbrace=updated_node.rbrace,
            lpar=updated_node.lpar,
            rpar=updated_node.rpar,
        )

    def leave_LazyImport(self, original_node: cst.LazyImport, updated_node: cst.LazyImport) -> cst.Import:
        return cst.Import(updated_node.names, semicolon=updated_node.semicolon)

    def leave_LazyImportFrom(
        self, original_node: cst.LazyImportFrom, updated_node: cst.LazyImportFrom
    ) -> cst.ImportFrom:
        return cst.ImportFrom(
            updated_node.module,
            updated_node.names,
            updated_node.relative,
            updated_node.lpar,
            updated_node.rpar,
            semicolon=updated_node.semicolon,
        )

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        parameters = updated_node.type_parameters
        if parameters is None:
            return updated_node
        name = updated_node.name.value + _CONTINUED * _code(parameters).count("\n")
        return updated_node.with_changes(type_parameters=None, name=_Text(name))

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        parameters = updated_node.type_parameters
        if parameters is None:
            return updated_node
        name = updated_node.name.value + _CONTINUED * _code(parameters).count("\n")
        return updated_node.with_changes(type_parameters=None, name=_Text(name))

    def leave_TypeAlias(self, original_node: cst.TypeAlias, updated_node: cst.TypeAlias) -> cst.BaseSmallStatement:
        value = _code(updated_node.value)
        skipped = _code(updated_node).count("\n") - value.count("\n")
        text = f"{updated_node.name.value} = {_CONTINUED * skipped}{value}"
        return cst.Expr(_Text(text), semicolon=updated_node.semicolon)

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        return updated_node.with_changes(type=_in_parentheses(updated_node.type))

    def leave_ExceptStarHandler(
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        return updated_node.with_changes(type=_in_parentheses(updated_node.type))


def _visited(node: cst.CSTNode, visitor: cst.CSTTransformer) -> cst.CSTNode:
    updated = node.visit(visitor)
    return updated if isinstance(updated, cst.CSTNode) else node


def _in_parentheses(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    if isinstance(node, cst.Tuple) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node
