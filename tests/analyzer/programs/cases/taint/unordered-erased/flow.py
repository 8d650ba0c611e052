from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


@step
def distinct(items: list[str]) -> list[str]:
    return list(set(items))


@workflow
def checkout(items: list[str]) -> str:
    wanted = set(items)
    for item in sorted(wanted):
        charge(item)
    total = sum(len(item) for item in wanted)
    largest = max(wanted, key=len, default="")
    if "x" in wanted and len(wanted) > 2 and any(item == "y" for item in wanted):
        charge("x")
    for item in distinct(items):
        charge(item)
    for item in dict.fromkeys(items):
        charge(item)
    seen: set[str] = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            charge(item)
    lengths = {item: len(item) for item in sorted(wanted)}
    return f"{total} {largest} {lengths} {wanted == {'x'}}"
