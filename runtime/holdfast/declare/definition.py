"""What all declared functions share: a name, a signature, and how they behave as methods."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

from holdfast.declare.signature import Signature
from holdfast.errors import NotAWorkflow
from holdfast.values import DEFAULT_LIMIT

P = ParamSpec("P")
R = TypeVar("R", covariant=True)

LONGEST_NAME: Final = 255


def module_of(function: Callable[..., Any]) -> str:
    """Return the dotted name of a function's module; `__main__` goes by the name that it has when a worker imports it."""
    module = function.__module__
    if module == "__main__":
        main = sys.modules["__main__"]
        spec = getattr(main, "__spec__", None)
        if spec is not None and spec.name:
            module = spec.name.removesuffix(".__main__")
        elif getattr(main, "__file__", None):
            module = Path(str(main.__file__)).stem
    return module


def name_of(function: Callable[..., Any]) -> str:
    """Return the name under which `function` is recorded: its module and qualified name."""
    return f"{module_of(function)}.{function.__qualname__}"


def _takes_class(function: Callable[..., Any]) -> bool:
    """Whether `function` stands in a class and calls its first parameter `cls`; a decorator above it is not seen yet."""
    if not inspect.isfunction(function) or function.__code__.co_varnames[:1] != ("cls",):
        return False
    place = function.__qualname__.rpartition(".")[0]
    return bool(function.__code__.co_argcount and place and not place.endswith("<locals>"))


class Definition(Generic[P, R]):
    """A function that was declared to be durable; call it like the function.

    Attributes:
        name: under which it is recorded.
        function: as it was written.
        is_async: whether it is a coroutine function.
        owner: the class that it is a method of, if any.
    """

    kind: str = ""
    __holdfast_boundary__ = True

    def __init__(self, function: Callable[P, R], name: str | None, limit: int | None) -> None:
        self._refuse(function)
        functools.update_wrapper(cast(Any, self), function)
        vars(self).pop("signature", None)  # an attribute of the function's, as those below, which are written over
        self.function = function
        self.name = name or name_of(function)
        if not self.name or "\x00" in self.name or len(self.name) > LONGEST_NAME:
            raise NotAWorkflow(f"{self.kind} name {self.name!r} must be 1 to {LONGEST_NAME} characters without NUL")
        self.is_async = inspect.iscoroutinefunction(function)
        self.owner: type | None = None
        self.label = f"{self.kind} `{self.name}`"
        self._limit = DEFAULT_LIMIT if limit is None else limit

    def _refuse(self, function: Callable[..., Any]) -> None:
        shown = getattr(function, "__qualname__", repr(function))
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise NotAWorkflow(
                f"`{shown}` is a generator, and what it yields cannot be recorded; return a list, or split it into"
                f" a {self.kind} for each item"
            )
        if isinstance(function, Definition):
            raise NotAWorkflow(f"`{function.name}` is a {function.kind} already; take one of the decorators away")
        if isinstance(function, classmethod) or _takes_class(function):
            raise NotAWorkflow(
                f"`{shown}` is a class method, and a class cannot be recorded as an argument of a {self.kind}; put"
                f" `@staticmethod` above `@{self.kind}` and name the class in the body, or make it a function"
            )
        if isinstance(function, staticmethod):
            raise NotAWorkflow(f"put `@staticmethod` above `@{self.kind}` on `{shown}`, not below")
        if not inspect.isfunction(function):
            raise NotAWorkflow(
                f"`@{self.kind}` takes a function that is written with `def` or `async def`, not {shown!r}; call it from one"
            )

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner = owner

    @property
    def implicit(self) -> int:
        """How many leading parameters are not given by the caller of a recorded call."""
        return 0 if self.owner is None else 1

    @functools.cached_property
    def signature(self) -> Signature:
        """The signature, read when it is first needed, since annotations may name what is defined later."""
        return Signature(self.function, self.implicit, self.label, self._limit)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else Bound(self, instance)

    def __repr__(self) -> str:
        return f"<{self.label}>"


class Bound:
    """A declared method together with its object."""

    def __init__(self, definition: Definition[Any, Any], instance: Any) -> None:
        self.definition = definition
        self.instance = instance
        functools.update_wrapper(self, definition.function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.definition(self.instance, *args, **kwargs)  # type: ignore[operator]
