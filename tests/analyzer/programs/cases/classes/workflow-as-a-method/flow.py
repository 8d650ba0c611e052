import uuid

from holdfast import step, workflow


class Shop:
    def __init__(self) -> None:
        self.prefix = "shop"

    @step
    def charge(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"

    @workflow
    def checkout(self, order: str) -> str:
        return self.charge(order) + self.label()

    def label(self) -> str:
        return self.prefix + uuid.uuid4().hex  # finds DUR103
