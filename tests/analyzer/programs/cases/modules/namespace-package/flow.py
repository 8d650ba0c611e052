from holdfast import workflow

from shop.clock import stamp
import shop.deep.tags


@workflow
def checkout(order: str) -> str:
    return f"{stamp()} {shop.deep.tags.tag()}"
