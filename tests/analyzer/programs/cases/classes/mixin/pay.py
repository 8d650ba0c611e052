import time


class Stamped:
    clock = staticmethod(time.time)

    def stamp(self) -> float:
        return self.clock()  # finds DUR101


class Till:
    pass


class StampedTill(Stamped, Till):
    pass
