"""One file of the program under analysis, read as far as anyone has asked."""

from typing import TYPE_CHECKING

from holdfast_analyzer.outline.shape import FunctionOutline, ImportOutline, Outline, Region
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.find import block_of, statement_at

if TYPE_CHECKING:
    from holdfast_analyzer.program import Program

BROKEN = Outline([], [], {}, {}, {}, None, [], [], [], 0, [], False)
"""The outline of a file that cannot be read as Python."""


class ModuleView:
    """One file of followed code.

    Attributes:
        path: as findings name it.
        name: dotted module name.
        is_package: it is an `__init__.py`.
        in_project: False for installed packages.
        outline: what it binds and defines.
        imports: bound name → module-level imports that bind it.
        read_ahead: the first line of a block → its statements as bytes, where they were read ahead and not asked for yet.
    """

    def __init__(self, program: "Program", path: str, name: str, is_package: bool, in_project: bool) -> None:
        self.program = program
        self.path = path
        self.name = name
        self.is_package = is_package
        self.in_project = in_project
        self.outline: Outline = BROKEN
        self.imports: dict[str, list[ImportOutline]] = {}
        self._source: SourceText | None = None
        self._data: bytes | None = None
        self._blocks: dict[Region, list[ir.Stmt]] = {}
        self.read_ahead: dict[int, bytes] = {}
        self._definitions: dict[str, ir.FunctionDef | None] = {}
        self._under: dict[frozenset[str], frozenset[str]] = {}
        self.digest = b""

    def load(self, data: bytes | None = None) -> None:
        """Read the outline, from the cache or from the file."""
        self._data = data
        self.outline = self.program.outline(self)
        for binding in self.outline.imports:
            self.imports.setdefault(binding.bound, []).append(binding)

    @property
    def is_broken(self) -> bool:
        """Tell whether the file could not be read as Python."""
        return self.outline is BROKEN

    @property
    def is_namespace(self) -> bool:
        """Tell whether this is a folder without `__init__.py`."""
        return self.is_package and not self.path.endswith(".py")

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if self._data is None:
            self._data = self.program.read(self.path)
        return self._data

    @property
    def source(self) -> SourceText:
        """The text of the file."""
        if self._source is None:
            self._source = SourceText.from_bytes(self.path, self.data)
        return self._source

    def statement(self, region: Region) -> ir.Stmt | None:
        """Return the statement at a region; None where it cannot be read."""
        block = block_of(self.outline.blocks, region)
        if block is None:
            return None
        statements = self._blocks.get(block)
        if statements is None:
            statements = self._blocks[block] = self.program.summarize(self, block)
        return statement_at(statements, region)

    def statements(self, region: Region) -> list[ir.Stmt]:
        """Return the statement at a region in a list; an empty one where it cannot be read."""
        found = self.statement(region)
        return [found] if found is not None else []

    def definition(self, outline: FunctionOutline) -> ir.FunctionDef | None:
        """Return a function's definition with its decorators."""
        if outline.qualname not in self._definitions:
            found = self.statement(outline.region)
            self._definitions[outline.qualname] = found if isinstance(found, ir.FunctionDef) else None
        return self._definitions[outline.qualname]

    def function_body(self, outline: FunctionOutline) -> ir.FunctionBody | None:
        """Return a function's body."""
        found = self.definition(outline)
        return found.function if found is not None else None

    def redefinitions(self, name: str) -> list[FunctionOutline]:
        """Return the module-level functions called `name`, redefinitions included."""
        functions = self.outline.functions
        found = [functions[name]]
        number = 2
        while f"{name}#{number}" in functions:
            found.append(functions[f"{name}#{number}"])
            number += 1
        return found[-1:] if any("overload" in text for text in found[0].decorators) else found

    def methods_under(self, decorators: frozenset[str]) -> frozenset[str]:
        """Return the functions that have one of `decorators`, given by their last name."""
        found = self._under.get(decorators)
        if found is None:
            found = self._under[decorators] = frozenset(
                function.qualname
                for function in self.outline.functions.values()
                if any(text.rpartition(".")[2] in decorators for text in function.decorators)
            )
        return found

    def mentions_factory(self, regions: list[Region]) -> bool:
        """Tell whether the statement of a class attribute speaks of a default factory."""
        region = regions[-1]
        text = self.source.lines(region.line, region.end_line)
        return "factory" in text or "Factory" in text
