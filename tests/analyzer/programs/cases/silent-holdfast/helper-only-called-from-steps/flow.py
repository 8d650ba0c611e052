from datetime import datetime

from holdfast import step, workflow


def stamp() -> str:
    return datetime.now().isoformat()


def unused() -> str:
    return stamp()


@step
def charge(order: str) -> str:
    return f"{order} {stamp()}"


def main() -> None:
    print(stamp())


@workflow
def checkout(order: str) -> str:
    return charge(order)


if __name__ == "__main__":
    main()
