"""Errors come back as themselves where their type is registered, and as `StepFailed` with all that was known elsewhere."""

from __future__ import annotations

import builtins
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import WorkflowStuck
from holdfast.values import StepFailed, UndecodableValue, decode_error, encode_error, recorded_traceback, register_error


@register_error
class Declined(Exception):
    """Takes other arguments than it passes on."""

    def __init__(self, order: str, *, cents: int) -> None:
        super().__init__(f"order {order} was declined")
        self.order = order
        self.cents = cents


class Unregistered(Exception):
    pass


def raised(exc: BaseException) -> BaseException:
    try:
        raise exc
    except BaseException as caught:
        return caught


def again(exc: BaseException) -> BaseException:
    return decode_error(encode_error(raised(exc)))


@pytest.mark.parametrize(
    "exc",
    [
        ValueError("bad"),
        KeyError("k"),
        ZeroDivisionError(),
        OSError(2, "No such file or directory", "/tmp/x"),
        FileNotFoundError(2, "No such file or directory", b"/tmp/x", None, "/tmp/y"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        TimeoutError("after", 3.5),
        StopIteration((1, 2)),
        KeyboardInterrupt(),
        SystemExit(3),
        Exception("nul \0 inside", {"a": (1, 2)}),
        Exception("\ud800"),
        WorkflowStuck("stuck", "line 3"),
    ],
    ids=lambda exc: type(exc).__name__,
)
def test_built_in_errors_come_back_as_themselves(exc: BaseException) -> None:
    back = again(exc)
    assert type(back) is type(exc)
    assert back.args == exc.args
    assert str(back) == str(exc)
    attributes = {name: value for name, value in vars(exc).items() if not name.startswith("__")}
    assert {name: vars(back)[name] for name in attributes} == attributes


@given(st.lists(st.integers() | st.text() | st.binary() | st.none(), max_size=3))
def test_arguments_come_back(args: list[object]) -> None:
    assert again(RuntimeError(*args)).args == tuple(args)


def test_a_registered_error_with_its_own_init_keeps_its_attributes() -> None:
    back = again(Declined("o-1", cents=5))
    assert type(back) is Declined
    assert (back.order, back.cents, str(back)) == ("o-1", 5, "order o-1 was declined")


def test_an_unregistered_error_becomes_step_failed_with_everything() -> None:
    exc = Unregistered("no", 7)
    exc.add_note("while charging")
    back = again(exc)
    assert type(back) is StepFailed
    assert back.type_name == f"{__name__}:Unregistered"
    assert str(back) == f"{__name__}:Unregistered: ('no', 7)"
    assert back.recorded_args == ("no", 7)
    assert back.__notes__ == ["while charging"]
    assert "raise exc" in back.traceback


def test_a_stand_in_recorded_again_is_still_what_it_stood_for() -> None:
    first = again(Unregistered("no"))
    second = again(first)
    assert isinstance(second, StepFailed)
    assert (second.type_name, second.message, second.recorded_args) == (first.type_name, "no", ("no",))
    register_error(Unregistered)
    try:
        assert type(again(first)) is Unregistered
    finally:
        from holdfast.values import failures

        del failures._registered[f"{__name__}:Unregistered"]


def test_arguments_that_cannot_be_stored_make_a_stand_in() -> None:
    back = again(ValueError("open", object()))
    assert type(back) is StepFailed
    assert back.type_name == "builtins:ValueError"
    assert back.recorded_args is None
    assert "open" in back.message


def test_notes_cause_context_and_traceback_are_kept() -> None:
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            inner.add_note("a note")
            raise ValueError("outer") from inner
    except ValueError as outer:
        back = decode_error(encode_error(outer))
    assert isinstance(back.__cause__, KeyError)
    assert back.__cause__.__notes__ == ["a note"]
    text = recorded_traceback(back)
    assert text is not None
    assert 'raise ValueError("outer") from inner' in text
    assert recorded_traceback(ValueError("never recorded")) is None


def test_groups_come_back_with_their_members() -> None:
    back = again(ExceptionGroup("both", [ValueError("a"), ExceptionGroup("deep", [Unregistered("b")])]))
    assert isinstance(back, ExceptionGroup)
    assert str(back) == "both (2 sub-exceptions)"
    assert isinstance(back.exceptions[0], ValueError)
    assert isinstance(back.exceptions[1].exceptions[0], StepFailed)  # type: ignore[attr-defined]


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_recording_never_fails() -> None:
    knot = ValueError("knot")
    knot.__cause__ = KeyError("other")
    knot.__cause__.__cause__ = knot
    for exc in (Broken(), knot, ValueError("x" * 10_000_000), Exception(lambda: None)):
        back = again(exc)
        assert len(encode_error(back)) < 1_000_000


def test_reading_a_record_imports_and_runs_nothing() -> None:
    for name in ("os:system", "builtins:eval", "builtins:print", "subprocess:Popen", "antigravity:x"):
        data = json.dumps({"type": name, "message": "m", "args": {"$any": {"$tuple": ["echo"]}}}).encode()
        assert type(decode_error(data)) is StepFailed


@given(st.binary(max_size=50))
def test_foreign_bytes_are_undecodable(data: bytes) -> None:
    with pytest.raises(UndecodableValue, match="is the codec the one"):
        decode_error(b"\x80" + data)


def test_only_exceptions_can_be_registered() -> None:
    for wrong in (int, "ValueError", ValueError("x")):
        with pytest.raises(TypeError, match="takes an exception class"):
            register_error(wrong)  # type: ignore[type-var, arg-type]


def test_every_built_in_error_is_registered() -> None:
    for cls in vars(builtins).values():
        if isinstance(cls, type) and cls in (ValueError, KeyError, OSError, ArithmeticError, AssertionError):
            assert type(again(cls("x"))) is cls
