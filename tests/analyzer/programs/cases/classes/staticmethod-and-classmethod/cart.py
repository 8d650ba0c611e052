import secrets
import uuid


class Cart:
    def __init__(self, owner: str) -> None:
        self.owner = owner

    @classmethod
    def empty(cls, owner: str) -> "Cart":
        return cls(f"{owner} {uuid.uuid4()}")  # finds DUR103

    @staticmethod
    def label() -> str:
        return secrets.token_hex()  # finds DUR102
