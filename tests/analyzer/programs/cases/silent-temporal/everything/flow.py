import asyncio
import random
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import shared


def new_id() -> str:
    if workflow.in_workflow():
        return str(workflow.uuid4())
    return str(uuid.uuid4())


def now() -> datetime:
    try:
        return workflow.now()
    except Exception:
        return datetime.now()


@activity.defn
async def charge(order: str) -> str:
    print(order)
    await asyncio.sleep(1)
    return f"{time.time()} {random.random()} {uuid.uuid4()}"


class Activities:
    @activity.defn
    def refund(self, order: str) -> str:
        return f"{order} {time.time()}"


@workflow.defn
class Checkout:
    def __init__(self) -> None:
        self.paid = False
        self.order = ""

    @workflow.run
    async def run(self, order: str) -> str:
        self.order = order
        await asyncio.sleep(3)
        await workflow.wait_condition(lambda: self.paid)
        charged = await workflow.execute_activity(charge, order, start_to_close_timeout=timedelta(seconds=3))
        await workflow.execute_activity_method(Activities.refund, order, start_to_close_timeout=timedelta(seconds=3))
        both = await asyncio.gather(
            workflow.execute_activity(charge, "a", start_to_close_timeout=timedelta(seconds=3)),
            workflow.execute_activity(charge, "b", start_to_close_timeout=timedelta(seconds=3)),
        )
        if not workflow.unsafe.is_replaying():
            print(order)
        workflow.logger.info("charged %s", charged)
        with workflow.unsafe.sandbox_unrestricted():
            shared.trusted()
        return f"{new_id()} {now()} {workflow.random().random()} {workflow.time()} {both}"

    @workflow.signal
    def pay(self) -> None:
        self.paid = True

    @workflow.query
    def age(self) -> float:
        return time.time()

    @workflow.update
    async def rename(self, order: str) -> str:
        self.order = order
        return order

    @rename.validator
    def check(self, order: str) -> None:
        print(datetime.now())
