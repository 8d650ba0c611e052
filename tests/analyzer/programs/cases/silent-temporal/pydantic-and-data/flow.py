from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, field_validator
from temporalio import workflow
from temporalio.common import RetryPolicy


@dataclass
class Line:
    name: str
    tags: list[str] = field(default_factory=list)


class Order(BaseModel):
    id: str
    at: datetime
    lines: list[Line] = []

    @field_validator("id")
    @classmethod
    def named(cls, value: str) -> str:
        return value.strip()


@workflow.defn(name="checkout", sandboxed=False)
class Checkout:
    @workflow.run
    async def run(self, order: Order) -> Order:
        lines = [Line(name=line.name.upper()) for line in order.lines]
        await workflow.execute_activity(
            "charge",
            order,
            start_to_close_timeout=timedelta(seconds=3),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        later = order.at + timedelta(days=1)
        if later > workflow.now():
            await workflow.sleep(3)
        return order.model_copy(update={"lines": lines, "at": later})
