"""The engine's own client goes past the record; asking for a handle sends nothing."""

from temporalio import workflow
from temporalio.client import Client


class Signals:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def send(self, id: str) -> None:
        try:
            handle = workflow.get_external_workflow_handle(id)
        except RuntimeError:
            await (await Client.connect("localhost:7233")).get_workflow_handle(id).signal("go")
            return
        await handle.signal("go")


@workflow.defn
class Starts:
    @workflow.run
    async def run(self, id: str) -> str:
        client = await Client.connect("localhost:7233")  # finds DUR301
        return await client.execute_workflow("other", id=id, task_queue="q")  # finds DUR301


@workflow.defn
class Signalling:
    def __init__(self) -> None:
        self.client: Client | None = None

    @workflow.run
    async def run(self, id: str) -> str | None:
        if self.client is None:
            return None
        handle = self.client.get_workflow_handle(id)
        await handle.signal("go")  # finds DUR301
        return handle.id


@workflow.defn
class ByTheEngine:
    @workflow.run
    async def run(self, id: str, signals: Signals) -> None:
        await signals.send(id)
