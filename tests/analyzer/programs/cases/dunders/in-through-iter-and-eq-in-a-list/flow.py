from holdfast import workflow

from lines import Key, Lines


@workflow
def checkout(order: str) -> str:
    if "x" in Lines():
        return "x"
    return "y" if Key() in [Key()] else "z"
