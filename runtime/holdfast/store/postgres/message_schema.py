"""The tables of messages, values and streams on Postgres, as their migration creates them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = """
CREATE TABLE {schema}.message (
    workflow text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    topic text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    digest bytea NOT NULL,
    sender text,
    taken_by text,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, id)
);
CREATE INDEX message_inbox ON {schema}.message (workflow, topic, number) WHERE taken_by IS NULL;
CREATE TABLE {schema}.published (
    workflow text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, name)
);
CREATE TABLE {schema}.waiter (
    workflow text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    waiter text COLLATE "C" NOT NULL,
    PRIMARY KEY (workflow, name, waiter)
);
CREATE TABLE {schema}.item (
    workflow text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    body bytea NOT NULL,
    emitted_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, stream, position)
);
"""
