import uuid


class Till:
    def receipt(self, order: str) -> str:
        return order


class Numbered(Till):
    def receipt(self, order: str) -> str:
        return f"{super().receipt(order)} {uuid.uuid4()}"  # finds DUR103


class Polite(Till):
    def receipt(self, order: str) -> str:
        return f"dear {super().receipt(order)}"


class Both(Polite, Numbered):
    pass
