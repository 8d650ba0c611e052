import time


class Timed:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        start = time.monotonic()  # finds DUR101
        return f"{self.function(*args, **kwargs)} {start}"
