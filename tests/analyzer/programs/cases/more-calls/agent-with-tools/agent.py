from collections.abc import Callable


class Agent:
    def __init__(self, tools: dict[str, Callable[[str], str]]) -> None:
        self._tools = dict(tools)

    def run(self, name: str, argument: str) -> str:
        tool = self._tools.get(name)
        if tool is None:
            return "no such tool"
        return tool(argument)
