"""The transaction operation: a user's SQL and its checkpoint, committed as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast import values
from holdfast.declare.transaction import CONFLICTS
from holdfast.errors import Fenced, NotAWorkflow, StoreUnavailable
from holdfast.execution.effects import Durable, Operation
from holdfast.execution.operations import ask, back_off, keep_error, recorded, replayed, settle
from holdfast.execution.scope import Branch, StepScope, scope
from holdfast.store.records import Checkpoint

if TYPE_CHECKING:
    from holdfast.declare import Transaction


def transact(
    branch: Branch, transaction: Transaction[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], source: str
) -> Operation[Any]:
    """Call a transaction: give back what is recorded, or run it and its checkpoint as one database transaction."""
    execution = branch.execution
    core = execution.engine
    if transaction.is_async and not core.store.async_transactions:
        raise NotAWorkflow(
            f"async {transaction.label} cannot run on {core.store.label}: that database has one connection, which the"
            " whole engine would have to do without while the transaction awaits; make it `def`, or use a file"
        )
    own = transaction.implicit - 1  # the object of a method
    given = transaction.signature.encode(args[own:], kwargs)
    digest = values.digest(given)
    key, found = execution.recall(branch, transaction.kind, transaction.name, digest, source)
    if found is not None:
        return (yield from replayed(execution, found, transaction.signature.result, transaction.label))
    yield from settle(execution)
    if execution.born is not None:  # its fence reads the workflow's row on a connection of its own
        execution.confirm((yield Durable(core.committer, execution.born)))
        execution.born = None
    started = core.time()
    attempt = 0
    while True:
        attempt += 1
        try:
            effect = _Transact(branch, transaction, args, kwargs, key, digest, started, attempt, source)
            guard = execution.engine.guard
            result, checkpoint = yield (effect if guard is None else guard.outside(branch, effect))
        except StoreUnavailable:
            # The commit may have happened although its answer never came.
            yield from back_off(execution, CONFLICTS, min(attempt, 8))
            checkpoints = yield from _reload(branch, key)
            if checkpoints:
                return recorded(execution, checkpoints[0], transaction.signature.result, transaction.label)
            continue
        except Exception as error:
            if core.store.is_conflict(error) and attempt < CONFLICTS.attempts:
                yield from back_off(execution, CONFLICTS, attempt)
                continue
            raised = error
        else:
            branch.clock = max(branch.clock, checkpoint.finished)
            branch.open = None
            return result
        raise keep_error(branch, key, transaction, digest, raised, started, attempt, source)


def _reload(branch: Branch, key: str) -> Operation[list[Checkpoint]]:
    execution = branch.execution
    checkpoints = yield from ask(execution, execution.engine.store.load, [execution.id])
    return [each for each in checkpoints[execution.id] if each.key == key]


class _Transact:
    """Run the user's function on a connection, write the checkpoint, commit."""

    def __init__(
        self,
        branch: Branch,
        transaction: Transaction[Any, Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        key: str,
        digest: bytes,
        started: float,
        attempt: int,
        source: str,
    ) -> None:
        self._branch = branch
        self._transaction = transaction
        self._own = transaction.implicit - 1
        self._args = args
        self._kwargs = kwargs
        self._key = key
        self._digest = digest
        self._started = started
        self._attempt = attempt
        self._source = source

    def run(self) -> tuple[Any, Checkpoint]:
        execution = self._branch.execution
        token = scope.set(StepScope(self._branch, self._attempt))
        try:
            with execution.engine.store.transaction() as open_transaction:
                result = execution.body(self._branch, self._transaction)(
                    *self._args[: self._own], open_transaction.connection, *self._args[self._own :], **self._kwargs
                )
                checkpoint = self._checkpoint(result)
                if not open_transaction.record(execution.id, execution.epoch, checkpoint):
                    raise self._fenced()
            return result, checkpoint
        finally:
            scope.reset(token)

    async def arun(self) -> tuple[Any, Checkpoint]:
        execution = self._branch.execution
        token = scope.set(StepScope(self._branch, self._attempt))
        try:
            async with execution.engine.store.transaction_async() as open_transaction:
                result = await execution.body(self._branch, self._transaction)(
                    *self._args[: self._own], open_transaction.connection, *self._args[self._own :], **self._kwargs
                )
                checkpoint = self._checkpoint(result)
                if not await open_transaction.record_async(execution.id, execution.epoch, checkpoint):
                    raise self._fenced()
            return result, checkpoint
        finally:
            scope.reset(token)

    def _checkpoint(self, result: Any) -> Checkpoint:
        core = self._branch.execution.engine
        transaction = self._transaction
        signature = transaction.signature
        data = values.encode(
            result, signature.result, where=f"the result of {transaction.label}", limit=signature.limit
        )
        return Checkpoint(
            self._key,
            transaction.kind,
            transaction.name,
            self._digest,
            core.seal(data),
            None,
            self._started,
            core.time(),
            self._attempt,
            self._source,
        )

    def _fenced(self) -> BaseException:
        execution = self._branch.execution
        return execution.close(Fenced(f"workflow {execution.id!r} is no longer owned by this executor"))
