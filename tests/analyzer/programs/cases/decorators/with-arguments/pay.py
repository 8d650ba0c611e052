from limits import limited


@limited("card", most=3)
def charge(order: str, cents: int) -> str:
    return f"{order} {cents}"
