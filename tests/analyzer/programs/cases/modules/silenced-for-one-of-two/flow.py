from holdfast import workflow

from stamps import stamp


@workflow
def audited(order: str) -> float:
    return stamp()  # holdfast: ignore[DUR101] the auditor wants the time of the replay


@workflow
def billed(order: str) -> float:
    return stamp()
