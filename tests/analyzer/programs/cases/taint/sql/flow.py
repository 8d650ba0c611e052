from holdfast import transaction, workflow

TABLE = "orders"
COLUMNS = ("id", "name")


def condition(name: str) -> str:
    return f"name = '{name}'"


@transaction
def find(tx, name: str) -> list[str]:
    query = "SELECT id FROM orders WHERE " + condition(name)
    return tx.execute(query).fetchall()  # finds DUR701


@transaction
def safe(tx, name: str, limit: int) -> list[str]:
    query = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE name = %s"
    if limit:
        query += " LIMIT 3"
    return tx.execute(query, (name,)).fetchall()


@workflow
def checkout(order: str) -> str:
    find(order)
    safe(order, 3)
    return "done"
