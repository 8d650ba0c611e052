import dapr.ext.workflow as wf

runtime = None


def begin() -> None:
    global runtime
    runtime = wf.WorkflowRuntime()


def main() -> None:
    begin()

    @runtime.workflow(name="order")
    def order(ctx: wf.DaprWorkflowContext, given: str):
        ctx.call_activity(pay)  # finds DUR505
        yield ctx.call_activity(pay, input=given)

    def pay(ctx, given: str) -> str:
        return given
