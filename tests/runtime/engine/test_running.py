"""Workflows run, and their steps are recorded, through the public face, on both stores."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import holdfast
from holdfast import Engine, Retry, State, step, transaction, workflow
from holdfast.execution import concurrent

calls: list[object] = []


@pytest.fixture(autouse=True)
def _fresh_calls() -> None:
    calls.clear()
    return


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    with Engine(store_url, lease=5.0) as engine:
        yield engine


@step
def double(number: int) -> int:
    calls.append(number)
    return number * 2


@step
async def double_later(number: int) -> int:
    calls.append(number)
    await asyncio.sleep(0)
    return number * 2


@workflow
def doubling(number: int, times: int = 2) -> int:
    for _ in range(times):
        number = double(number)
    return number


@workflow
async def doubling_later(number: int, times: int = 2) -> int:
    for _ in range(times):
        number = await double_later(number)
    return number


def test_run_gives_the_result(engine: Engine) -> None:
    assert engine.run(doubling, 1) == 4
    assert engine.run(doubling_later, 3, times=1) == 6


def test_start_gives_a_handle(engine: Engine) -> None:
    handle = engine.start(doubling, 1, id="d/1")
    assert handle.id == "d/1"
    assert handle.result(timeout=10) == 4
    assert handle.state is State.SUCCEEDED


def test_a_handle_of_a_finished_workflow_reads_the_database(engine: Engine, store_url: str) -> None:
    engine.start(doubling, 1, id="d/1").result(10)
    with Engine(store_url) as other:
        assert other.handle("d/1").result(10) == 4


def test_enqueued_work_is_run(engine: Engine) -> None:
    assert engine.enqueue(doubling, 2).result(10) == 8
    assert engine.enqueue(doubling_later, 2, delay=0.05).result(10) == 8


def test_calling_a_workflow_runs_it_under_the_engine(engine: Engine) -> None:
    assert doubling(5) == 20
    assert asyncio.run(_await_it()) == 20
    assert {record.state for record in engine.list()} == {State.SUCCEEDED}


async def _await_it() -> int:
    return await doubling_later(5)


def test_without_an_engine_a_workflow_says_so() -> None:
    with pytest.raises(holdfast.NoEngine, match="with Engine"):
        doubling(5)


def test_a_step_outside_a_workflow_is_a_plain_call() -> None:
    assert double(4) == 8


def test_async_engine_runs_on_the_callers_loop(store_url: str) -> None:
    async def main() -> None:
        async with Engine(store_url) as engine:
            assert await doubling_later(1) == 4
            handles = [engine.start(doubling_later, n) for n in range(20)]
            assert [await handle for handle in handles] == [n * 4 for n in range(20)]
            assert await engine.start(doubling, 7) == 28

    asyncio.run(main())


def test_history_holds_every_step(engine: Engine) -> None:
    engine.run(doubling, 1, id="d")
    history = engine.history("d")
    assert [(each.key, each.kind, each.result) for each in history] == [("0", "step", 2), ("1", "step", 4)]
    assert history[0].source.startswith("engine/test_running.py:")


def test_same_id_and_arguments_is_the_same_workflow(engine: Engine) -> None:
    assert engine.run(doubling, 1, id="d") == 4
    assert engine.run(doubling, 1, times=2, id="d") == 4
    assert engine.start(doubling, number=1, id="d").result(10) == 4
    assert calls == [1, 2]


def test_same_id_with_other_arguments_is_refused(engine: Engine) -> None:
    engine.run(doubling, 1, id="d")
    with pytest.raises(holdfast.WorkflowConflict, match="other arguments"):
        engine.run(doubling, 2, id="d")
    with pytest.raises(holdfast.WorkflowConflict, match="doubling_later"):
        engine.run(doubling_later, 1, id="d")


@pytest.mark.parametrize("bad", ["", "a\x00b", "x" * 1001, "\ud800"])
def test_ids_that_cannot_be_stored_are_refused(engine: Engine, bad: str) -> None:
    with pytest.raises(holdfast.InvalidId):
        engine.start(doubling, 1, id=bad)
    with pytest.raises(holdfast.InvalidId):
        engine.get(bad)


class Refused(Exception):
    pass


@step
def refuse(code: int) -> None:
    calls.append(code)
    raise ValueError(f"refused {code}")


@workflow
def refused() -> str:
    try:
        refuse(1)
    except ValueError as error:
        double(1)
        return str(error)
    return "not refused"


@workflow
def failing() -> None:
    refuse(7)


def test_errors_of_steps_are_recorded_and_raised(engine: Engine) -> None:
    assert engine.run(refused, id="r") == "refused 1"
    assert isinstance(engine.history("r")[0].error, ValueError)
    with pytest.raises(ValueError, match="refused 7"):
        engine.run(failing, id="f")
    record = engine.get("f")
    assert record.state is State.FAILED
    assert "refused 7" in str(record.error)
    with pytest.raises(ValueError, match="refused 7"):
        engine.handle("f").result(10)


@step(retries=Retry(attempts=3, first=0.001, on=(ConnectionError,)))
def flaky(until: int) -> int:
    calls.append("try")
    if len(calls) < until:
        raise ConnectionError("away")
    return holdfast.current().attempt


@step(retries=Retry(attempts=3, first=0.001, on=(ConnectionError,)))
async def flaky_later(until: int) -> int:
    return flaky.function(until)


@workflow
def trying(until: int) -> int:
    return flaky(until)


@workflow
async def trying_later(until: int) -> int:
    return await flaky_later(until)


@pytest.mark.parametrize("unit", [trying, trying_later])
def test_retries(engine: Engine, unit: holdfast.Workflow[..., int]) -> None:
    assert engine.run(unit, 3, id="t") == 3
    assert engine.history("t")[0].attempts == 3
    calls.clear()
    with pytest.raises(ConnectionError):
        engine.run(unit, 4)
    assert len(calls) == 3


@step(timeout=0.05)
def endless() -> None:
    import time

    time.sleep(0.5)


@step(timeout=0.05)
async def endless_later() -> None:
    await asyncio.sleep(30)


@workflow
def waiting_for_endless() -> None:
    endless()


@workflow
async def waiting_for_endless_later() -> None:
    await endless_later()


@pytest.mark.parametrize("unit", [waiting_for_endless, waiting_for_endless_later])
def test_a_step_that_never_returns_times_out(engine: Engine, unit: holdfast.Workflow[[], None]) -> None:
    with pytest.raises(TimeoutError, match="endless"):
        engine.run(unit)


@workflow
def parent(numbers: int) -> int:
    return sum(doubling(n) for n in range(numbers))


@workflow
async def parent_later(numbers: int) -> int:
    return sum([await doubling_later(n) for n in range(numbers)])


@workflow
def starting_parent(numbers: int) -> int:
    handles = [holdfast.start(doubling, n) for n in range(numbers)]
    return sum(handle.result() for handle in handles)


@workflow
async def starting_parent_later(numbers: int) -> int:
    handles = [await holdfast.aio.start(doubling_later, n) for n in range(numbers)]
    return sum([await handle for handle in handles])


@pytest.mark.parametrize("unit", [parent, parent_later, starting_parent, starting_parent_later])
def test_children(engine: Engine, unit: holdfast.Workflow[[int], int]) -> None:
    assert engine.run(unit, 3, id="p") == 12
    assert len(engine.list(parent="p")) == 3


@workflow
def failing_parent() -> str:
    try:
        failing()
    except ValueError as error:
        return f"child: {error}"
    return "no"


def test_a_childs_error_reaches_its_parent(engine: Engine) -> None:
    assert engine.run(failing_parent) == "child: refused 7"


@workflow
def gathering() -> list[int]:
    return holdfast.gather(lambda: double(double(1)), lambda: double(10), lambda: doubling(100))


@workflow
async def gathering_later() -> list[int]:
    async def twice(number: int) -> int:
        return await double_later(await double_later(number))

    first = await holdfast.aio.gather(twice(1), double_later(10))
    return [*first, *await asyncio.gather(twice(100), double_later(1000))]


def test_gather(engine: Engine) -> None:
    assert engine.run(gathering, id="g") == [4, 20, 400]
    assert [each.key for each in engine.history("g")] == ["0.0", "0.1", "1.0", "2.0"]
    assert engine.run(gathering_later, id="a") == [4, 20, 400, 2000]


@workflow
async def limited(seconds: float | None) -> list[int]:
    first = await asyncio.wait_for(double_later(1), seconds)
    return [first, *await asyncio.wait_for(asyncio.gather(double_later(2), double_later(3)), seconds)]


@pytest.mark.parametrize("seconds", [None, 30.0])
def test_keys_do_not_depend_on_whether_wait_for_makes_a_task(engine: Engine, seconds: float | None) -> None:
    """It does up to Python 3.11; a journal written there must be replayed by any other release."""
    assert engine.run(limited, seconds, id="l") == [2, 4, 6]
    assert [each.key for each in engine.history("l")] == ["0", "0.0", "1.0"]
    assert engine.replay("l") is None


@workflow
def completing() -> list[int]:
    return [result for _, result in holdfast.as_completed(lambda: double(1), lambda: double(2))]


@workflow
async def completing_later() -> list[int]:
    return [result async for _, result in holdfast.aio.as_completed(double_later(1), double_later(2))]


@pytest.mark.parametrize("unit", [completing, completing_later])
def test_as_completed(engine: Engine, unit: holdfast.Workflow[[], list[int]]) -> None:
    assert sorted(engine.run(unit)) == [2, 4]


def test_as_completed_yields_what_is_recorded_once_though_it_has_ended_before_it_is_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(engine.run(completing, id="w")) == [2, 4]
    second = [entry.key for entry in engine.history("w") if entry.kind == "completed"][1]
    recall = concurrent._recall

    def late(*given: Any) -> Any:
        time.sleep(0.1)  # the branches, whose steps are recorded, end meanwhile
        return recall(*given)

    monkeypatch.setattr(concurrent, "_recall", late)
    assert sorted(engine.fork("w", at=second, new_id="again").result(20)) == [2, 4]


@dataclasses.dataclass
class Shop:
    name: str

    @step
    def greet(self, who: str) -> str:
        return f"{self.name}: {who}"

    @workflow
    def serve(self, who: str) -> str:
        return self.greet(who)

    @staticmethod
    @workflow
    def static(who: str) -> str:
        return double_text(who)


@step
def double_text(text: str) -> str:
    return text * 2


def test_methods(engine: Engine) -> None:
    assert engine.run(Shop("s").serve, "you", id="m") == "s: you"
    assert engine.enqueue(Shop("s").serve, "me").result(10) == "s: me"
    assert engine.run(Shop.static, "ab") == "abab"


def test_attributes_of_a_function_are_kept_and_change_nothing(engine: Engine) -> None:
    def marked(text: str) -> str:
        return text * 2

    vars(marked).update(name="other", label="other", signature="other", owner=str, note="kept")
    twice = step(marked)

    @workflow
    def marking(text: str) -> str:
        return twice(text)

    assert engine.run(marking, "ab", id="w") == "abab"
    assert [each.name for each in engine.history("w")] == [twice.name]
    assert twice.name.endswith("marked")
    assert vars(twice)["note"] == "kept"


def test_generators_are_refused() -> None:
    with pytest.raises(holdfast.NotAWorkflow, match="generator"):

        @workflow
        def numbers() -> Iterator[int]:
            yield 1

    with pytest.raises(holdfast.NotAWorkflow, match="generator"):

        @step
        async def later():  # type: ignore[no-untyped-def]
            yield 1


@pytest.mark.parametrize("declare", [workflow, step, transaction])
def test_what_cannot_be_declared_is_refused_at_once(declare: Callable[..., object]) -> None:
    with pytest.raises(holdfast.NotAWorkflow, match=r"Above.below` is a class method.*@staticmethod"):

        class Above:
            @classmethod
            @declare
            def below(cls, number: int) -> int:
                return number

    with pytest.raises(holdfast.NotAWorkflow, match=r"Below.above` is a class method"):

        class Below:
            @declare
            @classmethod
            def above(cls, number: int) -> int:
                return number

    with pytest.raises(holdfast.NotAWorkflow, match="put `@staticmethod` above"):
        declare(staticmethod(double.function))
    with pytest.raises(holdfast.NotAWorkflow, match="'print'; call it from one"):
        declare(print)
    with pytest.raises(holdfast.NotAWorkflow, match="already"):
        declare(declare(double.function) if declare is not workflow else doubling)


def test_a_transaction_takes_a_connection() -> None:
    with pytest.raises(holdfast.NotAWorkflow, match="nothing` takes no connection"):

        @transaction
        def nothing() -> None: ...

    # Python 3.11 wraps what `__set_name__` raises in a RuntimeError.
    with pytest.raises((holdfast.NotAWorkflow, RuntimeError)) as caught:

        class Till:
            @transaction
            def count(self) -> int:
                return 1

    assert "after its object" in f"{caught.value} {caught.value.__cause__}"


def test_an_async_transaction_needs_more_than_one_connection() -> None:
    with (
        Engine("sqlite:///:memory:") as engine,
        pytest.raises(holdfast.NotAWorkflow, match=r"write_row_later` cannot run on sqlite:///:memory:.*use a file"),
    ):
        engine.run(writing_later)


@step
def open_file() -> object:
    return object()


@workflow
def returning_objects() -> object:
    return open_file()


def test_a_value_that_cannot_be_stored_is_refused_where_it_is_written(engine: Engine) -> None:
    with pytest.raises(holdfast.UnstorableValue, match="the result of step"):
        engine.run(returning_objects)
    with pytest.raises(holdfast.UnstorableValue, match="argument `number`"):
        engine.start(doubling, object())


@workflow
def about_itself() -> list[object]:
    before = holdfast.now()
    drawn = holdfast.random().random()
    identity = holdfast.uuid4()
    double(1)
    holdfast.sleep(0.01)
    current = holdfast.current()
    return [before.isoformat(), drawn, str(identity), holdfast.now() > before, current.id, current.attempt]


def test_time_randomness_and_identity(engine: Engine) -> None:
    result = engine.run(about_itself, id="me")
    assert result[3:] == [True, "me", 1]
    with pytest.raises(holdfast.OutsideWorkflow):
        holdfast.now()
    with pytest.raises(holdfast.OutsideWorkflow):
        holdfast.sleep(1)


@workflow
def counting(count: int) -> int:
    double(count)
    if count < 3:
        holdfast.continue_as_new(count + 1)
    return count


def test_continue_as_new(engine: Engine) -> None:
    assert engine.run(counting, 0, id="c") == 3
    assert [each.result for each in engine.history("c")] == [6]
    assert engine.start(counting, 0, id="c").result(10) == 3


@workflow
def counting_with_children(count: int) -> int:
    doubled = doubling(count, 1)
    started = holdfast.start(doubling, count, 1).result()
    if count < 3:
        holdfast.continue_as_new(count + 1)
    return doubled + started


def test_each_run_that_continues_as_new_has_children_of_its_own(engine: Engine) -> None:
    assert engine.run(counting_with_children, 1, id="c#2") == 12
    assert len(engine.list(parent="c#2")) == 6


def test_list_selects(engine: Engine) -> None:
    for number in range(3):
        engine.run(doubling, number, id=f"d/{number}")
    engine.run(refused, id="r")
    assert [each.id for each in engine.list(prefix="d/", newest_first=False)] == ["d/0", "d/1", "d/2"]
    assert [each.id for each in engine.list(name=refused.name)] == ["r"]
    assert engine.list(state="failed") == []
    assert len(engine.list(state=["succeeded", State.FAILED], limit=2, offset=1)) == 2
    with pytest.raises(holdfast.UnknownWorkflow):
        engine.get("nothing")
    with pytest.raises(holdfast.UnknownWorkflow):
        engine.history("nothing")
    with pytest.raises(holdfast.UnknownWorkflow):
        engine.cancel("nothing")


def test_a_result_that_takes_too_long_times_out_and_goes_on(engine: Engine) -> None:
    handle = engine.enqueue(doubling, 1, delay=0.3)
    with pytest.raises(TimeoutError):
        handle.result(timeout=0.01)
    assert handle.result(timeout=10) == 4


@transaction
def write_row(tx, text: str) -> int:  # type: ignore[no-untyped-def]
    tx.execute("CREATE TABLE IF NOT EXISTS ledger (entry text)")
    tx.execute(f"INSERT INTO ledger VALUES ('{text}')")
    return int(tx.execute("SELECT count(*) FROM ledger").fetchone()[0])


@transaction
def write_and_fail(tx) -> None:  # type: ignore[no-untyped-def]
    tx.execute("INSERT INTO ledger VALUES ('lost')")
    raise ValueError("no")


@workflow
def writing() -> list[int]:
    counts = [write_row("a")]
    try:
        write_and_fail()
    except ValueError:
        counts.append(write_row("b"))
    return counts


@transaction
async def write_row_later(tx, text: str) -> str:  # type: ignore[no-untyped-def]
    made = tx.execute("CREATE TABLE IF NOT EXISTS ledger2 (entry text)")
    if asyncio.iscoroutine(made):
        await made
        await tx.execute(f"INSERT INTO ledger2 VALUES ('{text}')")
    else:
        tx.execute(f"INSERT INTO ledger2 VALUES ('{text}')")
    return text


@workflow
async def writing_later() -> list[str]:
    return [await write_row_later("a"), await write_row_later("b")]


def test_transactions_commit_with_their_checkpoint_or_not_at_all(engine: Engine) -> None:
    assert engine.run(writing, id="w") == [1, 2]
    assert [each.kind for each in engine.history("w")] == ["transaction"] * 3
    assert engine.run(writing_later) == ["a", "b"]
