import time

from holdfast import step, workflow


@step
def charge(order: dict) -> str:
    return str(order)


@workflow
def checkout(order: str) -> str:
    body = {"order": order, "meta": {"times": []}}
    body["meta"]["times"].append(time.time())  # finds DUR101
    charge(body)
    return order
