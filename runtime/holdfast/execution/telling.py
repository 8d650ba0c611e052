"""The messaging functions of workflow code, for sync workflows; `holdfast.aio` has them for async ones."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from holdfast.execution import messages
from holdfast.execution.effects import Operation, drive
from holdfast.execution.source import source_of
from holdfast.execution.waiting import branch_for

if TYPE_CHECKING:
    from holdfast.engine.handle import Handle


def sending(to: str | Handle[Any], value: Any, topic: str, depth: int) -> Operation[None]:
    """Return the operation of `send`; `depth` frames up is the caller."""
    return messages.send(branch_for("send()"), _id(to), value, topic, source_of(sys._getframe(depth)))


def receiving(topic: str, timeout: float | timedelta | None, type: Any, depth: int) -> Operation[Any]:
    """Return the operation of `receive`; `depth` frames up is the caller."""
    branch = branch_for("receive()")
    return messages.receive(branch, topic, _seconds(timeout), type, source_of(sys._getframe(depth)))


def setting(name: str, value: Any, depth: int) -> Operation[None]:
    """Return the operation of `set_value`; `depth` frames up is the caller."""
    return messages.set_value(branch_for("set_value()"), name, value, source_of(sys._getframe(depth)))


def getting(
    of: str | Handle[Any], name: str, timeout: float | timedelta | None, type: Any, depth: int
) -> Operation[Any]:
    """Return the operation of `get_value`; `depth` frames up is the caller."""
    branch = branch_for("get_value()")
    return messages.get_value(branch, _id(of), name, _seconds(timeout), type, source_of(sys._getframe(depth)))


def emitting(stream: str, value: Any, depth: int) -> Operation[None]:
    """Return the operation of `emit`; `depth` frames up is the caller."""
    return messages.emit(branch_for("emit()"), stream, value, source_of(sys._getframe(depth)))


def _id(workflow: str | Handle[Any]) -> str:
    return workflow if isinstance(workflow, str) else workflow.id


def _seconds(timeout: float | timedelta | None) -> float | None:
    return timeout.total_seconds() if isinstance(timeout, timedelta) else timeout


def send(to: str | Handle[Any], value: Any, topic: str = "") -> None:
    """Send a message to a workflow, exactly once: the message and this operation's checkpoint are one transaction.

    Args:
        to: the id of a workflow that has not ended, or a handle.
        value: the message.
        topic: messages of one topic are received in the order in which they were sent.

    Raises:
        UnknownWorkflow: no workflow has this id.
        Undeliverable: the workflow has ended.
        UnstorableValue: the value would not come back equal.
    """
    drive(sending(to, value, topic, 2))


def receive(topic: str = "", timeout: float | timedelta | None = None, type: Any = Any) -> Any:
    """Wait for the next message to this workflow and return it; each is received once.

    A long wait gives up the thread and the memory; a message wakes the workflow at once.

    Args:
        topic: only messages of this topic.
        timeout: seconds to wait at most, by the database's clock, crashes included; None for ever, 0 for a look.
        type: what the message is decoded to.

    Raises:
        TimeoutError: no message came in time; recorded like a result.
    """
    return drive(receiving(topic, timeout, type, 2))


def set_value(name: str, value: Any) -> None:
    """Publish a value of this workflow under a name, in place of the former one; others get it with `get_value`."""
    drive(setting(name, value, 2))


def get_value(of: str | Handle[Any], name: str, timeout: float | timedelta | None = None, type: Any = Any) -> Any:
    """Wait until another workflow has published a value, and return it.

    Args:
        of: the id of that workflow, or a handle.
        name: of the value.
        timeout: seconds to wait at most; None for ever.
        type: what the value is decoded to.

    Raises:
        TimeoutError: it was not published in time.
        NoValue: the workflow has ended without it.
        UnknownWorkflow: no workflow has this id.
    """
    return drive(getting(of, name, timeout, type, 2))


def emit(stream: str, value: Any) -> None:
    """Append a value to a stream of this workflow, exactly once; `engine.stream` reads and follows it."""
    drive(emitting(stream, value, 2))
