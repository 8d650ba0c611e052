"""The schema on Postgres: forward migrations only, each applied once, in order, under an advisory lock.

`{schema}` stands for the quoted schema name. A published migration is never edited; a change is a new one.
"""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final[tuple[tuple[int, str], ...]] = (
    (
        1,
        """
CREATE TABLE {schema}.executor (
    id text PRIMARY KEY,
    name text NOT NULL,
    process text NOT NULL,
    lease_until timestamptz NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE {schema}.workflow (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    version text,
    state text NOT NULL CHECK (state IN
        ('delayed', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'stuck')),
    queue text NOT NULL,
    priority integer NOT NULL,
    ready_at timestamptz,
    executor text,
    epoch bigint NOT NULL,
    attempts integer NOT NULL,
    signals bigint NOT NULL DEFAULT 0,
    input bytea NOT NULL,
    digest bytea NOT NULL,
    output bytea,
    error bytea,
    reason text,
    parent text,
    seed text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX workflow_claim ON {schema}.workflow (queue, priority, ready_at) WHERE state = 'queued';
CREATE INDEX workflow_due ON {schema}.workflow (ready_at) WHERE state IN ('delayed', 'waiting');
CREATE INDEX workflow_owner ON {schema}.workflow (executor) WHERE state = 'running';
CREATE INDEX workflow_parent ON {schema}.workflow (parent) WHERE parent IS NOT NULL;
CREATE INDEX workflow_created ON {schema}.workflow (created_at);
CREATE TABLE {schema}.checkpoint (
    workflow text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    result bytea,
    error bytea,
    attempts integer NOT NULL,
    source text NOT NULL,
    epoch bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    due_at timestamptz,
    PRIMARY KEY (workflow, key)
);
""",
    ),
)
