from holdfast import workflow

from lines import A, B, C, D


@workflow
def checkout(order: str) -> str:
    first, second = A()
    return f"{first} {second} {list(B())} {tuple(C())} {[*D()]}"
