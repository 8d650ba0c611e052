import uuid


def shown(cls):
    cls.shown = True
    return cls


@shown
class Cart:
    def __init__(self, order: str) -> None:
        self.order = order

    def label(self) -> str:
        return f"{self.order} {uuid.uuid4()}"  # finds DUR103
