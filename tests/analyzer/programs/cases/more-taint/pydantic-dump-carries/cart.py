from datetime import UTC, datetime

from pydantic import BaseModel, Field


class Cart(BaseModel):
    order: str
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))  # finds DUR101
