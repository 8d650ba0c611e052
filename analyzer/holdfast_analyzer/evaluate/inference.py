"""The last resort: astroid's inference of what a standard-library function returns.

The hazard catalogue names methods by their class (`asyncio.AbstractEventLoop.call_later`). Where workflow code calls such a
method on the result of a function that `knowledge` has no entry for, astroid reads the library's source and says of which
class the result is. It is imported only then, and each name is asked for once.
"""

import contextlib
from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import ExternalInstance, Value, in_order

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.program import Program


class Inference:
    """astroid, asked lazily."""

    def __init__(self, program: "Program") -> None:
        self._program = program
        self._modules: dict[str, frozenset[str]] = {}
        self._results: dict[str, str] = {}
        self._method_names: frozenset[str] | None = None

    def method(self, ev: "Evaluator", receiver: Value, name: str, frame: Frame) -> str | None:
        """Return the dotted name of a method called on an unclear receiver, if astroid can tell its class."""
        for ref in in_order(receiver.refs):
            if isinstance(ref, ExternalInstance) and ref.type.endswith("()"):
                kind = self.result_type(ref.type.removesuffix("()"), name)
                if kind:
                    return f"{kind}.{name}"
        return None

    def result_type(self, function: str, method: str) -> str:
        """Return the dotted class of what a standard function returns, or "", asked only if `method` could matter."""
        if method not in self.hazardous_methods() or not self._program.is_harmless(function):
            return ""
        if function not in self._results:
            self._results[function] = self._infer(function)
        return self._results[function]

    def hazardous_methods(self) -> frozenset[str]:
        """Return the last parts of all names of the catalogue."""
        if self._method_names is None:
            self._method_names = frozenset(hazard.name.rpartition(".")[2] for hazard in self._program.catalogue.hazards)
        return self._method_names

    def module_names(self, module: str) -> frozenset[str]:
        """Return what a star import of a standard module binds."""
        if module not in self._modules:
            names: frozenset[str] = frozenset()
            tree = self._module(module)
            if tree is not None:
                names = frozenset(tree.wildcard_import_names())
            self._modules[module] = names
        return self._modules[module]

    @staticmethod
    def _module(name: str) -> Any:
        import astroid
        from astroid.exceptions import AstroidError

        with contextlib.suppress(AstroidError, SyntaxError, RecursionError):
            return astroid.MANAGER.ast_from_module_name(name)
        return None

    def _infer(self, function: str) -> str:
        from astroid import nodes
        from astroid.exceptions import AstroidError

        module_name, _, name = function.rpartition(".")
        tree = self._module(module_name) if module_name else None
        if tree is None:
            return ""
        with contextlib.suppress(AstroidError, RecursionError, StopIteration, KeyError):
            for defined in tree.igetattr(name):
                if not isinstance(defined, nodes.FunctionDef):
                    continue
                for result in defined.infer_call_result(None):
                    owner = getattr(result, "_proxied", None)
                    if isinstance(owner, nodes.ClassDef) and owner.root().name != "builtins":
                        return str(owner.qname())
        return ""
