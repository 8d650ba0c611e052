"""A whole workflow as JSON text, and back: bytes for bytes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from holdfast.states import State
from holdfast.store.administration import PARTS, WORKFLOW

_FORMAT: Final = 1
_BYTES: Final = frozenset({"input", "output", "digest", "result", "error", "body"})


def as_json(exported: Mapping[str, Any]) -> str:
    """Return what `Administration.export` gave as JSON text."""
    data: dict[str, Any] = {"holdfast": _FORMAT, "workflow": _shown(exported["workflow"])}
    for part in PARTS:
        data[part] = [_shown(each) for each in exported[part]]
    return msgspec.json.format(msgspec.json.encode(data)).decode()


def as_data(text: str) -> dict[str, Any]:
    """Return what `as_json` was given, ready to be imported; raise `ValueError` when the text is something else."""
    exported = as_recorded(text)
    workflow = exported["workflow"]
    if workflow["state"] == State.RUNNING:
        workflow["state"] = str(State.QUEUED)  # nobody runs it there
        workflow["ready"] = workflow["created"] if workflow["ready"] is None else workflow["ready"]
    return exported


def as_recorded(text: str) -> dict[str, Any]:
    """Return what `as_json` was given, as it stood; raise `ValueError` when the text is something else."""
    try:
        data = msgspec.json.decode(text)
        if data["holdfast"] != _FORMAT:
            raise ValueError(f"it is of format {data['holdfast']!r}, this release knows {_FORMAT}")
        exported: dict[str, Any] = {"workflow": _read(data["workflow"], WORKFLOW)}
        for part, (_, _, fields) in PARTS.items():
            exported[part] = [_read(each, fields) for each in data[part]]
        State(exported["workflow"]["state"])
    except (KeyError, TypeError, AttributeError, msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise ValueError(f"this is no workflow that `holdfast export` has written: {error!r}") from error
    return exported


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(name, value) if isinstance(value, bytes) else value for name, value in record.items()}


def _text(name: str, value: bytes) -> Any:
    """Payloads are JSON unless a codec made something else of them, so most can be read by people."""
    if name == "digest":
        return value.hex()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _read(record: Mapping[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: _bytes(name, record[name]) if name in _BYTES else record[name] for name in fields}


def _bytes(name: str, value: Any) -> bytes | None:
    if value is None:
        return None
    if name == "digest":
        return bytes.fromhex(value)
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"], validate=True)
