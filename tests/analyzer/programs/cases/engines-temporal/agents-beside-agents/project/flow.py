import time

from agents import Agent, ModelSettings, Runner
from temporalio import workflow


@workflow.defn
class Assist:
    @workflow.run
    async def run(self, text: str) -> str:
        agent = Agent(name="helper", instructions=f"at {time.time()}", model_settings=ModelSettings())  # finds DUR101
        result = await Runner.run(agent.clone(), text)
        return result.final_output
