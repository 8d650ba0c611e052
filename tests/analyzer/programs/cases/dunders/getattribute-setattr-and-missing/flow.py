from holdfast import workflow

from config import Config, Defaults


@workflow
def checkout(order: str) -> str:
    config = Config()
    config.region = order
    return f"{config.region} {Defaults()['x']}"
