"""The errors of storing and reading values."""

from __future__ import annotations

from holdfast.errors import HoldfastError


class UnstorableValue(HoldfastError, TypeError):
    """A value would not come back from the database equal to what was put in; says where, why and what to do."""


class ValueTooLarge(HoldfastError, ValueError):
    """A value's stored form is larger than the limit; says both sizes in bytes."""


class UndecodableValue(HoldfastError, ValueError):
    """A stored value no longer decodes to the annotated type, as after a change of the annotation or the codec's key."""


class StepFailed(HoldfastError):
    """Stands for a recorded error whose own type is not registered here, and carries all that was recorded of it.

    Attributes: `type_name` (`"module:QualName"`), `message`, `traceback` (text, may be empty), `recorded_args` (the
    error's `args`, or None when they could not be stored). Notes are the error's own. `register_error` has the type
    raised itself.
    """

    def __init__(
        self, type_name: str, message: str, traceback: str = "", recorded_args: tuple[object, ...] | None = None
    ) -> None:
        super().__init__(type_name, message)
        self.type_name = type_name
        self.message = message
        self.traceback = traceback
        self.recorded_args = recorded_args

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}" if self.message else self.type_name
