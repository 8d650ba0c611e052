import os
import time


class Config:
    def __setattr__(self, name: str, value: str) -> None:
        super().__setattr__(name, f"{value} {time.time()}")  # finds DUR101


class Defaults(dict):
    def __missing__(self, key: str) -> str:
        return os.environ[key]  # finds DUR104
