"""What fixes write for each engine: its own clock, ids, random numbers, sleep and logger, where they mean the same."""

import pytest
from fixing import fixed

TEMPORAL = """\
import asyncio, logging, random, time, uuid
from datetime import datetime, timezone
from temporalio import workflow


def pick():
    return {random}


@workflow.defn
class Order:
    @workflow.run
    async def run(self, count: int) -> list:
        {print}
        {log}
        {sleep}
        self.note()
        return [pick(), {time}, {id}, {now}, {naive}]

    def note(self):
        self.noted = {nanoseconds}
"""
TEMPORAL_CALLS = {
    "random": ("random.random()", "workflow.random().random()"),
    "print": ("print('of', count)", "workflow.logger.info('of %s', count)"),
    "log": ("logging.info('of %s', count)", "workflow.logger.info('of %s', count)"),
    "sleep": ("time.sleep(3)", "await asyncio.sleep(3)"),
    "time": ("time.time()", "workflow.time()"),
    "id": ("uuid.uuid4()", "workflow.uuid4()"),
    "now": ("datetime.now(timezone.utc)", "workflow.now()"),
    "naive": ("datetime.utcnow()", "workflow.now().replace(tzinfo=None)"),
    "nanoseconds": ("time.time_ns()", "workflow.time_ns()"),
}
DBOS = """\
import asyncio, time
from dbos import DBOS


@DBOS.workflow()
def plain(count: int):
    {plain}
    return time.time()


@DBOS.workflow()
async def coroutine(count: int):
    {blocking}
    {awaited}
"""
DBOS_CALLS = {
    "plain": ("time.sleep(count)", "DBOS.sleep(count)"),
    "blocking": ("time.sleep(3)", "await DBOS.sleep_async(3)"),
    "awaited": ("await asyncio.sleep(3)", "await DBOS.sleep_async(3)"),
}
RESTATE = """\
import asyncio, random, time, uuid
from datetime import timedelta
import restate

service = restate.Service("orders")


@service.handler()
async def run(ctx: restate.Context, count: int):
    {sleep}
    await ctx.run("charge", lambda: 1)
    return [{id}, {random}, time.time()]
"""
RESTATE_CALLS = {
    "sleep": ("await asyncio.sleep(count)", "await ctx.sleep(timedelta(seconds=count))"),
    "id": ("uuid.uuid4().hex", "ctx.uuid().hex"),
    "random": ("random.randint(1, 6)", "ctx.random().randint(1, 6)"),
}
AZURE = """\
import time, uuid
from datetime import datetime, timezone
import azure.durable_functions as df

app = df.DFApp()


@app.orchestration_trigger(context_name="context")
def run(context: df.DurableOrchestrationContext):
    yield context.call_activity("charge", str({id}))
    return [{now}, {naive}, {time}]
"""
AZURE_CALLS = {
    "id": ("uuid.uuid4()", "uuid.UUID(context.new_uuid())"),
    "now": ("datetime.now(timezone.utc)", "context.current_utc_datetime.replace(tzinfo=timezone.utc)"),
    "naive": ("datetime.utcnow()", "context.current_utc_datetime.replace(tzinfo=None)"),
    "time": ("time.time()", "context.current_utc_datetime.replace(tzinfo=timezone.utc).timestamp()"),
}
DAPR = """\
import time
from datetime import timezone
import dapr.ext.workflow as wf

runtime = wf.WorkflowRuntime()


@runtime.workflow(name="orders")
def run(ctx: wf.DaprWorkflowContext, order):
    yield ctx.call_activity("charge", input={time})
"""
DAPR_CALLS = {"time": ("time.time()", "ctx.current_utc_datetime.replace(tzinfo=timezone.utc).timestamp()")}
HATCHET = """\
import asyncio
from datetime import timedelta
from hatchet_sdk import DurableContext, EmptyModel, Hatchet

hatchet = Hatchet()


@hatchet.durable_task()
async def run(input: EmptyModel, ctx: DurableContext):
    {sleep}
    await ctx.aio_wait_for_event("paid")
"""
HATCHET_CALLS = {"sleep": ("await asyncio.sleep(5)", "await ctx.aio_sleep_for(timedelta(seconds=5))")}
AWS = """\
import time
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext):
    {sleep}
    time.sleep(event["seconds"])
    {print}
    return context.step(lambda _: 1)
"""
AWS_CALLS = {
    "sleep": ("time.sleep(5)", "context.wait(Duration.from_seconds(5))"),
    "print": ("print('hi')", "context.logger.info('hi')"),
}
INNGEST = """\
import logging
import inngest

client = inngest.Inngest(app_id="shop")


async def charge():
    return 1


@client.create_function(fn_id="orders", trigger=inngest.TriggerEvent(event="ordered"))
async def run(ctx: inngest.Context):
    {log}
    return await ctx.step.run("charge", charge)
"""
INNGEST_CALLS = {"log": ("logging.info('paid')", "ctx.logger.info('paid')")}


@pytest.mark.parametrize(
    ("program", "calls"),
    [
        pytest.param(TEMPORAL, TEMPORAL_CALLS, id="temporal"),
        pytest.param(DBOS, DBOS_CALLS, id="dbos"),
        pytest.param(RESTATE, RESTATE_CALLS, id="restate"),
        pytest.param(AZURE, AZURE_CALLS, id="azure"),
        pytest.param(DAPR, DAPR_CALLS, id="dapr"),
        pytest.param(HATCHET, HATCHET_CALLS, id="hatchet"),
        pytest.param(AWS, AWS_CALLS, id="aws"),
        pytest.param(INNGEST, INNGEST_CALLS, id="inngest"),
    ],
)
def test_calls_become_the_engines_own(program, calls):
    before, after = (program.format(**{key: pair[index] for key, pair in calls.items()}) for index in (0, 1))
    assert fixed(before) == after


def test_what_adds_an_operation_is_unsafe():
    before = RESTATE.format(**{key: pair[1] for key, pair in RESTATE_CALLS.items()})
    assert fixed(before) == before
    assert fixed(before, unsafe=True) == before.replace("time.time()", "await ctx.time()")


def test_a_context_that_is_bound_again_is_not_used():
    before = RESTATE.format(**{key: pair[0] for key, pair in RESTATE_CALLS.items()})
    other = before.replace("    await ctx.run", "    ctx = restate.Context\n    await ctx.run")
    assert "ctx.uuid()" not in fixed(other, unsafe=True)


def test_a_helper_has_no_context():
    source = (
        "import uuid\nimport restate\n\nservice = restate.Service('orders')\n\n\ndef fresh(ctx):\n    return uuid.uuid4()\n\n\n"
        "@service.handler()\nasync def run(ctx: restate.Context, count: int):\n"
        "    await ctx.run('charge', lambda: 1)\n    return fresh(ctx)\n"
    )
    assert fixed(source, unsafe=True) == source
