"""The outline of a file: what it binds and defines, and where; no bodies.

Made from `ast`, cached by content hash. Dotted names are as written in the file; nothing
is resolved here.
"""

from msgspec import Struct


class Region(Struct, array_like=True, frozen=True, gc=False):
    """Whole source lines of one statement (with its decorators): first and last line from 1, column of the first token from 0."""

    line: int
    end_line: int
    column: int


class ImportOutline(Struct, array_like=True, frozen=True):
    """A module-level import binding, at any nesting of `if`, `try` and `with`.

    As `ir.ImportedName`; `typing_only` when it stands under `if TYPE_CHECKING`.
    """

    bound: str
    module: str
    name: str
    level: int
    submodule: str
    line: int
    typing_only: bool


class FunctionOutline(Struct, array_like=True):
    """A function or method, nested ones included.

    Attributes:
        qualname: `f`, `C.m`, `f.<locals>.g`.
        parent: the qualname of the enclosing function or class, or "".
        line: of the `def` keyword; column: of `def` or `async`, from 1.
        region: with the decorators.
        decorators: dotted text of each decorator without its call (`app.task`), "" where it is no dotted name.
        decorator_keywords: for each decorator, the keyword names of its call whose value is not the literal False.
        annotations: dotted text inside the parameters' annotations (all names that occur in them, strings parsed).
        is_async, is_generator: of its own scope.
    """

    qualname: str
    parent: str
    line: int
    column: int
    region: Region
    decorators: list[str]
    decorator_keywords: list[list[str]]
    annotations: list[str]
    is_async: bool
    is_generator: bool


class SelfAssignment(Struct, array_like=True):
    """`self.name = …` (or `cls.name = …`, or annotated) in a method: the method's qualname and the statement."""

    method: str
    region: Region


class ClassOutline(Struct, array_like=True):
    """A class, nested ones included.

    Attributes:
        qualname: `C`, `C.D`, `f.<locals>.C`.
        bases: dotted text of each positional base without subscript (`Generic` for `Generic[T]`), "" where not dotted.
        keywords: class keywords such as `metaclass`, `table`.
        decorators: as for functions.
        methods: bare name → qualnames of the functions defined in its body under that name, in order (overloads, property setters).
        attributes: name → statements of the class body that assign or annotate it.
        self_assignments: attribute → where methods assign it through their first parameter.
    """

    qualname: str
    parent: str
    line: int
    column: int
    region: Region
    bases: list[str]
    keywords: list[str]
    decorators: list[str]
    decorator_keywords: list[list[str]]
    methods: dict[str, list[str]]
    attributes: dict[str, list[Region]]
    self_assignments: dict[str, list[SelfAssignment]]


class WriteOutline(Struct, array_like=True):
    """A function of this file changes something that outlives the call.

    Attributes:
        target: dotted text of what is changed, as written: `CACHE` (rebound through `global`, or mutated in place while
            not a local of the function), `settings.value`, `module.NAME`, `Class.attribute`.
        how: `global` (rebinding), `mutation` (`.append(…)`, `[…] =`, `del x[…]`, `+=` on a non-local, …), `attribute` (`X.y = …`).
        function: qualname of the function that does it.
        line, column: of the write, from 1.
    """

    target: str
    how: str
    function: str
    line: int
    column: int


class HandedFunction(Struct, array_like=True):
    """A function or class of this file (or imported) is handed to a call: `worker.add_orchestrator(order)`.

    Attributes:
        callee: dotted text of the called expression; for `register("x")(fn)` that of the inner call, with `through_result`.
        handed: dotted text of the argument; position from 0, or -1 with its keyword.
        scope: qualname of the function that holds the call, or "" for the module.
        region: of the whole statement that holds the call.
    """

    callee: str
    through_result: bool
    handed: str
    position: int
    keyword: str
    scope: str
    region: Region


class Outline(Struct, array_like=True):
    """What a file binds and defines.

    Attributes:
        imports: module-level import bindings, in order (a name can occur twice: `try`/`except ImportError`).
        stars: (module, level) of star imports.
        functions, classes: by qualname, in order; a redefinition gets the suffix `#2`, `#3`.
        bindings: module-level name → the statements that assign it (at any nesting of if/try/with/for; the innermost
            simple statement, or the whole `for`/`with` where that binds it).
        exports: `__all__` when it is a literal, else None.
        writes: see `WriteOutline`.
        handed: see `HandedFunction`.
        effects_at_import: module-level statements that are bare calls (`load_dotenv()`), with their dotted callee.
        lines: the number of lines.
        blocks: the pieces in which the file's statements are lowered: each a statement of the module or of a class body
            with all that it holds, or several that share a line. Imports are in none, nor is the header of a class.
        is_newer: the file's syntax is newer than the running Python, and libcst was needed.
    """

    imports: list[ImportOutline]
    stars: list[tuple[str, int]]
    functions: dict[str, FunctionOutline]
    classes: dict[str, ClassOutline]
    bindings: dict[str, list[Region]]
    exports: list[str] | None
    writes: list[WriteOutline]
    handed: list[HandedFunction]
    effects_at_import: list[tuple[str, Region]]
    lines: int
    blocks: list[Region]
    is_newer: bool
