"""The schema on SQLite: forward migrations only, each applied once, in order. `{p}` stands for the table prefix."""

from __future__ import annotations

from typing import Final

from holdfast.store.sqlite.message_schema import MESSAGES

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
    (
        2,
        """
CREATE TABLE {p}_queue (
    name TEXT PRIMARY KEY,
    concurrency INTEGER,
    per_executor INTEGER,
    per_partition INTEGER,
    rate_count INTEGER,
    rate_per REAL,
    partition_rate_count INTEGER,
    partition_rate_per REAL,
    partitioned INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    declared TEXT NOT NULL,
    served TEXT NOT NULL DEFAULT ''
);
CREATE TABLE {p}_queue_start (
    queue TEXT NOT NULL,
    partition TEXT NOT NULL,
    at REAL NOT NULL,
    started INTEGER NOT NULL
);
CREATE INDEX {p}_queue_start_at ON {p}_queue_start (queue, at);
CREATE INDEX {p}_queue_start_partition ON {p}_queue_start (queue, partition, at);
CREATE TABLE {p}_schedule (
    name TEXT PRIMARY KEY,
    cron TEXT NOT NULL,
    timezone TEXT NOT NULL,
    workflow TEXT NOT NULL,
    input BLOB NOT NULL,
    catch_up TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    next_at REAL,
    last_at REAL,
    created_at REAL NOT NULL
);
CREATE INDEX {p}_schedule_due ON {p}_schedule (next_at) WHERE NOT paused;
ALTER TABLE {p}_workflow ADD COLUMN partition TEXT NOT NULL DEFAULT '';
ALTER TABLE {p}_workflow ADD COLUMN deduplication TEXT;
ALTER TABLE {p}_workflow ADD COLUMN deadline_at REAL;
ALTER TABLE {p}_workflow ADD COLUMN slot INTEGER NOT NULL DEFAULT 0;
DROP INDEX {p}_workflow_claim;
CREATE INDEX {p}_workflow_claim ON {p}_workflow (queue, partition, (ready_at + priority * 60.0))
    WHERE state = 'queued' AND NOT slot;
CREATE INDEX {p}_workflow_held ON {p}_workflow (queue, (ready_at + priority * 60.0)) WHERE state = 'queued' AND slot;
CREATE INDEX {p}_workflow_slot ON {p}_workflow (queue, partition)
    WHERE slot AND state IN ('delayed', 'queued', 'running', 'waiting');
CREATE INDEX {p}_workflow_deadline ON {p}_workflow (deadline_at)
    WHERE deadline_at IS NOT NULL AND state IN ('delayed', 'queued', 'running', 'waiting');
CREATE UNIQUE INDEX {p}_workflow_deduplication ON {p}_workflow (queue, deduplication)
    WHERE deduplication IS NOT NULL AND state IN ('delayed', 'queued', 'running', 'stuck', 'waiting');
""",
    ),
    (3, MESSAGES),
    (4, "ALTER TABLE {p}_executor ADD COLUMN offers TEXT;\n"),
    (5, "ALTER TABLE {p}_schedule ADD COLUMN partition TEXT NOT NULL DEFAULT '';\n"),
)
