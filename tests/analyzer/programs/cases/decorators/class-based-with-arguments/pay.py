import uuid

from timing import Timed


@Timed("charge")
def charge(order: str) -> str:
    return f"{order} {uuid.uuid4()}"  # finds DUR103
