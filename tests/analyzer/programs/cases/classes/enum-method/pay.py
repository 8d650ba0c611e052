import enum
import uuid


class Way(enum.Enum):
    CARD = "card"
    CASH = "cash"

    def receipt(self, order: str) -> str:
        return f"{self.value} {order} {uuid.uuid4()}"  # finds DUR103
