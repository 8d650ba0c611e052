from contextvars import ContextVar

from temporalio import workflow

USER: ContextVar[str | None] = ContextVar("USER", default=None)
TURN: ContextVar[int] = ContextVar("TURN", default=0)


def note(turn: int) -> None:
    TURN.set(turn)


@workflow.defn
class Greeting:
    @workflow.run
    async def run(self, name: str) -> str:
        note(3)
        workflow.logger.info("turn %d", TURN.get())
        return f"{name} {USER.get()}"  # finds DUR406
