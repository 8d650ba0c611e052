from datetime import timedelta

from temporalio import activity, workflow

from helpers import fresh, late


@activity.defn
async def charge(order: str) -> str:
    return f"{order} {fresh()}"


class Base:
    @workflow.signal
    def pay(self, by: str) -> None:
        self.by = fresh()


@workflow.defn
class Checkout(Base):
    def __init__(self) -> None:
        self.by = ""

    @workflow.run
    async def run(self, order: str) -> str:
        if late():  # finds DUR502
            await workflow.execute_activity(charge, order, start_to_close_timeout=timedelta(seconds=3))
        return order
