import logging

from holdfast import workflow

logger = logging.getLogger(__name__)


@workflow
def checkout(order: str) -> str:
    if logger.isEnabledFor(logging.DEBUG):
        order = order.strip()
    return order
