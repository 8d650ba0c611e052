import sqlite3


class Store:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path)

    def save(self, order: str) -> str:
        self.connection.execute("INSERT INTO orders VALUES (?)", (order,))  # finds DUR302
        return order


class Orders:
    def __init__(self, store: Store) -> None:
        self.store = store


class Shop:
    def __init__(self) -> None:
        self.orders = Orders(Store("shop.db"))
