"""Errors as data: what is kept of one that was raised, and how it is raised again in another process."""

from __future__ import annotations

import builtins
import traceback
from typing import Any, TypeVar

import msgspec

from holdfast import errors as holdfast_errors
from holdfast.values.errors import StepFailed, UndecodableValue, UnstorableValue, ValueTooLarge
from holdfast.values.payload import decode, encode

_E = TypeVar("_E", bound=BaseException)

# Enough for any readable message and stack; a checkpoint of megabytes of text would help nobody.
_TEXT_LIMIT = 64 * 1024
_ARGS_LIMIT = 256 * 1024
_DEPTH_LIMIT = 8
_TRACEBACK = "__holdfast_traceback__"
_WHERE = "the recorded error"
_ABSENT = msgspec.Raw(b"null")


class _Recorded(msgspec.Struct, omit_defaults=True):
    """What is kept of one error; `args` and `state` are payloads, null when they cannot be stored."""

    type: str
    message: str
    notes: list[str] = []
    traceback: str = ""
    args: msgspec.Raw = _ABSENT
    state: msgspec.Raw = _ABSENT
    members: list[_Recorded] = []
    cause: _Recorded | None = None
    context: _Recorded | None = None


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Recorded)


def register_error(cls: type[_E]) -> type[_E]:
    """Have recorded errors of this type raised again as themselves; a class decorator.

    Built-in errors and Holdfast's own are registered. Reading a record never imports what it names: only registered
    types are built, by calling them with the recorded `args`, or without `__init__` where that refuses them.
    """
    if not (isinstance(cls, type) and issubclass(cls, BaseException)):
        raise TypeError(f"`register_error` takes an exception class, got {cls!r}")
    _registered[_name(cls)] = cls
    return cls


def encode_error(exc: BaseException) -> bytes:
    """Return the stored form of an error, UTF-8 JSON; never fails, and leaves out `args` that cannot be stored.

    Kept are type, message, notes, traceback as text, `args`, attributes, cause, context and the members of a group.
    """
    return _ENCODER.encode(_record(exc, 0))


def decode_error(data: bytes) -> BaseException:
    """Return the error that `data` holds: of its own type when that is registered, else a `StepFailed`.

    Raises:
        UndecodableValue: `data` is not what `encode_error` returned.
    """
    try:
        record = _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UndecodableValue(
            f"{_WHERE} cannot be read: {error}; is the codec the one it was written with?"
        ) from error
    return _build(record)


def recorded_traceback(exc: BaseException) -> str | None:
    """Return the traceback text that an error was recorded with, None for an error that was not read from a record."""
    text = exc.traceback if isinstance(exc, StepFailed) else vars(exc).get(_TRACEBACK)
    return text or None


def _record(exc: BaseException, depth: int) -> _Recorded:
    deeper = depth < _DEPTH_LIMIT
    name, message, args = _name(type(exc)), _message(exc), _args(exc)
    if isinstance(exc, StepFailed):  # a stand-in is recorded as what it stands for
        name, message, args = exc.type_name, exc.message, exc.recorded_args
    cause, context = exc.__cause__, None if exc.__suppress_context__ else exc.__context__
    return _Recorded(
        type=_cut(name),
        message=_cut(message),
        notes=[_cut(note) for note in getattr(exc, "__notes__", ()) if isinstance(note, str)],
        traceback=_cut(_traceback(exc)),
        args=_stored(args),
        state=_ABSENT if isinstance(exc, StepFailed) or not vars(exc) else _stored(_state(exc)),
        members=[_record(member, depth + 1) for member in _members(exc)] if deeper else [],
        cause=_record(cause, depth + 1) if cause is not None and deeper else None,
        context=_record(context, depth + 1) if context is not None and deeper else None,
    )


def _build(record: _Recorded) -> BaseException:
    args = _loaded(record.args)
    state = _loaded(record.state)
    cls = _registered.get(record.type)
    members = [_build(member) for member in record.members]
    exc = None
    if cls is not None and issubclass(cls, BaseExceptionGroup) and members:
        exc = _called(cls, (record.message, members))
    elif cls is not None and isinstance(args, tuple):
        exc = _called(cls, args)
    if exc is None:
        exc = StepFailed(record.type, record.message, record.traceback, args if isinstance(args, tuple) else None)
    else:
        vars(exc).update(state if isinstance(state, dict) else {}, **{_TRACEBACK: record.traceback})
    for note in record.notes:
        exc.add_note(note)
    if record.context is not None:
        exc.__context__ = _build(record.context)
    if record.cause is not None:
        exc.__cause__ = _build(record.cause)
    return exc


def _called(cls: type[BaseException], args: tuple[Any, ...]) -> BaseException | None:
    try:
        return cls(*args)
    except Exception:  # an `__init__` of its own that takes other arguments than it passes on as `args`
        pass
    try:
        exc = cls.__new__(cls, *args)
        exc.args = args
    except Exception:  # a `__new__` of its own: the caller stands a `StepFailed` in
        return None
    return exc


def _name(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def _message(exc: BaseException) -> str:
    if isinstance(exc, BaseExceptionGroup):
        return str(exc.message)
    try:
        return str(exc)
    except Exception as error:  # a broken `__str__` must not hide the error that it belongs to
        return f"<`str()` of the error raised {type(error).__name__}>"


def _args(exc: BaseException) -> tuple[object, ...] | None:
    if isinstance(exc, BaseExceptionGroup):
        return None
    if isinstance(exc, OSError) and exc.filename is not None:
        # `args` leaves the file's name out, the constructor takes it; the fourth argument is Windows' own.
        return (exc.errno, exc.strerror, exc.filename, None, exc.filename2)
    return exc.args


def _members(exc: BaseException) -> tuple[BaseException, ...]:
    return exc.exceptions if isinstance(exc, BaseExceptionGroup) else ()


def _state(exc: BaseException) -> dict[str, object]:
    """The attributes that can be stored; one that cannot, such as an open connection, must not cost the others."""
    kept = {name: value for name, value in vars(exc).items() if name not in ("__notes__", _TRACEBACK)}
    return {name: value for name, value in kept.items() if _stored(value) is not _ABSENT}


def _traceback(exc: BaseException) -> str:
    """The recorded text first, then the frames of this process."""
    here = ""
    if exc.__traceback__ is not None:
        try:
            here = "".join(traceback.format_exception(type(exc), exc, exc.__traceback__, chain=False))
        except Exception as error:  # a broken `__str__` or source loader
            here = f"<the traceback could not be formatted: {type(error).__name__}>"
    recorded = recorded_traceback(exc)
    return f"{recorded}\nraised again:\n{here}" if recorded and here else recorded or here


def _stored(value: object) -> msgspec.Raw:
    try:
        return msgspec.Raw(encode(value, Any, where=_WHERE, limit=_ARGS_LIMIT))
    except (UnstorableValue, ValueTooLarge):
        return _ABSENT


def _loaded(data: msgspec.Raw) -> object:
    try:
        return decode(bytes(data), Any, where=_WHERE)
    except UndecodableValue:
        return None  # written by a newer version: the error is told without its arguments


def _cut(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    if len(text) <= _TEXT_LIMIT:
        return text
    half = _TEXT_LIMIT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"


_registered: dict[str, type[BaseException]] = {
    _name(cls): cls
    for namespace, base in ((builtins, BaseException), (holdfast_errors, holdfast_errors.HoldfastError))
    for cls in vars(namespace).values()
    if isinstance(cls, type) and issubclass(cls, base)
}
for _own in (UnstorableValue, ValueTooLarge, UndecodableValue):
    register_error(_own)
