"""Chooses how a parcel travels."""

from shop.carrier import Carrier


class Dispatcher:
    """Asks the carrier that it was given."""

    def __init__(self, carrier: Carrier) -> None:
        """Take the carrier to ask."""
        self._carrier = carrier

    def service_for(self, weight: int) -> str:
        """Return the service for a parcel of `weight` grams."""
        return self._carrier.cheapest(weight) if weight < 30_000 else "freight"
