from holdfast import workflow

import settings
from settings import REGION, limit


@workflow
def checkout(order: str) -> str:
    return f"{order} {REGION} {settings.STARTED} {limit()}"
