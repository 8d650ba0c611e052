import os


class Config:
    def __getattr__(self, name: str) -> str:
        return os.environ[name.upper()]  # finds DUR104
