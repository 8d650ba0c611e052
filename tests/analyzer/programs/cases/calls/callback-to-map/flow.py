from holdfast import workflow

from tags import tag


@workflow
def checkout(items: list[str]) -> list[str]:
    return list(map(tag, items))
