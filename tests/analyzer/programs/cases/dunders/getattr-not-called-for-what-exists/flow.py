import os

from holdfast import workflow


class Config:
    region = "eu"

    def __init__(self) -> None:
        self.size = 3

    def __getattr__(self, name: str) -> str:
        return os.environ[name.upper()]


@workflow
def checkout(order: str) -> str:
    config = Config()
    return f"{config.region} {config.size}"
