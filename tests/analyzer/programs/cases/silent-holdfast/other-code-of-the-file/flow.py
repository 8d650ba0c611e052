import random
import time

from holdfast import step, workflow


class Metrics:
    started = time.time()

    def tick(self) -> None:
        self.last = random.random()


METRICS = Metrics()
BOOT = time.time()


def report() -> str:
    METRICS.tick()
    return f"{BOOT} {time.time()}"


@workflow
def checkout(order: str) -> str:
    return order
