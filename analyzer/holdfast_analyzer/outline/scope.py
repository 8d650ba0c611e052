"""Which scope of a file a name belongs to."""

from holdfast_analyzer.outline.shape import ClassOutline, FunctionOutline

LOCAL, CLOSURE, MODULE = "local", "closure", "module"


class Scope:
    """The module, a class or a function while its file is read.

    Attributes:
        parent: the enclosing scope, None for the module.
        qualname: "" for the module.
        prefix: what the qualname of a definition in this scope starts with.
        bound: names bound in this scope.
        definitions: those of `bound` that are functions, classes or imports.
        imported: those of `definitions` that are imports.
        declared: names declared `global` here (`MODULE`) or `nonlocal` (`CLOSURE`).
        function, klass: the outline of a function, or of a class.
        owner: of a method: the class that defines it.
        first_parameter: of a method that is not static: its first parameter, else "".
        is_classmethod: the first parameter is the class.
    """

    __slots__ = (
        "bound",
        "declared",
        "definitions",
        "first_parameter",
        "function",
        "imported",
        "is_classmethod",
        "klass",
        "owner",
        "parent",
        "prefix",
        "qualname",
    )

    def __init__(
        self,
        parent: "Scope | None" = None,
        qualname: str = "",
        *,
        function: FunctionOutline | None = None,
        klass: ClassOutline | None = None,
    ) -> None:
        self.parent = parent
        self.qualname = qualname
        self.function = function
        self.klass = klass
        self.prefix = f"{qualname}.<locals>." if function else f"{qualname}." if klass else ""
        self.bound: set[str] = set()
        self.definitions: set[str] = set()
        self.imported: set[str] = set()
        self.declared: dict[str, str] | None = None
        self.owner: ClassOutline | None = None
        self.first_parameter = ""
        self.is_classmethod = False

    def place(self, name: str) -> tuple[str, "Scope"]:
        """Where a name that is read here is bound.

        Args:
            name: a bare name.

        Returns:
            `LOCAL`, `CLOSURE` or `MODULE`, and that scope; a name bound nowhere is `MODULE` (a builtin, a star import).
        """
        if self.declared is None or name not in self.declared:
            if name in self.bound:
                return (LOCAL if self.parent else MODULE), self
        elif self.declared[name] == MODULE:
            return MODULE, self.module()
        scope = self.parent
        while scope is not None and scope.parent is not None:
            # The names of a class body are not seen by the functions inside it.
            if scope.function:
                if scope.declared and scope.declared.get(name) == MODULE:
                    break
                if name in scope.bound and not (scope.declared and name in scope.declared):
                    return CLOSURE, scope
            scope = scope.parent
        return MODULE, self.module()

    def module(self) -> "Scope":
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope
