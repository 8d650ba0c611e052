from collections.abc import Callable


class Timer:
    def __init__(self, read: Callable[[], float]) -> None:
        self.source = read

    def read(self) -> float:
        return self.source()
