from holdfast import workflow

from pay import charge


@workflow
def checkout(order: str) -> str:
    arguments = ("card", 5)
    options = {"currency": "eur"}
    return relay(*arguments, **options)


def relay(*args, **kwargs):
    return charge(*args, **kwargs)
