from collections import defaultdict, deque

from holdfast import workflow

from lines import A, B, C, D, E, F, G


@workflow
def checkout(order: str) -> str:
    text = ""
    for number, line in enumerate([A()]):
        text += f"{number} {line.label()}"
    for name, line in {"b": B()}.items():
        text += name + line.label()
    for first, second in zip([C()], [D()], strict=True):
        text += first.label() + second.label()
    groups: dict[str, list[E]] = defaultdict(list)
    groups["e"].append(E())
    text += groups["e"][0].label()
    queue = deque([F()])
    text += queue.popleft().label()
    kept = {}
    kept.setdefault("g", []).append(G())
    return text + kept["g"][-1].label()
