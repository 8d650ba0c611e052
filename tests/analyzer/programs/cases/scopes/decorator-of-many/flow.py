from holdfast import workflow

from acts import ACTS


@workflow
def order(given: str) -> list[object]:
    return [act(given) for act in ACTS]
