import time

from holdfast import workflow


def text_of(message) -> str:  # type: ignore[no-untyped-def]
    if isinstance(message, dict) and message.get("role") == "user":
        return str(message.get("content"))
    if isinstance(message, list | tuple):
        return "".join(part.strip() for part in message)
    return message.pop("a") if isinstance(message, dict) else ""


def kept(message) -> float:  # type: ignore[no-untyped-def]
    return message.get("at") if isinstance(message, dict) else 0.0


@workflow
def summarise(messages: list) -> str:  # type: ignore[type-arg]
    if isinstance(messages[0], dict) and kept({"at": time.time()}) > 3:  # finds DUR101
        return "late"
    return "".join(text_of(message) for message in messages)
