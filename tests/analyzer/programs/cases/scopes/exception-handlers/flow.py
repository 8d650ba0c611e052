import os
import time
import uuid

from holdfast import workflow


class Refused(Exception):
    def reason(self) -> str:
        return str(os.getpid())  # finds DUR105


def check(order: str) -> None:
    if not order:
        raise Refused


@workflow
def checkout(order: str) -> str:
    try:
        check(order)
    except Refused as error:
        return error.reason()
    except ValueError:
        return uuid.uuid4().hex  # finds DUR103
    else:
        return order
    finally:
        order = str(time.time())  # finds DUR101
