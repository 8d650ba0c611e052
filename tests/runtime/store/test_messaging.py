"""What the engine relies on when it sends messages, publishes values and emits to streams, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_conformance import checkpoint, claim, start, turn

from holdfast import State
from holdfast.store import Entry, Outcome, Store, open_store
from holdfast.store.attachments import Attachment, Delivery, Emission, Message, Publication, Receipt


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    store.open()
    store.migrate()
    yield store
    store.close()


def attached(id: str, key: str, what: Attachment, epoch: int = 1) -> Entry:
    entry = checkpoint(id, key, epoch)
    entry.attachment = what
    return entry


def message(to: str, id: str, body: bytes = b"1", topic: str = "t", digest: bytes = b"d") -> Message:
    return Message(to, id, topic, body, digest, None)


def bodies(store: Store, id: str, topic: str = "t") -> list[bytes]:
    return [body for _, body in store.messaging.inbox(id, topic, 0, 100)]


def test_a_repeated_batch_changes_once(store: Store) -> None:
    store.commit([start("a"), start("b")], False)
    entries = [
        attached("a", "0", message("b", "m0")),
        attached("a", "1", Publication("v", b"7")),
        attached("a", "2", Emission("s", b"8")),
        attached("a", "3", Emission("s", b"9")),
    ]
    for again in (False, True):
        assert store.commit(entries, again) == [Outcome.DONE] * 4
    assert bodies(store, "b") == [b"1"]
    assert store.messaging.value("a", "v") == (State.RUNNING, b"7")
    assert store.messaging.items("a", "s", 0, 10) == (State.RUNNING, [(0, b"8"), (1, b"9")])
    assert store.messaging.items("a", "s", 1, 10)[1] == [(1, b"9")]
    ((number, _),) = store.messaging.inbox("b", "t", 0, 10)
    for again in (False, True):
        assert store.commit([attached("b", "0", Receipt(number))], again) == [Outcome.DONE]
    assert bodies(store, "b") == []


def test_a_repeated_send_is_delivered_though_the_recipient_has_ended_since(store: Store) -> None:
    store.commit([start("a"), start("b")], False)
    entry = attached("a", "0", message("b", "m0"))
    assert store.commit([entry], False) == [Outcome.DONE]
    store.commit([turn("b", State.SUCCEEDED, output=b"1")], False)
    assert store.commit([entry], True) == [Outcome.DONE]
    assert store.commit([attached("a", "1", message("b", "m1"))], False) == [Outcome.REFUSED]


def test_what_is_refused_or_lost_leaves_nothing(store: Store) -> None:
    store.commit([start("a"), start("b"), start("c")], False)
    outcomes = store.commit(
        [
            attached("a", "0", message("nobody", "m")),
            attached("b", "0", message("c", "m"), epoch=9),
            attached("b", "1", Publication("v", b"1"), epoch=9),
            attached("a", "1", message("c", "n", b"2")),
            checkpoint("c", "0"),
        ],
        False,
    )
    assert outcomes == [Outcome.REFUSED, Outcome.LOST, Outcome.LOST, Outcome.DONE, Outcome.DONE]
    assert [each.key for each in store.load(["a"])["a"]] == ["1"]
    assert bodies(store, "c") == [b"2"]
    assert store.messaging.value("b", "v") == (State.RUNNING, None)


def test_a_message_queues_who_waits_and_refuses_a_suspension_under_way(store: Store) -> None:
    store.commit([start("a"), start("b"), start("c")], False)
    store.commit([turn("b", State.WAITING, signals=0)], False)
    outcomes = store.commit(
        [
            attached("a", "0", message("b", "m")),
            attached("a", "1", message("c", "m")),
            turn("c", State.WAITING, signals=0),
        ],
        False,
    )
    assert outcomes == [Outcome.DONE, Outcome.DONE, Outcome.SIGNALLED]
    assert claim(store) == ["b"]


def test_who_watches_a_value_is_queued_when_it_comes(store: Store) -> None:
    store.commit([start("a"), start("b")], False)
    store.messaging.watch("a", "v", "b")
    store.commit([turn("b", State.WAITING, signals=0)], False)
    store.commit([attached("a", "0", Publication("other", b"1"))], False)
    assert claim(store) == []
    store.commit([attached("a", "1", Publication("v", b"1"))], False)
    assert claim(store) == ["b"]


def test_messages_from_outside(store: Store) -> None:
    store.commit([start("a")], False)
    deliver = store.messaging.deliver
    assert deliver([message("a", "m"), message("a", "n", b"2"), message("a", "m")]) == [Delivery.DONE] * 3
    assert deliver([message("a", "m"), message("a", "m", digest=b"e"), message("nobody", "m")]) == [
        Delivery.DONE,
        Delivery.CONFLICT,
        Delivery.REFUSED,
    ]
    assert bodies(store, "a") == [b"1", b"2"]


def test_many_senders_at_once_lose_nothing_and_keep_their_own_order(store_url: str, store: Store) -> None:
    store.commit([start("a")], False)
    stores = [open_store(store_url) for _ in range(4)]

    def send(number: int) -> None:
        for count in range(20):
            stores[number].messaging.deliver([message("a", f"{number}-{count}", b"%d %d" % (number, count))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    found = [tuple(map(int, body.split())) for body in bodies(store, "a")]
    assert len(found) == 80
    for number in range(4):
        assert [count for sender, count in found if sender == number] == list(range(20))
    for each in stores:
        each.close()
