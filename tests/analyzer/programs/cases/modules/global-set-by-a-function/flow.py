from acme import connection
from holdfast import workflow


@workflow
def report(order: str) -> list[object]:
    return connection.rows(order)


def main() -> None:
    connection.connect()
    report("A1")
