import secrets


def charge(kind: str, cents: int, currency: str) -> str:
    return f"{kind} {cents} {currency} {secrets.token_hex(4)}"  # finds DUR102
