from holdfast import workflow


@workflow
def checkout(items: list[str]) -> int:
    count = 0

    def bump(item: str) -> None:
        nonlocal count
        count += len(item)

    for item in items:
        bump(item)
    return count
