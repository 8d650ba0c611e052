"""Making a model runs its validators."""

import time
import uuid
from typing import Any

from pydantic import BaseModel, field_validator, model_validator


class Stamped(BaseModel):
    at: float

    @field_validator("at")
    @classmethod
    def now(cls, given: float) -> float:
        return time.time()  # finds DUR101


class Named(BaseModel):
    name: str

    @model_validator(mode="before")
    @classmethod
    def named(cls, data: Any) -> Any:
        return {"name": str(uuid.uuid4()), **data}  # finds DUR103


class Positive(BaseModel):
    cents: int

    @field_validator("cents")
    @classmethod
    def positive(cls, given: int) -> int:
        if given <= 0:
            raise ValueError(f"{given} is not positive")
        return given
