import time
from collections.abc import Callable
from functools import wraps


def logged(act: Callable[[str], object]) -> Callable[[str], object]:
    @wraps(act)
    def wrapper(given: str) -> object:
        return act(given)

    return wrapper


@logged
def act_0(given: str) -> object:
    return given + "0"


@logged
def act_1(given: str) -> object:
    return given + "1"


@logged
def act_2(given: str) -> object:
    return given + "2"


@logged
def act_3(given: str) -> object:
    return given + "3"


@logged
def act_4(given: str) -> object:
    return given + "4"


@logged
def act_5(given: str) -> object:
    return given + "5"


@logged
def act_6(given: str) -> object:
    return given + "6"


@logged
def act_7(given: str) -> object:
    return given + "7"


@logged
def act_8(given: str) -> object:
    return given + "8"


@logged
def act_9(given: str) -> object:
    return given + "9"


@logged
def act_10(given: str) -> object:
    return given + "10"


@logged
def act_11(given: str) -> object:
    return given + "11"


@logged
def act_12(given: str) -> object:
    return given + "12"


@logged
def act_13(given: str) -> object:
    return given + "13"


@logged
def act_14(given: str) -> object:
    return given + "14"


@logged
def act_15(given: str) -> object:
    return given + "15"


@logged
def act_16(given: str) -> object:
    return given + "16"


@logged
def act_17(given: str) -> object:
    return given + "17"


@logged
def act_18(given: str) -> object:
    return given + "18"


@logged
def act_19(given: str) -> object:
    return time.time()  # finds DUR101


ACTS = (act_0, act_19)
REST = (act_1, act_2, act_3, act_4, act_5, act_6, act_7, act_8, act_9, act_10, act_11, act_12, act_13, act_14, act_15, act_16, act_17, act_18)
