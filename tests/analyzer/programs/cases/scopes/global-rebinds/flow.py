from holdfast import workflow

count = 0


def bump() -> int:
    global count
    count += 1  # finds DUR401
    return count


@workflow
def checkout(order: str) -> int:
    return bump()
