import uuid


class Till:
    def charge(self, order: str) -> str:
        return f"{order} {self.__number()}"

    def __number(self) -> str:
        return uuid.uuid4().hex  # finds DUR103
