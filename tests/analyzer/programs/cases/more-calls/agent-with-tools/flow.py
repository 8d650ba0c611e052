from holdfast import step, workflow

from agent import Agent
from tools import TOOLS


@step
def ask(prompt: str) -> dict[str, str]:
    return {"tool": "clock", "argument": prompt}


@workflow
def talk(prompt: str) -> str:
    agent = Agent(TOOLS)
    answer = ask(prompt)
    for _ in range(3):
        prompt = agent.run(answer["tool"], answer["argument"])
        answer = ask(prompt)
    return prompt
