import time

import marks
from holdfast import step


@marks.workflow
def not_durable(order: str) -> float:
    return time.time()


@marks.durable.workflow
def not_durable_either(order: str) -> float:
    return time.time()


def workflow(function):
    return function


@workflow
def local(order: str) -> float:
    return time.time()


import holdfast


@holdfast.workflow
def checkout(order: str) -> str:
    return order
