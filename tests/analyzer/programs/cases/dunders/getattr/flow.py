from holdfast import workflow

from config import Config


@workflow
def checkout(order: str) -> str:
    return Config().region
