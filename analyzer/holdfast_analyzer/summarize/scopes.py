"""The names that a function, lambda or class binds in its own scope."""

from . import ir


class Scope:
    """What lowering has seen of one scope so far.

    Attributes:
        is_generator: a `yield` stands in it.
        global_names: declared `global`, in order.
        nonlocal_names: declared `nonlocal`, in order.
    """

    __slots__ = ("_bound", "global_names", "is_generator", "nonlocal_names")

    def __init__(self) -> None:
        self._bound: dict[str, None] = {}
        self.global_names: list[str] = []
        self.nonlocal_names: list[str] = []
        self.is_generator = False

    @property
    def bound(self) -> list[str]:
        """The bound names in the order of their first binding, without those declared global or nonlocal."""
        if not self.global_names and not self.nonlocal_names:
            return list(self._bound)
        elsewhere = {*self.global_names, *self.nonlocal_names}
        return [name for name in self._bound if name not in elsewhere]

    def bind(self, name: str) -> None:
        """Note that `name` is bound here."""
        self._bound[name] = None

    def bind_target(self, target: ir.Expr) -> None:
        """Note the names that an assignment to `target` binds; attributes and subscripts bind none."""
        if isinstance(target, ir.Name):
            self._bound[target.id] = None
        elif isinstance(target, ir.Starred):
            self.bind_target(target.value)
        elif isinstance(target, ir.Display):
            for item in target.items:
                self.bind_target(item)
