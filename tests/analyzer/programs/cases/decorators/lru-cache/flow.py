from functools import cache, lru_cache

from holdfast import workflow


@lru_cache(maxsize=8)
def fee(kind: str) -> int:
    return len(kind)


@cache
def names() -> tuple[str, ...]:
    return ("card", "cash")


@workflow
def checkout(order: str) -> str:
    return f"{fee('card')} {names()}"
