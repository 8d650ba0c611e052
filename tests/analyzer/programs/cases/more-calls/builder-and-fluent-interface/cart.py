import time


class Cart:
    def __init__(self) -> None:
        self.lines = []

    def add(self, line):
        self.lines.append(line)
        return self

    def with_note(self, make):
        self.note = make(self)
        return self

    def stamp(self):
        return time.time()  # finds DUR101

    def total(self):
        return f"{len(self.lines)} {self.note}"
