import uuid


class Till:
    def receipt(self, order: str) -> str:
        return f"{order} {self.number()}"

    def number(self) -> str:
        return uuid.uuid4().hex


class QuietTill(Till):
    def number(self) -> str:
        return "none"
