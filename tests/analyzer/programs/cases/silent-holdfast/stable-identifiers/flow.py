import hashlib
import uuid

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    a = uuid.uuid5(uuid.NAMESPACE_URL, order)
    b = uuid.uuid3(uuid.NAMESPACE_URL, order)
    c = uuid.UUID("00000000-0000-0000-0000-000000000000")
    return f"{a} {b} {c} {hashlib.sha256(order.encode()).hexdigest()}"
