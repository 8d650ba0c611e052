from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(items: list[str]) -> str:
    wanted = {item for item in items}
    if all(item for item in wanted) and "x" in wanted:
        charge("x")
    bad = [item for item in wanted if not item]
    if bad:
        charge("bad")
    total = 0
    for item in wanted:
        total += len(item)
    return f"{total} {len(wanted)} {sorted(wanted)} {frozenset(items) == wanted} {set() | wanted == wanted}"
