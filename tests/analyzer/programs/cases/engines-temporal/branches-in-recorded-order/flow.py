import asyncio

from temporalio import workflow


@workflow.defn
class Collect:
    @workflow.run
    async def run(self, xs: list[str]) -> list[str]:
        out: list[str] = []

        async def one(x: str) -> None:
            out.append(await workflow.execute_activity("a", x))

        await asyncio.gather(*[one(x) for x in xs])
        return out
