"""Workflows whose payloads a codec encrypts or compresses, on every store."""

from __future__ import annotations

import zlib

import holdfast
from holdfast import Engine, step, workflow


class Deflated:
    """A codec that refuses what it has not written."""

    def encode(self, data: bytes) -> bytes:
        """Compress."""
        return zlib.compress(data)

    def decode(self, data: bytes) -> bytes:
        """Decompress."""
        return zlib.decompress(data)


@step
def shout(text: str) -> str:
    return text.upper()


@workflow
def child(text: str) -> str:
    return shout(text)


@workflow
def everything(text: str) -> list[str]:
    holdfast.set_value("seen", text)
    holdfast.emit("words", text)
    handle = holdfast.start(child, text)
    holdfast.sleep(0.1)
    try:
        got = holdfast.receive(timeout=0.1, type=str)
    except TimeoutError:
        got = "nothing came"
    holdfast.sleep(0.1)
    return [shout(text), handle.result(), got]


def test_operations_without_a_result_need_no_codec(store_url: str) -> None:
    with Engine(store_url, codec=Deflated(), suspend_after=0.02) as engine:
        # Each wait suspends, so that all before it is replayed.
        assert engine.run(everything, "hello", id="p") == ["HELLO", "HELLO", "nothing came"]
        results = {each.kind: each.result for each in engine.history("p")}
        assert (results["sleep"], results["start"], results["step"]) == (None, None, "HELLO")
        assert engine.values("p") == {"seen": "hello"}
