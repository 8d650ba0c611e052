from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    from tracking import number

    return number()
