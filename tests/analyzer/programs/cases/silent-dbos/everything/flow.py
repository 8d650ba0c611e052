import os
import time
import uuid

import requests
from dbos import DBOS, DBOSConfig, Queue, SetWorkflowID

config: DBOSConfig = {"name": "shop", "database_url": os.environ.get("DATABASE_URL", "")}
DBOS(config=config)
queue = Queue("pay")


def stamp() -> float:
    return time.time()


@DBOS.step()
def charge(order: str) -> str:
    return f"{requests.get('https://shop.example').text} {stamp()} {uuid.uuid4()}"


@DBOS.transaction()
def store(order: str) -> None:
    DBOS.sql_session.execute("SELECT 1")


@DBOS.workflow()
def child(order: str) -> str:
    return order


@DBOS.workflow()
def checkout(order: str) -> str:
    text = charge(order)
    store(order)
    DBOS.sleep(3)
    text += DBOS.run_step({"name": "extra"}, lambda: str(time.time()))
    with SetWorkflowID(f"child-{order}"):
        handle = DBOS.start_workflow(child, order)
    other = queue.enqueue(child, order)
    DBOS.set_event("state", "paid")
    return f"{text} {handle.get_result()} {other.get_result()} {DBOS.workflow_id}"


@DBOS.dbos_class()
class Shop:
    @staticmethod
    @DBOS.step()
    def price() -> float:
        return time.time()

    @staticmethod
    @DBOS.workflow()
    def sell(order: str) -> float:
        return Shop.price()


@DBOS.scheduled("* * * * *")
@DBOS.workflow()
def every_minute(scheduled, actual) -> None:
    charge("x")


if __name__ == "__main__":
    DBOS.launch()
    print(checkout(str(uuid.uuid4())))
