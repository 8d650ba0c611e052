import operator
from operator import attrgetter, itemgetter, methodcaller

from holdfast import workflow

from stock import Item


@workflow
def checkout(names: list[str]) -> str:
    item = Item()
    first = attrgetter("number")(item)
    second = methodcaller("host")(item)
    third = operator.call(item.pid)
    return f"{first} {second} {third} {itemgetter(0)(names)}"
