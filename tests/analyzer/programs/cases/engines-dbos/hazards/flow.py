from dbos import DBOS, DBOSConfiguredInstance

from helpers import fresh, late


@DBOS.step()
def charge(order: str) -> str:
    return f"{order} {fresh()}"


@DBOS.workflow()
def checkout(order: str) -> str:
    if late():  # finds DUR502
        charge(order)
    return order


@DBOS.dbos_class()
class Shop(DBOSConfiguredInstance):
    @DBOS.workflow()
    async def sell(self, order: str) -> str:
        return fresh()
