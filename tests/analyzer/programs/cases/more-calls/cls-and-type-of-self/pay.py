import uuid


class Till:
    @classmethod
    def made(cls):
        return cls()

    def again(self):
        return type(self)()

    def more(self):
        return self.__class__()

    def charge(self, order: str) -> str:
        return order


class CardTill(Till):
    def charge(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103
