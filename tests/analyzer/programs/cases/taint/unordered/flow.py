from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


def wanted(items: list[str]) -> set[str]:
    return {item.lower() for item in items}


@workflow
def checkout(items: list[str]) -> str:
    for item in wanted(items):  # finds DUR201
        charge(item)
    text = ",".join(wanted(items))  # finds DUR201
    first, *_ = list(set(items))  # finds DUR201
    pair = [*frozenset(items)]  # finds DUR201
    found = next(iter(set(items)))  # finds DUR201
    return f"{text} {first} {pair} {found}"
