"""A client of the carrier's service."""

import urllib.request


class Carrier:
    """Talks to the carrier over HTTP."""

    def __init__(self, url: str) -> None:
        """Take the address of the service."""
        self.url = url

    def cheapest(self, weight: int) -> str:
        """Return the name of the cheapest service for a parcel of `weight` grams."""
        with urllib.request.urlopen(f"{self.url}/cheapest?grams={weight}") as answer:
            return str(answer.read(), "utf-8")
