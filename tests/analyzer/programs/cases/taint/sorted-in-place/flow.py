"""A list that is sorted has forgotten the set that it was made of."""

from holdfast import step, workflow


@step
def send(names: list[str]) -> None: ...


@workflow
def listed(names: list[str]) -> None:
    unique = list(set(names))
    unique.sort()
    send(unique)


@workflow
def appended(names: list[str]) -> None:
    unique = []
    for name in set(names):
        unique.append(name.strip())
    unique.sort(key=str.lower)
    send(unique)


@workflow
def by_a_helper(names: list[str]) -> None:
    send(in_order(names))


def in_order(names: list[str]) -> list[str]:
    unique = [name for name in set(names)]
    unique.sort(reverse=True)
    return unique


@workflow
def sent_before(names: list[str]) -> None:
    unique = list(set(names))  # finds DUR201
    send(unique)
    unique.sort()


@workflow
def sometimes(names: list[str], sort: bool) -> None:
    unique = list(set(names))  # finds DUR201
    if sort:
        unique.sort()
    send(unique)
