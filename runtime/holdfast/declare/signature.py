"""From a call's arguments to bytes and back, by the function's own signature and annotations."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

import msgspec

from holdfast import values
from holdfast.errors import NotAWorkflow

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


class Signature:
    """The parameters of one function, normalised: `f(1, b=2)` and `f(1, 2)` are the same call, defaults are filled in.

    Args:
        function: what is called.
        skip: how many leading parameters are not the caller's (`self`, a transaction's connection).
        label: what the function is, for messages: ``step `charge` ``.
        limit: the most bytes of one argument.
    """

    def __init__(self, function: Callable[..., Any], skip: int, label: str, limit: int) -> None:
        self.label = label
        self.limit = limit
        self._inspected = inspect.signature(function)
        parameters = list(self._inspected.parameters.values())
        if len(parameters) < skip:
            raise NotAWorkflow(f"{label} must take at least {skip} parameter(s); see its signature `{self._inspected}`")
        self._parameters = parameters[skip:]
        self._own = self._inspected.replace(parameters=self._parameters)
        hints = _annotations(function)
        self.result = hints.get("return", inspect.Parameter.empty)
        self._annotations = [_stored_as(each, hints) for each in self._parameters]
        self._names = [each.name for each in self._parameters]
        self.of_result = f"the result of {label}"
        self._wheres = [f"argument `{name}` of {label}" for name in self._names]
        self._slots = list(zip(self._annotations, self._wheres, strict=True))
        self._plain = all(each.kind in _POSITIONAL for each in self._parameters)
        self._defaults = [each.default for each in self._parameters]
        self._required = sum(1 for default in self._defaults if default is inspect.Parameter.empty)

    def encode(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
        """Return the call's arguments as a JSON array, one element a parameter.

        Raises:
            TypeError: the arguments do not fit the signature.
            UnstorableValue: an argument would not come back equal.
            ValueTooLarge: an argument is larger than the limit.
        """
        given: Any
        if self._plain and not kwargs and self._required <= len(args) <= len(self._parameters):
            given = args if len(args) == len(self._parameters) else args + tuple(self._defaults[len(args) :])
        else:
            given = self._bind(args, kwargs)
        encode, limit = values.encode, self.limit
        parts = []  # a loop, since until Python 3.12 a comprehension is a function call
        for value, (annotation, where) in zip(given, self._slots, strict=True):
            parts.append(encode(value, annotation, where=where, limit=limit))
        return b"[" + b",".join(parts) + b"]"

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        try:
            bound = self._own.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.label}: {error}; its signature is `{self._own}`") from None
        bound.apply_defaults()
        return [bound.arguments[name] for name in self._names]

    def decode(self, data: bytes) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional and keyword arguments that `encode` stored.

        Raises:
            UndecodableValue: they do not fit the signature or its annotations any more.
        """
        parts = _LIST.decode(data)
        if len(parts) != len(self._parameters):
            raise values.UndecodableValue(
                f"the arguments of {self.label} were stored for {len(parts)} parameter(s), its code now has"
                f" {len(self._parameters)}: `{self._own}`; give back the old signature, or fork with the new one"
            )
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for parameter, part, annotation, where in zip(
            self._parameters, parts, self._annotations, self._wheres, strict=True
        ):
            value: Any = values.decode(bytes(part), annotation, where=where)
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                args.extend(value)
            elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
                kwargs.update(value)
            elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                kwargs[parameter.name] = value
            else:
                args.append(value)
        return args, kwargs


def _stored_as(parameter: inspect.Parameter, hints: dict[str, Any]) -> Any:
    annotation = hints.get(parameter.name, inspect.Parameter.empty)
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return tuple if annotation is inspect.Parameter.empty else types.GenericAlias(tuple, (annotation, ...))
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return dict if annotation is inspect.Parameter.empty else types.GenericAlias(dict, (str, annotation))
    return annotation


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of `function`, evaluated; names of its enclosing scope count too."""
    enclosing = inspect.getclosurevars(function).nonlocals if hasattr(function, "__closure__") else {}
    try:
        return typing.get_type_hints(function, localns=dict(enclosing), include_extras=True)
    except (NameError, AttributeError, TypeError):
        # A name that only type checkers see: those parameters are stored as undeclared, the others as declared.
        return {
            name: _evaluated(annotation, function, enclosing)
            for name, annotation in getattr(function, "__annotations__", {}).items()
        }


def _evaluated(annotation: Any, function: Callable[..., Any], enclosing: Any) -> Any:
    holder = type("Holder", (), {"__annotations__": {"it": annotation}, "__module__": function.__module__})
    try:
        namespace = getattr(function, "__globals__", {})
        return typing.get_type_hints(holder, namespace, dict(enclosing), include_extras=True)["it"]
    except (NameError, AttributeError, TypeError):
        return Any
