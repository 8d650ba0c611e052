"""`Factory` makes a default, `@field.validator` looks at what was given."""

import time
import uuid

import attr
import attrs


@attrs.define
class Order:
    id: str = attrs.Factory(lambda self: str(uuid.uuid4()), takes_self=True)  # finds DUR103


@attr.s
class Line:
    id = attr.ib(default=attr.Factory(uuid.uuid4))  # finds DUR103


@attrs.define
class Due:
    at: float = attrs.field()

    @at.validator
    def _in_future(self, attribute: object, given: float) -> None:
        if given < time.time():  # finds DUR101
            raise ValueError(f"{given} has passed")


@attrs.define
class Plain:
    names: list[str] = attrs.Factory(list)
