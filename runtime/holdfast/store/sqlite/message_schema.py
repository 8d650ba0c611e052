"""The tables of messages, values and streams on SQLite, as their migration creates them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = """
CREATE TABLE {p}_message (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    workflow TEXT NOT NULL,
    id TEXT NOT NULL,
    topic TEXT NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL,
    sender TEXT,
    taken_by TEXT,
    sent_at REAL NOT NULL,
    UNIQUE (workflow, id)
);
CREATE INDEX {p}_message_inbox ON {p}_message (workflow, topic, number) WHERE taken_by IS NULL;
CREATE TABLE {p}_published (
    workflow TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    set_at REAL NOT NULL,
    PRIMARY KEY (workflow, name)
) WITHOUT ROWID;
CREATE TABLE {p}_waiter (
    workflow TEXT NOT NULL,
    name TEXT NOT NULL,
    waiter TEXT NOT NULL,
    PRIMARY KEY (workflow, name, waiter)
) WITHOUT ROWID;
CREATE TABLE {p}_item (
    workflow TEXT NOT NULL,
    stream TEXT NOT NULL,
    position INTEGER NOT NULL,
    body BLOB NOT NULL,
    emitted_at REAL NOT NULL,
    PRIMARY KEY (workflow, stream, position)
) WITHOUT ROWID;
"""
