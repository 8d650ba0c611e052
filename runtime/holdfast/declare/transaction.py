"""`@transaction`: SQL that happens exactly once, since it commits together with its checkpoint."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, Concatenate, Generic, TypeVar, overload

from holdfast.declare.definition import Definition, P, R
from holdfast.declare.retry import Retry
from holdfast.errors import NotAWorkflow
from holdfast.execution.scope import Branch, note_nested, scope

T = TypeVar("T")
C = TypeVar("C")

CONFLICTS = Retry(attempts=10, first=0.01, factor=2.0, most=1.0)
"""How often a transaction that lost a conflict (serialization failure, deadlock) is run again."""


class Transaction(Definition[P, R], Generic[P, R]):
    """A declared transaction; called without its connection, which the engine gives."""

    kind = "transaction"

    def __init__(self, function: Callable[..., Any], *, name: str | None = None, limit: int | None = None) -> None:
        super().__init__(function, name, limit)
        self._require_connection()

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self._require_connection()

    def _require_connection(self) -> None:
        code = self.function.__code__
        if code.co_argcount < self.implicit and not code.co_flags & inspect.CO_VARARGS:
            raise NotAWorkflow(
                f"`{self.function.__qualname__}` takes no connection, which a transaction is given before its own"
                f" arguments{' and after its object' if self.owner else ''}; add a parameter `tx` there, or use `@step`"
            )

    @property
    def implicit(self) -> int:
        """The connection, and the object of a method."""
        return 1 + super().implicit

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run as a checkpointed transaction in workflow code; elsewhere as the plain function, connection given."""
        branch = scope.get()
        if type(branch) is not Branch:
            if branch is not None:
                note_nested(branch, self.name)
            return self.function(*args, **kwargs)
        from holdfast.execution.calling import call_transaction

        return call_transaction(self, branch, args, kwargs, sys._getframe(1))  # type: ignore[no-any-return]


@overload
def transaction(function: Callable[Concatenate[C, P], R], /) -> Transaction[P, R]: ...
@overload
def transaction(
    *, name: str | None = None, limit: int | None = None
) -> Callable[[Callable[Concatenate[C, P], R]], Transaction[P, R]]: ...
def transaction(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, limit: int | None = None
) -> Any:
    """Declare a transaction: a function whose first parameter is a connection to the engine's database.

    What it does on that connection and its checkpoint are one database transaction: exactly once. It must not commit.
    A conflict with another transaction (serialization failure, deadlock) runs it again.

    Args:
        function: takes a psycopg or sqlite3 connection, then its own arguments.
        name: under which it is recorded; module and qualified name unless given.
        limit: the most bytes of one argument or of the result.

    Raises:
        NotAWorkflow: it is a generator or no function, or takes no connection.
    """

    def declare(function: Callable[..., Any]) -> Transaction[..., Any]:
        return Transaction(function, name=name, limit=limit)

    return declare if function is None else declare(function)
