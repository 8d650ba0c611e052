import time
from dbos import DBOS


@DBOS.step()
def charge(x: str) -> str:
    return x + str(time.time())


@DBOS.workflow()
def buy(x: str) -> str:
    return charge(x)


@DBOS.workflow()
def late(x: str) -> str:
    return charge(str(time.time()))  # finds DUR101
