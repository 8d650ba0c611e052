from holdfast import step, workflow


class Node:
    def __init__(self, name: str, parts: "list[Node]") -> None:
        self.name = name
        self.parts = parts


@step
def charge(order: str) -> str:
    return order


def visit(node: Node, seen: set[int] | None = None) -> bool:
    if seen is None:
        seen = set()
    if id(node) in seen:
        return False
    seen.add(id(node))
    return all(visit(part, seen) for part in node.parts)


def copy(node: Node, done: dict[int, Node]) -> Node:
    if id(node) in done:
        return done[id(node)]
    made = done[id(node)] = Node(node.name, [])
    made.parts = [copy(part, done) for part in node.parts]
    return done.get(id(made), made)


def is_known(key: int, known: set[int]) -> bool:
    return key in known


def pairs(nodes: list[Node]) -> list[str]:
    met = {(id(a), b.name) for a in nodes for b in nodes}
    by_id = {id(node): node for node in nodes}
    out = []
    for a in nodes:
        if (id(a), a.name) in met and by_id[id(a)] is a and met:
            out.append(a.name)
    return out


def root_of(error: BaseException) -> str:
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if type(current).__name__ == "Refused":
            return "refused"
        cause = getattr(current, "cause", None) or current.__cause__
        current = cause if isinstance(cause, BaseException) else None
    return "other"


@workflow
def clean(name: str) -> str:
    root = Node(name, [])
    other = copy(root, {})
    if not visit(root) or id(root) == id(other) or is_known(id(root), {id(other)}):
        charge(name)
    for found in pairs([root, other]):
        charge(found)
    try:
        charge(name)
    except ValueError as error:
        if root_of(error) == "refused":
            charge(name)
    return name


@workflow
def by_address(name: str) -> str:
    root = Node(name, [])
    if id(root) % 8 == 0:  # finds DUR106 DUR502
        charge(name)
    return name


@workflow
def in_a_list(name: str) -> str:
    root = Node(name, [])
    if id(root) % 8 in [0, 1]:  # finds DUR106 DUR502
        charge(name)
    return name


@workflow
def formatted(name: str) -> str:
    root = Node(name, [])
    return charge(f"{name}-{id(root)}")  # finds DUR106


@workflow
def kept(name: str) -> list[int]:
    seen = [id(Node(name, []))]  # finds DUR106
    return seen


@workflow
def walked(name: str) -> str:
    nodes = [Node(name, []), Node(name, [])]
    seen = {id(node): node for node in nodes}  # finds DUR106
    for key in seen:
        charge(str(key))
    return name


@workflow
def sorted_by(name: str) -> str:
    nodes = [Node(name, []), Node("b", [])]
    for node in sorted(nodes, key=lambda node: id(node)):  # finds DUR106 DUR502
        charge(node.name)
    return name
