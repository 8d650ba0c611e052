from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str, tills: list[Till], named: dict[str, Till]) -> str:
    text = ""
    for till in tills:
        text += till.number(order)
    for name, till in named.items():
        text += name + till.other()
    return text + named["x"].third() + tills[0].third()
