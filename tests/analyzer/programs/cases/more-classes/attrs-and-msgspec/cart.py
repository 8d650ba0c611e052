import time
import uuid

import attrs
import msgspec


@attrs.define
class Cart:
    order: str
    id: str = attrs.field(factory=lambda: uuid.uuid4().hex)  # finds DUR103


class Line(msgspec.Struct):
    order: str
    at: float = msgspec.field(default_factory=time.time)  # finds DUR101
