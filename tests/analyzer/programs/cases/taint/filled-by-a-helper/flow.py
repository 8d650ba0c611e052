from holdfast import workflow


def add2(out, v):
    out.append(v)


def put(out, key, v):
    out[key] = v


class Acc:
    def __init__(self) -> None:
        self.rows = []
        self.last = ""

    def add(self, v):
        self.rows.append(v)

    def set(self, v):
        self.last = v


@workflow
def appended(x: str) -> list[str]:
    out = []
    text = ",".join({x, "b"})  # finds DUR201
    add2(out, text)
    return out


@workflow
def under_a_key(x: str) -> dict[str, str]:
    out = {}
    text = ",".join({x, "b"})  # finds DUR201
    put(out, "k", text)
    return out


@workflow
def by_a_method(x: str) -> list[str]:
    acc = Acc()
    text = ",".join({x, "b"})  # finds DUR201
    acc.add(text)
    return acc.rows


@workflow
def as_an_attribute(x: str) -> str:
    acc = Acc()
    text = ",".join({x, "b"})  # finds DUR201
    acc.set(text)
    return acc.last


@workflow
def into_a_list_that_held_a_clean_one(x: str) -> str:
    out = []
    add2(out, x)
    text = ",".join({x, "b"})  # finds DUR201
    add2(out, text)
    return out[0]


@workflow
def into_another_list(x: str) -> list[str]:
    out = []
    other = []
    add2(out, x)
    text = ",".join({x, "b"})
    add2(other, text)
    return out
