"""The schema on SQLite: forward migrations only, each applied once, in order. `{p}` stands for the table prefix."""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final[tuple[tuple[int, str], ...]] = (
    (
        1,
        """
CREATE TABLE {p}_executor (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    process TEXT NOT NULL,
    lease_until REAL NOT NULL,
    started_at REAL NOT NULL
);
CREATE TABLE {p}_workflow (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT,
    state TEXT NOT NULL CHECK (state IN
        ('delayed', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'stuck')),
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    ready_at REAL,
    executor TEXT,
    epoch INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    signals INTEGER NOT NULL DEFAULT 0,
    input BLOB NOT NULL,
    digest BLOB NOT NULL,
    output BLOB,
    error BLOB,
    reason TEXT,
    parent TEXT,
    seed TEXT NOT NULL,
    created_at REAL NOT NULL,
    started_at REAL,
    finished_at REAL
);
CREATE INDEX {p}_workflow_claim ON {p}_workflow (queue, priority, ready_at) WHERE state = 'queued';
CREATE INDEX {p}_workflow_due ON {p}_workflow (ready_at) WHERE state IN ('delayed', 'waiting');
CREATE INDEX {p}_workflow_owner ON {p}_workflow (executor) WHERE state = 'running';
CREATE INDEX {p}_workflow_parent ON {p}_workflow (parent) WHERE parent IS NOT NULL;
CREATE INDEX {p}_workflow_created ON {p}_workflow (created_at);
CREATE TABLE {p}_checkpoint (
    workflow TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    result BLOB,
    error BLOB,
    attempts INTEGER NOT NULL,
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    started_at REAL NOT NULL,
    finished_at REAL NOT NULL,
    due_at REAL,
    PRIMARY KEY (workflow, key)
) WITHOUT ROWID;
""",
    ),
)
