from holdfast import workflow

from clients import session


@workflow
def checkout(order: str) -> int:
    return session.get("https://shop.example/price").status_code  # finds DUR301
