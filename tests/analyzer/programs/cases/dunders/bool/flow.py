from holdfast import workflow

from flags import Flag


@workflow
def checkout(order: str) -> str:
    flag = Flag()
    if flag:
        return order
    return "off"
