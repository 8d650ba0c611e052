"""The schema on Postgres: forward migrations only, each applied once, in order, under an advisory lock.

`{schema}` stands for the quoted schema name. A published migration is never edited; a change is a new one.
"""

from __future__ import annotations

from typing import Final

from holdfast.store.postgres.message_schema import MESSAGES

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
    (
        2,
        """
CREATE TABLE {schema}.queue (
    name text PRIMARY KEY,
    concurrency integer,
    per_executor integer,
    per_partition integer,
    rate_count integer,
    rate_per float8,
    partition_rate_count integer,
    partition_rate_per float8,
    partitioned boolean NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    declared text NOT NULL,
    served text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE TABLE {schema}.queue_start (
    queue text NOT NULL,
    partition text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    started integer NOT NULL
);
CREATE INDEX queue_start_at ON {schema}.queue_start (queue, at);
CREATE INDEX queue_start_partition ON {schema}.queue_start (queue, partition, at);
CREATE TABLE {schema}.schedule (
    name text COLLATE "C" PRIMARY KEY,
    cron text NOT NULL,
    timezone text NOT NULL,
    workflow text NOT NULL,
    input bytea NOT NULL,
    catch_up text NOT NULL,
    queue text NOT NULL,
    priority integer NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    next_at timestamptz,
    last_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX schedule_due ON {schema}.schedule (next_at) WHERE NOT paused;
ALTER TABLE {schema}.workflow
    ADD COLUMN partition text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN deduplication text,
    ADD COLUMN deadline_at timestamptz,
    ADD COLUMN slot boolean NOT NULL DEFAULT false;
DROP INDEX {schema}.workflow_claim;
CREATE INDEX workflow_claim ON {schema}.workflow
    (queue, partition, ((ready_at AT TIME ZONE 'UTC') + priority * interval '60 seconds')) WHERE state = 'queued' AND NOT slot;
CREATE INDEX workflow_held ON {schema}.workflow
    (queue, ((ready_at AT TIME ZONE 'UTC') + priority * interval '60 seconds')) WHERE state = 'queued' AND slot;
CREATE INDEX workflow_slot ON {schema}.workflow (queue, partition)
    WHERE slot AND state IN ('delayed', 'queued', 'running', 'waiting');
CREATE INDEX workflow_deadline ON {schema}.workflow (deadline_at)
    WHERE deadline_at IS NOT NULL AND state IN ('delayed', 'queued', 'running', 'waiting');
CREATE UNIQUE INDEX workflow_deduplication ON {schema}.workflow (queue, deduplication)
    WHERE deduplication IS NOT NULL AND state IN ('delayed', 'queued', 'running', 'stuck', 'waiting');
""",
    ),
    (3, MESSAGES),
    (4, "ALTER TABLE {schema}.executor ADD COLUMN offers text;\n"),
    (5, "ALTER TABLE {schema}.schedule ADD COLUMN partition text NOT NULL DEFAULT '';\n"),
)
