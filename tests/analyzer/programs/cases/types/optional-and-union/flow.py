from typing import Optional, Union

from holdfast import workflow

from pay import A, B, C


@workflow
def checkout(order: str, a: Optional[A], b: Union[B, None], c: C | None = None) -> str:
    text = a.number() if a else ""
    if b is not None:
        text += b.number()
    if c is None:
        return text
    return text + c.number()
