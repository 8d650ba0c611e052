import time


class Cart:
    def __init__(self) -> None:
        self._owner = ""

    @property
    def owner(self) -> str:
        return self._owner

    @owner.setter
    def owner(self, owner: str) -> None:
        self._owner = f"{owner} {time.time()}"  # finds DUR101


class BigCart(Cart):
    pass
