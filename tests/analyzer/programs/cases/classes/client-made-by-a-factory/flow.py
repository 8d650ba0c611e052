from holdfast import workflow

from clients import connect


@workflow
def checkout(order: str) -> str:
    model = connect()
    return model.ask(order)
