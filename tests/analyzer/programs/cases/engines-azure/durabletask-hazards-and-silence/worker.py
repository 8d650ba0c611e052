import time
from datetime import timedelta

from durabletask import task
from durabletask.worker import TaskHubGrpcWorker

from helpers import late


def charge(ctx: task.ActivityContext, order: str) -> str:
    print(order)
    return f"{order} {time.time()}"


def checkout(ctx: task.OrchestrationContext, order: str):
    charged = yield ctx.call_activity(charge, input=order)
    yield ctx.create_timer(timedelta(seconds=3))
    if late():  # finds DUR502
        yield ctx.call_activity(charge, input="late")
    return charged


with TaskHubGrpcWorker() as worker:
    worker.add_orchestrator(checkout)
    worker.add_activity(charge)
    worker.start()
