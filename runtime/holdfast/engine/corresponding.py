"""What other processes say to workflows and hear from them: the part of `Client` for messages, values and streams."""

from __future__ import annotations

from typing import Any

from holdfast.engine.core import Core
from holdfast.engine.finding import row_of
from holdfast.engine.ids import check_id
from holdfast.engine.outside import Stream, get_value, send
from holdfast.values import decode


class Corresponding:
    """Messages to workflows, and the values and streams that they publish."""

    _core: Core

    def send(self, id: str, value: Any, *, topic: str = "", key: str | None = None) -> None:
        """Send a message to a workflow, which gets it from `holdfast.receive`.

        Args:
            id: of a workflow that has not ended.
            value: the message.
            topic: messages of one topic are received in the order in which they were sent.
            key: names the message for ever: the same key and value are delivered once, however often they are sent.

        Raises:
            UnknownWorkflow: no workflow has this id.
            Undeliverable: the workflow has ended.
            WorkflowConflict: the key is another message's.
        """
        send(self._core, id, value, topic, key)

    def get_value(self, id: str, name: str, *, timeout: float | None = None, type: Any = Any) -> Any:
        """Wait until a workflow has published a value with `holdfast.set_value`, and return it.

        Args:
            id: the workflow.
            name: of the value.
            timeout: seconds to wait at most; None for ever, 0 for a look.
            type: what the value is decoded to.

        Raises:
            TimeoutError: it was not published in time.
            NoValue: the workflow has ended without it.
            UnknownWorkflow: no workflow has this id.
        """
        return get_value(self._core, id, name, timeout, type)

    def values(self, id: str) -> dict[str, Any]:
        """Return every value that the workflow `id` has published, by name, decoded as JSON."""
        found = self._core.store.messaging.values(check_id(id))
        if not found:
            row_of(self._core, id)
        return {name: decode(self._core.unseal(body), Any, where=f"the value {name!r}") for name, body in found}

    def stream(self, id: str, name: str, offset: int = 0, *, follow: bool = True, type: Any = Any) -> Stream:
        """Return the items that a workflow emits to a stream with `holdfast.emit`, for `for` or `async for`.

        Args:
            id: the workflow.
            name: of the stream.
            offset: of the first item to read, from 0.
            follow: wait for each next item until the workflow has ended; without it only those that are there.
            type: what each item is decoded to.
        """
        return Stream(self._core, id, name, offset, follow, type)
