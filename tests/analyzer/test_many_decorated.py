"""A decorator of the project's own, used on more functions than one piece of code is ever read for."""

from holdfast_analyzer import check_source

DECORATOR = """
import functools
import time

from holdfast import workflow


def traced(function):
    @functools.wraps(function)
    def wrapper(order: str) -> str:
        return function(order)

    return wrapper

"""
WORKFLOW = """
@workflow
@traced
def run_{number}(order: str) -> str:
    return f"{{order}} {{{value}}}"

"""
LAST = 200


def test_each_function_keeps_its_own_findings() -> None:
    bodies = [
        WORKFLOW.format(number=number, value="time.time()" if number == LAST else number) for number in range(LAST + 1)
    ]
    source = DECORATOR + "".join(bodies)

    findings = check_source(source, path="flow.py").findings

    assert [(found.code, found.units) for found in findings] == [("DUR101", (f"flow:run_{LAST}",))]
