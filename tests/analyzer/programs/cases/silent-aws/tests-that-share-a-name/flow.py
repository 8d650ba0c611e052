import time

import pytest
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@pytest.mark.durable_execution(handler=None)
def test_checkout(durable_runner) -> None:
    assert time.time() > 0


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: str(time.time()), name="at")
