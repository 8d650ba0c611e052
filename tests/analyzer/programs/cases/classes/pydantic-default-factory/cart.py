from datetime import UTC, datetime
from uuid import uuid4

from pydantic import BaseModel, Field


class Cart(BaseModel):
    order: str
    id: str = Field(default_factory=lambda: str(uuid4()))  # finds DUR103
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))  # finds DUR101
