from dbos import DBOS, DBOSClient

client = DBOSClient(system_database_url="postgresql://localhost/app")


@DBOS.step()
def ask(id: str) -> list[object]:
    return list(client.read_stream(id, "progress"))


@DBOS.workflow()
def reading(id: str) -> list[object]:
    return list(client.read_stream(id, "progress"))  # finds DUR302


@DBOS.workflow()
def asking(id: str) -> list[object]:
    return ask(id)
