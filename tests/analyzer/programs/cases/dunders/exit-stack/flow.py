from contextlib import ExitStack

from holdfast import workflow

from timing import Timer, done


@workflow
def checkout(order: str) -> str:
    with ExitStack() as stack:
        timer = stack.enter_context(Timer())
        stack.callback(done)
        return f"{order} {timer.start}"
