import time


class Clock:
    def __init__(self) -> None:
        self.started = time.time()  # finds DUR101
