"""`assert_replayable` through its face: what it lets pass, what it finds, and what it says of it."""

import functools
import warnings

import flows
import pytest

from holdfast import step, workflow
from holdfast.testing import DoesNotEnd, NotReplayable, StepNotRepeatable, UntestedWorlds, assert_replayable


@pytest.mark.parametrize(
    ("which", "arguments"),
    [
        (flows.checkout, (["o-1", "o-2"],)),
        (flows.tender, (["a", "b", "c"],)),
        (flows.parent, ("o-1",)),
        (flows.Till("front").close, ("monday",)),
    ],
)
def test_what_replays_passes(which, arguments):
    proof = assert_replayable(which, *arguments)
    assert proof.operations > 0
    assert proof.crashes > proof.operations
    assert len(proof.worlds) > 20


def test_every_moment_is_a_crash_and_steps_run_again_only_before_their_checkpoint():
    flows.EFFECTS.clear()
    proof = assert_replayable(flows.checkout, ["a", "b", "c"], worlds=False)
    assert proof.operations == 4
    # Once in the first run, once for the look at directory listings, then after the crash with 0, 1, 2 of them durable.
    assert flows.EFFECTS == ["a", "b", "c"] * 3 + ["b", "c"] + ["c"]


def test_the_report_names_input_line_rule_and_remedy():
    with pytest.raises(NotReplayable) as failure:
        assert_replayable(flows.dated, "o-1")
    error = failure.value
    assert (error.code, error.rule, error.arguments) == ("DUR101", "wall-clock", (("o-1",), {}))
    assert error.source.startswith(flows.__file__)
    text = str(error)
    assert "dated('o-1')" in text
    assert error.remedy in text


@pytest.mark.parametrize(("which", "code"), [(flows.dated, "DUR101"), (flows.described, "DUR101")])
def test_without_the_guard_the_world_tells_the_rule(which, code):
    with pytest.raises(NotReplayable) as failure:
        assert_replayable(which, "o-1", guard=False)
    error = failure.value
    assert error.code == code
    assert error.interception is None
    assert error.difference is not None
    assert error.difference.what == "arguments"
    assert error.difference.expected.arguments != error.difference.found.arguments
    expected, found = error.difference.sides()
    assert expected in str(error)
    assert found in str(error)


def test_what_depends_on_which_task_is_first_is_found():
    with pytest.raises(NotReplayable) as failure:
        assert_replayable(flows.first_come, ["a", "b", "c"])
    assert failure.value.code == "DUR203"


def test_all_examples_are_tried():
    with pytest.raises(NotReplayable) as failure:
        assert_replayable(flows.only_odd)
    assert failure.value.arguments == ((7,), {})
    assert assert_replayable(flows.only_odd, examples=[(1,), (3,)]).workflow.endswith("only_odd")


def test_arguments_and_examples_exclude_each_other():
    with pytest.raises(TypeError, match="not both"):
        assert_replayable(flows.only_odd, 1, examples=[(1,)])
    with pytest.raises(ValueError, match="empty"):
        assert_replayable(flows.only_odd, examples=[])


def test_what_does_not_end_is_said_to():
    with pytest.raises(DoesNotEnd, match="2000 operations"):
        assert_replayable(flows.endless, 1)


def test_a_workflow_of_a_function_is_tried_in_this_process_only():
    @workflow
    def local(order: str) -> str:
        return flows.charge(order, 1)

    with pytest.warns(UntestedWorlds, match="module's level"):
        assert assert_replayable(local, "o-1").worlds == ()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_replayable(local, "o-1", worlds=False)


def test_a_step_that_cannot_run_twice_is_warned_of():
    done: set[str] = set()

    @step
    def once(order: str) -> str:
        if order in done:
            raise ValueError(f"{order} was charged already")
        done.add(order)
        return order

    @workflow
    def careless(order: str) -> str:
        return once(order)

    with pytest.warns(StepNotRepeatable, match="o-1 was charged already"):
        assert_replayable(careless, "o-1", worlds=False)


def test_random_results_of_steps_are_no_difference():
    numbers = iter(range(1000))

    @step
    def draw() -> int:
        return next(numbers)

    @workflow
    def lottery() -> int:
        return draw() * draw()

    assert_replayable(lottery, worlds=False)


def test_stubbed_steps_do_not_run():
    flows.EFFECTS.clear()
    proof = assert_replayable(flows.checkout, ["a", "b"], stub_steps=True)
    assert proof.operations == 3
    assert flows.EFFECTS == []


def test_only_workflows_are_tried():
    with pytest.raises(Exception, match="is not a workflow"):
        assert_replayable(functools.partial(print))
