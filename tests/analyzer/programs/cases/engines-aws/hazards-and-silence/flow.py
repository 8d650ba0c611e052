import time
import uuid

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration

from helpers import late


@durable_step
def charge(step_context, order: str) -> str:
    print(order)
    return f"{order} {uuid.uuid4()}"


def branch(child: DurableContext) -> str:
    child.step(lambda _: str(time.time()), name="inner")
    return str(time.time_ns())  # finds DUR101


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    text = context.step(charge("x"))
    at = context.step(lambda _: time.time(), name="at")
    context.wait(Duration.from_seconds(3))
    context.logger.info("charged")
    context.run_in_child_context(branch, name="branch")
    if not context.is_replaying:
        print("first")
    if at > 3:
        context.step(charge("y"))
    if late():  # finds DUR502
        context.step(charge("z"))
    return f"{text} {at}"
