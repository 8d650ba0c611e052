from holdfast import workflow


def even(n: int) -> bool:
    return True if n == 0 else odd(n - 1)


def odd(n: int) -> bool:
    return False if n == 0 else even(n - 1)


@workflow
def checkout(depth: int) -> bool:
    return even(depth)
