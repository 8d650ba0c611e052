"""Executors that stand still in the middle of a transaction: what they have locked does not keep others from going on."""

from __future__ import annotations

from holdfast import State
from holdfast.store import Checkpoint, Entry, Start, open_store


def start(id: str) -> Entry:
    row = Start(id, "unit", "v1", State.RUNNING, "default", 0, b"[]", b"digest", "dead", 1, 0.0, id)
    return Entry(id, 1, start=row)


def test_a_workflow_whose_transaction_stands_still_does_not_keep_others_from_takeover(postgres_url: str) -> None:
    standing = open_store(postgres_url)
    standing.open()
    standing.migrate()
    standing.commit([start("held"), start("free")], False)
    standing.heartbeat("dead", "dead", "", -1.0)
    living = open_store(f"{postgres_url}?options=-cstatement_timeout%3D5000")
    living.open()
    with standing.transaction() as opened:
        assert opened.record("held", 1, Checkpoint("0", "transaction", "t", b"d", b"1", None, 0.0, 0.0))
        # The server ends it after a while, though the process may stand still for ever.
        assert opened.connection.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("5s",)
        assert living.take_over(10) == 1
        assert {row.id: row.state for row in living.rows(["held", "free"])} == {
            "held": State.RUNNING,
            "free": State.QUEUED,
        }
        # So the next heartbeat finds that there is something left to take over.
        assert living.heartbeat("alive", "alive", "", 60.0).peers_expired
    assert living.take_over(10) == 1
    assert not living.heartbeat("alive", "alive", "", 60.0).peers_expired
    living.close()
    standing.close()
