import random
import time


def clock(argument: str) -> str:
    return f"{argument} {time.time()}"  # finds DUR101


class Dice:
    sides = 6

    def roll(self, argument: str) -> str:
        return f"{argument} {random.randint(1, self.sides)}"  # finds DUR102


TOOLS = {"clock": clock, "dice": Dice().roll}
