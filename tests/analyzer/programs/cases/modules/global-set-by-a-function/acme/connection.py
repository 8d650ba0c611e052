import psycopg

database = None


def connect() -> None:
    global database
    url = "postgresql:///orders"
    database = psycopg.connect(url)


def rows(order: str) -> list[object]:
    return database.execute("select 1").fetchall()  # finds DUR302 DUR402
