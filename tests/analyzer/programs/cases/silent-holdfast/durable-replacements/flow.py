import holdfast
from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    holdfast.sleep(3)
    holdfast.logger.info("order %s", order)
    started = holdfast.now()
    if holdfast.random().random() > 0.5:
        holdfast.sleep(1)
    return f"{started.isoformat()} {holdfast.uuid4()}"
