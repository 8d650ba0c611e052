"""What a parcel costs."""

from shop.settings import CENTS_PER_KILO


def price_of(weight: int) -> int:
    """Return the price in cents for `weight` grams."""
    return CENTS_PER_KILO * weight // 1000
