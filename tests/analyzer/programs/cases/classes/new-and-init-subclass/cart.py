import uuid


class Cart:
    label: str

    def __new__(cls, order: str) -> "Cart":
        made = super().__new__(cls)
        made.label = f"{order} {uuid.uuid4()}"  # finds DUR103
        return made
