from openai import OpenAI


class Agent:
    def __init__(self, client: OpenAI) -> None:
        self.client = client

    def ask(self, text: str) -> str:
        answer = self.client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])  # finds DUR303
        return answer.choices[0].message.content or ""


def connect() -> Agent:
    return Agent(OpenAI())
