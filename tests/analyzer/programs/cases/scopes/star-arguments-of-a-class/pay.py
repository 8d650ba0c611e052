import time


class Till:
    def __init__(self, name: str, *, clock=time.time) -> None:
        self.name = name
        self.clock = clock


class CardTill(Till):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)

    def stamp(self) -> str:
        return f"{self.name} {self.clock()}"  # finds DUR101
