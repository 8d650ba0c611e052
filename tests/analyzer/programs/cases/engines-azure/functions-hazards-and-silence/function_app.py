import logging
import time
import uuid
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

from helpers import fresh

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.orchestration_trigger(context_name="context")
def checkout(context: df.DurableOrchestrationContext):
    order = context.get_input()
    charged = yield context.call_activity("charge", order)
    yield context.create_timer(context.current_utc_datetime + timedelta(minutes=3))
    both = yield context.task_all([context.call_activity("charge", "a"), context.call_activity("charge", "b")])
    if not context.is_replaying:
        logging.info("charged %s", charged)
    return f"{charged} {both} {context.new_uuid()} {fresh()}"


@app.activity_trigger(input_name="order")
def charge(order: str) -> str:
    logging.info("charging %s", order)
    return f"{order} {uuid.uuid4()} {time.time()}"
