from .stock.shelf import count


def label() -> str:
    return f"label {count()}"
