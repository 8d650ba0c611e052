import os
import random
import secrets
import time
import uuid


class Store:
    def __getitem__(self, key: str) -> str:
        return uuid.uuid4().hex  # finds DUR103

    def __setitem__(self, key: str, value: str) -> None:
        self.last = time.time()  # finds DUR101

    def __contains__(self, key: str) -> bool:
        return random.random() < 0.5  # finds DUR102

    def __len__(self) -> int:
        return os.getpid()  # finds DUR105

    def __delitem__(self, key: str) -> None:
        self.last = len(secrets.token_hex())  # finds DUR102
