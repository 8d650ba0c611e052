"""The intermediate representation of a function body: what the evaluator reads, and what the cache keeps.

Syntax trees are lowered to these plain values once; positions are the file's own. Nothing here refers to `ast`, so a
cached summary is read without a parser. The shapes follow Python's own grammar, reduced to what flows of values,
effects and order need: all operators are one `Operation`, all displays one `Display`.
"""

from msgspec import Struct

Position = tuple[int, int, int, int]
"""Line, column, end line, end column; lines and columns from 1, in characters; the end is exclusive."""


class Constant(Struct, array_like=True, tag="k", gc=False):
    """A literal. `kind` is `str`, `bytes`, `int`, `float`, `complex`, `bool`, `none` or `ellipsis`.

    `value` holds it for str, int (below 2**63), float, bool and none, else its source text.
    """

    kind: str
    value: str | int | float | bool | None
    at: Position


class Name(Struct, array_like=True, tag="n", gc=False):
    """A bare name, read or (as a target) written."""

    id: str
    at: Position


class Attribute(Struct, array_like=True, tag="a"):
    """`base.name`."""

    base: "Expr"
    name: str
    at: Position


class Subscript(Struct, array_like=True, tag="s"):
    """`base[index]`; several indices and slices are a tuple `Display`, an absent slice bound is left out."""

    base: "Expr"
    index: "Expr"
    at: Position


class Argument(Struct, array_like=True):
    """An argument of a call or a base of a class: `value`, `keyword=value`, `*value` (star 1), `**value` (star 2)."""

    value: "Expr"
    keyword: str
    star: int


class Call(Struct, array_like=True, tag="c"):
    """`function(arguments)`."""

    function: "Expr"
    arguments: list[Argument]
    at: Position


class Starred(Struct, array_like=True, tag="*"):
    """`*value` inside a display or a target."""

    value: "Expr"
    at: Position


class Display(Struct, array_like=True, tag="l"):
    """A `list`, `tuple` or `set` display, or a target list (`tuple`)."""

    kind: str
    items: list["Expr"]
    at: Position


class DictDisplay(Struct, array_like=True, tag="d"):
    """A dict display; the key is None for `**value`."""

    keys: list["Expr | None"]
    values: list["Expr"]
    at: Position


class Clause(Struct, array_like=True):
    """`for target in iterable if conditions` of a comprehension."""

    target: "Expr"
    iterable: "Expr"
    conditions: list["Expr"]
    is_async: bool


class Comprehension(Struct, array_like=True, tag="o"):
    """A `list`, `set`, `generator` or `dict` comprehension; `element` is the key of a dict's, `value` its value."""

    kind: str
    element: "Expr"
    value: "Expr | None"
    clauses: list[Clause]
    at: Position


class Lambda(Struct, array_like=True, tag="f"):
    """A lambda; its body is one `Return`."""

    function: "FunctionBody"
    at: Position


class Operation(Struct, array_like=True, tag="p"):
    """Any operator. `kind` is `binary`, `unary`, `compare`, `bool` or `format` (f-strings, t-strings, implicit concatenation).

    `operator` as written (`+`, `not`, `in`, `not in`, `is`, `and`); for chained comparisons joined by spaces; "" for format.
    Literal parts of an f-string are `Constant`s; format specs with expressions add those expressions.
    """

    kind: str
    operator: str
    operands: list["Expr"]
    at: Position


class Conditional(Struct, array_like=True, tag="i"):
    """`body if test else orelse`."""

    test: "Expr"
    body: "Expr"
    orelse: "Expr"
    at: Position


class Await(Struct, array_like=True, tag="w"):
    """`await value`."""

    value: "Expr"
    at: Position


class Yield(Struct, array_like=True, tag="y"):
    """`yield value` or `yield from value`."""

    value: "Expr | None"
    is_from: bool
    at: Position


class Walrus(Struct, array_like=True, tag="r"):
    """`(target := value)`."""

    target: str
    value: "Expr"
    at: Position


Expr = (
    Constant
    | Name
    | Attribute
    | Subscript
    | Call
    | Starred
    | Display
    | DictDisplay
    | Comprehension
    | Lambda
    | Operation
    | Conditional
    | Await
    | Yield
    | Walrus
)


class Parameter(Struct, array_like=True):
    """A parameter. `kind`: `positional-only`, `positional`, `keyword-only`, `star` (`*args`), `double-star` (`**kwargs`)."""

    name: str
    kind: str
    annotation: Expr | None
    default: Expr | None
    at: Position


class FunctionBody(Struct, array_like=True):
    """A function or lambda.

    Attributes:
        name: the bare name; `<lambda>` for a lambda.
        parameters: in order of the definition.
        returns: the return annotation. String annotations are parsed: here, on parameters and on variables.
        body: its statements, without the docstring.
        is_async: `async def`.
        is_generator: its own scope holds a `yield`.
        bound: names bound in its own scope: parameters, targets, imports, nested definitions, walrus, `except … as`,
            match captures; without those declared global or nonlocal. Comprehension targets are the comprehension's own.
        global_names: declared `global` here.
        nonlocal_names: declared `nonlocal` here.
        at: from `def`/`async`/`lambda` to the end of the header (the colon included).
    """

    name: str
    parameters: list[Parameter]
    returns: Expr | None
    body: list["Stmt"]
    is_async: bool
    is_generator: bool
    bound: list[str]
    global_names: list[str]
    nonlocal_names: list[str]
    at: Position


class FunctionDef(Struct, array_like=True, tag="F"):
    """A `def` statement; decorators in source order."""

    function: FunctionBody
    decorators: list[Expr]
    at: Position


class ClassDef(Struct, array_like=True, tag="C"):
    """A `class` statement. `bound` as in `FunctionBody`, for the class's own scope."""

    name: str
    bases: list[Argument]
    decorators: list[Expr]
    body: list["Stmt"]
    bound: list[str]
    at: Position


class Assign(Struct, array_like=True, tag="A"):
    """`targets[0] = targets[1] = value`; also `type X = value`."""

    targets: list[Expr]
    value: Expr
    at: Position


class AnnotatedAssign(Struct, array_like=True, tag="N"):
    """`target: annotation = value`."""

    target: Expr
    annotation: Expr
    value: Expr | None
    at: Position


class AugmentedAssign(Struct, array_like=True, tag="G"):
    """`target operator= value`; `operator` without the `=`."""

    target: Expr
    operator: str
    value: Expr
    at: Position


class ExprStatement(Struct, array_like=True, tag="E"):
    """An expression on its own."""

    value: Expr
    at: Position


class Return(Struct, array_like=True, tag="R"):
    """`return value`."""

    value: Expr | None
    at: Position


class If(Struct, array_like=True, tag="I"):
    """`if`; an `elif` is an `If` alone in `orelse`."""

    test: Expr
    body: list["Stmt"]
    orelse: list["Stmt"]
    at: Position


class While(Struct, array_like=True, tag="W"):
    """`while`. `at` is the header line up to the colon, as for every compound statement here."""

    test: Expr
    body: list["Stmt"]
    orelse: list["Stmt"]
    at: Position


class For(Struct, array_like=True, tag="O"):
    """`for target in iterable`."""

    target: Expr
    iterable: Expr
    body: list["Stmt"]
    orelse: list["Stmt"]
    is_async: bool
    at: Position


class WithItem(Struct, array_like=True):
    """`context as target`."""

    context: Expr
    target: Expr | None


class With(Struct, array_like=True, tag="H"):
    """`with`."""

    items: list[WithItem]
    body: list["Stmt"]
    is_async: bool
    at: Position


class Handler(Struct, array_like=True):
    """`except type as name`; `type` is None for a bare `except:`."""

    type: Expr | None
    name: str
    body: list["Stmt"]
    at: Position


class Try(Struct, array_like=True, tag="T"):
    """`try`, also with `except*`."""

    body: list["Stmt"]
    handlers: list[Handler]
    orelse: list["Stmt"]
    final: list["Stmt"]
    at: Position


class Raise(Struct, array_like=True, tag="X"):
    """`raise exception from cause`."""

    exception: Expr | None
    cause: Expr | None
    at: Position


class Assert(Struct, array_like=True, tag="S"):
    """`assert test, message`."""

    test: Expr
    message: Expr | None
    at: Position


class Delete(Struct, array_like=True, tag="D"):
    """`del targets`."""

    targets: list[Expr]
    at: Position


class ImportedName(Struct, array_like=True):
    """One binding of an import statement.

    `import a.b` binds `a`: bound `a`, module `a`, name "", submodule `a.b`. `import a.b as c`: bound `c`, module `a.b`.
    `from ..a import b as c`: bound `c`, module `a`, name `b`, level 2. `from a import *`: bound `*`, name `*`.
    """

    bound: str
    module: str
    name: str
    level: int
    submodule: str = ""


class Import(Struct, array_like=True, tag="M"):
    """`import` or `from … import`."""

    names: list[ImportedName]
    at: Position


class Case(Struct, array_like=True):
    """One `case`: the names that its pattern binds, the expressions (values, classes) in it, its guard, its body.

    `catches_all` is True for an irrefutable pattern without a guard. `classes` are those of which the subject is one where
    the case is taken, as far as the pattern says so, and `whole` is the name that it binds to the subject itself, or "".
    """

    binds: list[str]
    expressions: list[Expr]
    guard: Expr | None
    body: list["Stmt"]
    catches_all: bool
    classes: list[Expr]
    whole: str


class Match(Struct, array_like=True, tag="V"):
    """`match subject`."""

    subject: Expr
    cases: list[Case]
    at: Position


class Declare(Struct, array_like=True, tag="L"):
    """`global names` or `nonlocal names`."""

    kind: str
    names: list[str]
    at: Position


class Jump(Struct, array_like=True, tag="J"):
    """`break`, `continue` or `pass`."""

    kind: str
    at: Position


Stmt = (
    FunctionDef
    | ClassDef
    | Assign
    | AnnotatedAssign
    | AugmentedAssign
    | ExprStatement
    | Return
    | If
    | While
    | For
    | With
    | Try
    | Raise
    | Assert
    | Delete
    | Import
    | Match
    | Declare
    | Jump
)
