from holdfast import workflow

try:
    from fastclock import stamp
except ImportError:
    from slowclock import stamp


@workflow
def checkout(order: str) -> float:
    return stamp()  # finds DUR901
