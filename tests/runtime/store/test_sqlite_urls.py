"""What the url of an SQLite file may say besides its path."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from holdfast import StoreUnavailable
from holdfast.store import open_store


def test_a_write_waits_for_another_as_long_as_the_url_says(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'app.db'}?timeout=0.01")
    store.open()
    store.migrate()
    with sqlite3.connect(tmp_path / "app.db") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.retire("nobody")
    store.retire("nobody")
    store.close()


@pytest.mark.parametrize(
    ("options", "reason"),
    [("mode=ro", r"`mode`.*`timeout`.*%3F"), ("timeout=soon", "seconds"), ("timeout=-1", "seconds")],
)
def test_options_that_say_nothing_are_refused(options: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        open_store(f"sqlite:///app.db?{options}")


def test_a_question_mark_in_a_files_name_is_quoted(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/what%3F.db")
    store.open()
    store.close()
    assert (tmp_path / "what?.db").exists()
