import requests


class Shop:
    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def price(self, order: str) -> int:
        return self._session.get(f"{self.url}/{order}").json()  # finds DUR301
