from holdfast import workflow

from labels import A, B, C, D


@workflow
def checkout(order: str) -> str:
    return str(A()) + repr(B()) + f"{C():>10}" + "{}".format(D())
