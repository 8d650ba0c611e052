import httpx


class Shop:
    client = httpx.Client()

    @classmethod
    def price(cls, order: str) -> int:
        return cls.client.get(f"https://shop.example/{order}").json()  # finds DUR301
