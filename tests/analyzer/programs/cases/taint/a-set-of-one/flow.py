from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


def only(found: set[str]) -> str:
    assert len(found) == 1
    return next(iter(found))


def by_exit(found: set[str]) -> str:
    if len(found) != 1:
        raise ValueError("ambiguous")
    return found.pop()


def by_both(found: set[str]) -> str:
    if not found or len(found) > 1:
        return ""
    (name,) = found
    return name


class Basket:
    def __init__(self, names: list[str]) -> None:
        self.names = set(names)

    def first(self) -> str:
        return list(self.names)[0] if 1 == len(self.names) else ""


@workflow
def clean(names: list[str]) -> str:
    found = set(names)
    for one in {"a"}:
        charge(one)
    if len(found) < 2 and charge(next(iter(found))):
        return "less"
    return charge(only(found) + by_exit(found) + by_both(found) + Basket(names).first())


@workflow
def of_two(names: list[str]) -> str:
    found = set(names)
    if len(found) <= 2:
        return charge(next(iter(found)))  # finds DUR201
    return ""


@workflow
def grown(names: list[str], more: str) -> str:
    found = set(names)
    if len(found) == 1:
        found.add(more)
        return charge(next(iter(found)))  # finds DUR201
    return ""


@workflow
def display_grown(more: str) -> str:
    found = {"a"}
    found.add(more)
    for name in found:  # finds DUR201
        charge(name)
    return ""


@workflow
def another(names: list[str], others: list[str]) -> str:
    found, other = set(names), set(others)
    if len(found) == 1:
        charge(other.pop())  # finds DUR201
    found = set(others)
    return charge(found.pop())  # finds DUR201


@workflow
def unpacked(names: list[str]) -> str:
    found = set(names)
    first, *_ = found  # finds DUR201
    return charge(first)
