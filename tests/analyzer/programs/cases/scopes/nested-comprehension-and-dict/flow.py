import uuid

from holdfast import workflow


def fresh() -> str:
    return uuid.uuid4().hex  # finds DUR103


@workflow
def checkout(rows: list[list[str]]) -> dict[str, list[str]]:
    return {cell: [fresh() for other in row] for row in rows for cell in row}
