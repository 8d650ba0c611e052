from holdfast import workflow


class Clock:
    def time(self) -> float:
        return 1.0

    def now(self) -> float:
        return 2.0


def open(path: str) -> str:
    return path


def read(random: list[int]) -> int:
    return random.pop()


def total(time: Clock) -> float:
    return time.time()


@workflow
def checkout(order: str) -> str:
    datetime = Clock()
    print = str.upper
    random = [4]
    return f"{open(order)} {read(random)} {total(Clock())} {datetime.now()} {print(order)}"
