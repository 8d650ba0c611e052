"""Messages, values and streams for those who are no workflow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.engine.finding import no_workflow
from holdfast.engine.ids import check_id, draw_id
from holdfast.errors import NoValue, OutsideWorkflow, Undeliverable, UnknownWorkflow, WorkflowConflict
from holdfast.execution.scope import Branch, scope
from holdfast.states import FINISHED, State
from holdfast.store.attachments import Delivery, Message

if TYPE_CHECKING:
    from holdfast.engine.core import Core

LONGEST_NAME: Final = 200
"""Bytes of a topic, a value's name or a stream: with an id it must fit an index entry of Postgres, 2,704 bytes."""
_READ: Final = 200
"""Items that are read at once."""
_LOOK: Final = 0.5
"""Seconds between looks where no notification comes: the end of a workflow, or a pooler in between."""


def check_name(what: str, name: str) -> str:
    """Return `name`; raise `ValueError` when it cannot be stored as `what`."""
    if not isinstance(name, str) or "\x00" in name or len(name.encode(errors="replace")) > LONGEST_NAME:
        raise ValueError(f"the {what} {name!r} must be text of at most {LONGEST_NAME} bytes without NUL")
    return name


def refuse_inside(method: str, instead: str) -> None:
    """Raise `OutsideWorkflow` when workflow code calls the `method` of an engine: a replay would call it again."""
    if type(scope.get()) is Branch:
        raise OutsideWorkflow(
            f"`engine.{method}` was called in workflow code, where a replay would call it again; {instead}"
        )


def undeliverable(id: str, state: State | None, label: str) -> Exception:
    """Return the error that says why the workflow `id` gets no message."""
    if state is None:
        return UnknownWorkflow(f"no workflow has the id {id!r} in {label}, so it cannot be sent a message")
    return Undeliverable(
        f"workflow {id!r} has ended ({state}) and receives no more messages; start another, or `resume` it first"
    )


def unpublished(id: str, name: str, state: State | None, label: str) -> Exception:
    """Return the error that says why the workflow `id` has no value called `name` and will have none."""
    if state is None:
        return UnknownWorkflow(f"no workflow has the id {id!r} in {label}, so it has no value {name!r}")
    return NoValue(f"workflow {id!r} has ended ({state}) without a value called {name!r}")


def message(core: Core, id: str, value: Any, topic: str, key: str | None) -> Message:
    """Return a message from outside to the workflow `id`."""
    check_id(id)
    check_name("topic", topic)
    body = values.encode(value, type(value), where=f"the message to workflow {id!r}")
    digest = values.digest(values.encode([id, topic], list[str], where="a message") + body)
    name = f"key {check_id(key)}" if key is not None else f"new {draw_id()}"
    return Message(id, name, topic, core.seal(body), digest)


def require_delivery(delivery: Delivery, sent: Message, state: State | None, label: str) -> None:
    """Raise what `delivery` means unless `sent` was delivered."""
    if delivery is Delivery.CONFLICT:
        raise WorkflowConflict(
            f"the key {sent.id.removeprefix('key ')!r} belongs to another message to workflow {sent.recipient!r};"
            " choose another key, or send the same again"
        )
    if delivery is Delivery.REFUSED:
        raise undeliverable(sent.recipient, state, label)


def send(core: Core, id: str, value: Any, topic: str, key: str | None) -> None:
    """Send a message from outside; see `Client.send`."""
    refuse_inside("send()", "use `holdfast.send(…)`")
    core.require_open()
    sent = message(core, id, value, topic, key)
    (delivery,) = core.store.messaging.deliver([sent])
    row = core.row(id) if delivery is Delivery.REFUSED else None
    require_delivery(delivery, sent, None if row is None else row.state, core.store.label)


def get_value(core: Core, id: str, name: str, timeout: float | None, annotation: Any) -> Any:
    """Wait for a value; see `Client.get_value`."""
    refuse_inside("get_value()", "use `holdfast.get_value(…)`")
    core.require_open()
    check_id(id)
    check_name("value name", name)
    due = None if timeout is None else time.monotonic() + timeout
    bell = core.bells.of(id)
    core.listen()
    while True:
        seen = bell.count
        state, body = core.store.messaging.value(id, name)
        if body is not None:
            return values.decode(core.unseal(body), annotation, where=f"the value {name!r} of workflow {id!r}")
        if state is None or state in FINISHED:
            raise unpublished(id, name, state, core.store.label)
        left = _LOOK if due is None else min(_LOOK, due - time.monotonic())
        if left <= 0:
            raise TimeoutError(f"workflow {id!r} did not publish the value {name!r} within {timeout:g} s; it goes on")
        bell.wait(seen, left)


class Stream:
    """The items of a workflow's stream, in order: first those that are there, then each as it is emitted.

    Iterate with `for` or `async for`; it ends with the workflow, or at once without `follow`.

    Attributes:
        id: the workflow.
        name: the stream.
        offset: of the next item; give it to `engine.stream` to go on there later.
    """

    def __init__(self, core: Core, id: str, name: str, offset: int, follow: bool, annotation: Any) -> None:
        if offset < 0:
            raise ValueError(f"a stream is read from offset 0 on, not {offset}")
        refuse_inside("stream()", "read it in a step")
        core.require_open()
        self.id = check_id(id)
        self.name = check_name("stream", name)
        self.offset = offset
        self._core = core
        self._follow = follow
        self._annotation = annotation
        self._bell = core.bells.of(id)
        if follow:
            core.listen()

    def __iter__(self) -> Iterator[Any]:
        while True:
            seen = self._bell.count
            items, ended = self._read()
            yield from self._taken(items)
            if ended:
                return
            if not items:
                self._bell.wait(seen, _LOOK)

    async def __aiter__(self) -> AsyncIterator[Any]:
        while True:
            seen = self._bell.count
            items, ended = await asyncio.to_thread(self._read)
            for item in self._taken(items):
                yield item
            if ended:
                return
            if not items:
                await self._bell.wait_async(seen, _LOOK)

    def _read(self) -> tuple[list[tuple[int, bytes]], bool]:
        """Return the next items, and whether there will be no more."""
        self._core.require_open()
        state, items = self._core.store.messaging.items(self.id, self.name, self.offset, _READ)
        if state is None:
            raise no_workflow(self.id, self._core.store.label)
        return items, len(items) < _READ and (not self._follow or state in FINISHED)

    def _taken(self, items: list[tuple[int, bytes]]) -> Iterator[Any]:
        for position, body in items:
            where = f"item {position} of stream {self.name!r} of workflow {self.id!r}"
            value = values.decode(self._core.unseal(body), self._annotation, where=where)
            self.offset = position + 1
            yield value
