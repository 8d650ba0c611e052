from holdfast import workflow

from lines import A, B, C, D


@workflow
def checkout(order: str) -> str:
    return f"{list(reversed(A()))} {int(B())} {abs(C())} {sum(D())}"
