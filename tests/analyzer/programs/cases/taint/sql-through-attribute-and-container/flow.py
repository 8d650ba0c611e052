from holdfast import transaction, workflow


class Query:
    def __init__(self, text: str) -> None:
        self.text = text


@transaction
def find(tx, name: str) -> list[str]:
    query = Query("SELECT id FROM %s" % name)
    return tx.execute(query.text).fetchall()  # finds DUR701


@transaction
def find_many(tx, names: list[str]) -> list[str]:
    parts = ["SELECT id FROM orders WHERE name IN ("]
    parts.append(", ".join(names))
    return tx.execute("".join(parts) + ")").fetchall()  # finds DUR701


@transaction
def chosen(tx, kind: str) -> list[str]:
    queries = {"all": "SELECT id FROM orders", "one": "SELECT id FROM orders LIMIT 1"}
    marks = ", ".join("%s" for _ in kind)
    tx.execute(f"SELECT id FROM orders WHERE kind IN ({marks})", list(kind))
    return tx.execute(queries[kind]).fetchall()


@workflow
def checkout(order: str) -> str:
    find(order)
    find_many([order])
    chosen(order)
    return "done"
