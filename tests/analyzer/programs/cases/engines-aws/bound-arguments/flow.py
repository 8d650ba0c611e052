import uuid
from functools import partial

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step: StepContext, order: str, key: str) -> str:
    return order + key


def send(key: str, step: StepContext) -> str:
    return key


@durable_execution
def handler(event: dict[str, str], context: DurableContext) -> str:
    key = str(uuid.uuid4())  # finds DUR103
    other = str(uuid.uuid4())  # finds DUR103
    kept = context.step(lambda _: str(uuid.uuid4()))
    context.step(partial(send, other))
    return context.step(charge(event["order"], key)) + context.step(charge(kept, key=kept))
