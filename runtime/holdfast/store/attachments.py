"""What a durable operation changes besides its own journal: messages, values, streams; written with its checkpoint."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Message(Struct):
    """A message to a workflow.

    Attributes:
        recipient: the workflow's id.
        id: names the message at its recipient for ever, so that it is delivered once.
        topic: it is received by topic, in order.
        body: the encoded value.
        digest: of what the sender gave, to tell a repeated message from another one with the same id.
        sender: the id of the workflow that sent it; None for anybody else.
    """

    recipient: str
    id: str
    topic: str
    body: bytes
    digest: bytes
    sender: str | None = None


class Receipt(Struct):
    """The checkpoint holds the message with this `number`, which is received by nobody else then."""

    number: int


class Publication(Struct):
    """The workflow's value called `name` is `body` from now on."""

    name: str
    body: bytes


class Emission(Struct):
    """`body` is the next item of the workflow's stream called `stream`."""

    stream: str
    body: bytes


Attachment = Message | Receipt | Publication | Emission


class Delivery(Enum):
    """What became of a message."""

    DONE = "done"  # now or by an earlier attempt
    REFUSED = "refused"  # there is no such workflow, or it has ended
    CONFLICT = "conflict"  # its id is another message's
