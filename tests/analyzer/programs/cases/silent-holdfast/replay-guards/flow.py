import uuid
from datetime import UTC, datetime

import holdfast
from holdfast import workflow


def stamp() -> str:
    try:
        return holdfast.now().isoformat()
    except RuntimeError:
        return datetime.now(UTC).isoformat()


@workflow
def checkout(order: str) -> str:
    if not holdfast.current().replaying:
        print(order)
    return stamp()
