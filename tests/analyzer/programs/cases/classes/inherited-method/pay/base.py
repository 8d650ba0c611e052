import uuid


class Till:
    prefix = "till"

    def receipt(self, order: str) -> str:
        return f"{self.prefix} {order} {uuid.uuid4()}"  # finds DUR103
