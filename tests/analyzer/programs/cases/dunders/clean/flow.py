from holdfast import workflow


class Cart:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self):
        return iter(self.lines)

    def __contains__(self, line: str) -> bool:
        return line in self.lines

    def __getitem__(self, index: int) -> str:
        return self.lines[index]

    def __str__(self) -> str:
        return ", ".join(self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __add__(self, other: "Cart") -> "Cart":
        both = Cart()
        both.lines = self.lines + other.lines
        return both

    def __enter__(self) -> "Cart":
        return self

    def __exit__(self, *error: object) -> None:
        return None


@workflow
def checkout(order: str) -> str:
    with Cart() + Cart() as cart:
        if cart and order in cart:
            return f"{cart} {len(cart)} {cart[0]} {[line for line in cart]}"
    return "empty"
