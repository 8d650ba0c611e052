"""What each safe fix writes, and where none is offered."""

import pytest
from fixing import HOLDFAST, fixed, fixes_of

from holdfast_rules.fixes import Safety

IMPORTED = HOLDFAST.replace("from holdfast", "import holdfast\nfrom holdfast", 1)


def workflow(body: str, head: str = "", *, asynchronous: bool = False) -> str:
    """Return a module with one workflow."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{head}{HOLDFAST}@workflow\n{'async ' if asynchronous else ''}def run(order: str, tags: set[str]):\n{lines}"


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        ("import time\n", "keep(time.time())", "keep(holdfast.now().timestamp())"),
        ("import time\n", "keep(time.time_ns())", "keep(int(holdfast.now().timestamp() * 1_000_000_000))"),
        ("import datetime as dt\n", "keep(dt.datetime.now(dt.UTC))", "keep(holdfast.now())"),
        ("from datetime import datetime, timezone\n", "keep(datetime.now(tz=timezone.utc))", "keep(holdfast.now())"),
        (
            "from datetime import datetime\nfrom zoneinfo import ZoneInfo\n",
            "keep(datetime.now(ZoneInfo('Europe/Berlin')))",
            "keep(holdfast.now().astimezone(ZoneInfo('Europe/Berlin')))",
        ),
        (
            "from datetime import datetime\n",
            "keep(datetime.utcnow())",
            "keep(holdfast.now().replace(tzinfo=None))",
        ),
        ("import uuid\n", "keep(f'{uuid.uuid4()}')", "keep(f'{holdfast.uuid4()}')"),
        ("from uuid import uuid4 as fresh\n", "keep(fresh().hex)", "keep(holdfast.uuid4().hex)"),
        ("import random\n", "keep(random.randint(1,\n    6))", "keep(holdfast.random().randint(1,\n    6))"),
        ("from random import shuffle\n", "cards = [1, 2]\nshuffle(cards)", "cards = [1, 2]\nholdfast.random().shuffle(cards)"),
        ("import time\n", "time.sleep( 60 )  # a minute", "holdfast.sleep( 60 )  # a minute"),
        ("", "print('a', order)", "holdfast.logger.info('a %s', order)"),
        ("", "print('100%', order)", "holdfast.logger.info('100%% %s', order)"),
        ("", "print(order)", 'holdfast.logger.info("%s", order)'),
        ("", "print(f'of {order}')", "holdfast.logger.info(f'of {order}')"),
        ("", "print()", 'holdfast.logger.info("")'),
        ("import logging\n", "logging.warning('%s', order)", "holdfast.logger.warning('%s', order)"),
        ("import logging\nlog = logging.getLogger(__name__)\n", "log.info('x')", "holdfast.logger.info('x')"),
    ],
)  # fmt: skip
def test_a_call_becomes_the_engines_own(head, before, after):
    assert fixed(workflow(before, head)) == workflow(after, head).replace(HOLDFAST, IMPORTED)


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        ("import asyncio\n", "await asyncio.sleep(5)", "await holdfast.aio.sleep(5)"),
        ("import time\n", "time.sleep(5)", "await holdfast.aio.sleep(5)"),
        ("import time\n", "return time.sleep(5) or order", "return (await holdfast.aio.sleep(5)) or order"),
    ],
)
def test_a_coroutine_awaits_the_engine(head, before, after):
    expected = workflow(after, head, asynchronous=True).replace(HOLDFAST, IMPORTED)
    assert fixed(workflow(before, head, asynchronous=True)) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for tag in tags:\n    keep(tag)", "for tag in sorted(tags):\n    keep(tag)"),
        ("for tag in {'b', 'a'}:\n    keep(tag)", "for tag in sorted({'b', 'a'}):\n    keep(tag)"),
        ("keep(list(tags))", "keep(sorted(tags))"),
        ("keep(tuple(tags))", "keep(tuple(sorted(tags)))"),
        ("keep(', '.join(tags))", "keep(', '.join(sorted(tags)))"),
        ("keep([tag for tag in tags - {'x'}])", "keep([tag for tag in sorted(tags - {'x'})])"),
        (
            "for number, tag in enumerate(tags):\n    keep(tag)",
            "for number, tag in enumerate(sorted(tags)):\n    keep(tag)",
        ),
    ],
)
def test_elements_of_a_set_are_sorted(before, after):
    assert fixed(workflow(before)) == workflow(after)


def test_elements_that_may_not_compare_are_sorted_only_on_demand():
    before = workflow("for one in set(keep(order)):\n    keep(one)")
    assert [fix.safety for fix in fixes_of(before)] == [Safety.UNSAFE]
    assert fixed(before) == before
    assert "sorted(set(keep(order)))" in fixed(before, unsafe=True)


def test_no_sorting_where_the_name_means_something_else():
    before = workflow("sorted = keep\nfor tag in tags:\n    keep(tag)")
    assert fixed(before, unsafe=True) == before


def test_a_dropped_coroutine_is_awaited():
    source = HOLDFAST.replace("def keep", "async def keep") + "@workflow\nasync def run(order):\n    {}keep(order)\n"
    assert fixed(source.format("")) == source.format("await ")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("from datetime import datetime\n", "keep(datetime.now())"),  # naive, local time
        ("from datetime import datetime\n", "keep(datetime.now(order))"),  # may be None
        ("import time\n", "keep(time.time(  # seconds\n    ))"),  # the comment would be lost
        ("import uuid\n", "keep(uuid.uuid1())"),
        ("import asyncio\n", "keep(asyncio.sleep(1, 'done'))"),
        ("", "print(order, end='')"),
        ("", "print(*order)"),
    ],
)
def test_where_nothing_means_the_same_nothing_is_offered(head, body):
    assert all(fix is None or fix.safety is Safety.UNSAFE for fix in fixes_of(workflow(body, head)))


@pytest.mark.parametrize(
    ("use", "safety"),
    [
        ("", Safety.SAFE),
        ("@step\ndef other():\n    return stamp()\n", Safety.UNSAFE),
        ("def script():\n    print(stamp())\n", Safety.UNSAFE),
        ("CALLED = {'stamp': stamp}\n", Safety.UNSAFE),
        ("@workflow\ndef second():\n    return keep(stamp())\n", Safety.SAFE),
        ("@workflow\ndef second():\n    return keep(map(stamp, []))\n", Safety.UNSAFE),
    ],
)
def test_a_helper_that_others_use_is_not_safe_to_change(use, safety):
    source = (
        f"import time\n{HOLDFAST}def stamp():\n    return time.time()\n\n\n"
        f"@workflow\ndef run():\n    return keep(stamp())\n\n\n{use}"
    )
    (fix,) = [fix for fix in fixes_of(source, select=("DUR101",)) if fix is not None]
    assert fix.safety is safety
    assert ("outside of workflow code" in fix.description) == (safety is Safety.UNSAFE)


def test_a_plain_helper_of_a_coroutine_workflow_gets_no_sync_sleep():
    source = (
        f"import time\n{HOLDFAST}def pause():\n    time.sleep(5)\n\n\n"
        "@workflow\nasync def run():\n    pause()\n    return keep(1)\n"
    )
    assert fixes_of(source) == [None]


def test_what_is_silenced_gets_no_fix():
    assert fixes_of(workflow("time.sleep(5)  # holdfast: ignore[DUR307] a test", "import time\n")) == [None]


@pytest.mark.parametrize("call", ["time.sleep(5)", "keep(time.monotonic())"])
def test_no_operation_is_added_to_a_clean_up(call):
    before = workflow(f"try:\n    keep(order)\nfinally:\n    {call}", "import time\n")
    assert fixed(before, unsafe=True) == before
