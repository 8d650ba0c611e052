from shop.orders.placing import place

__all__ = ["place"]
