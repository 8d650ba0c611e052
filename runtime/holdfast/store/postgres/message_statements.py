"""The named statements of messages, values and streams on Postgres; `holdfast.store.messaging` says what they are for."""

from __future__ import annotations

from typing import Final

LOCK: Final = """
SELECT id, epoch, state FROM {schema}.workflow WHERE id = ANY(%(workflows)s) ORDER BY id FOR NO KEY UPDATE
"""

WRITTEN: Final = """
SELECT c.workflow, c.key FROM unnest(%(workflows)s::text[], %(keys)s::text[]) AS i (workflow, key)
JOIN {schema}.checkpoint c ON c.workflow = i.workflow AND c.key = i.key
"""

SENT: Final = """
SELECT workflow, id, digest FROM {schema}.message WHERE workflow = ANY(%(workflows)s) AND id = ANY(%(ids)s)
"""

SEND: Final = """
INSERT INTO {schema}.message (workflow, id, topic, body, digest, sender, sent_at)
VALUES (%(workflow)s, %(id)s, %(topic)s, %(body)s, %(digest)s, %(sender)s, clock_timestamp())
ON CONFLICT DO NOTHING
"""

TAKE: Final = """
UPDATE {schema}.message SET taken_by = %(key)s
WHERE workflow = %(workflow)s AND number = %(number)s AND taken_by IS NULL
"""

PUBLISH: Final = """
INSERT INTO {schema}.published (workflow, name, body, set_at)
VALUES (%(workflow)s, %(name)s, %(body)s, clock_timestamp())
ON CONFLICT (workflow, name) DO UPDATE SET body = excluded.body, set_at = excluded.set_at
"""

EMIT: Final = """
INSERT INTO {schema}.item (workflow, stream, position, body, emitted_at)
SELECT %(workflow)s, %(stream)s, coalesce(max(position) + 1, 0), %(body)s, clock_timestamp()
FROM {schema}.item WHERE workflow = %(workflow)s AND stream = %(stream)s
"""

SERVE: Final = """
DELETE FROM {schema}.waiter w USING {schema}.published p
WHERE w.workflow = ANY(%(workflows)s) AND w.name = ANY(%(names)s) AND p.workflow = w.workflow AND p.name = w.name
RETURNING w.waiter
"""

WATCH: Final = """
INSERT INTO {schema}.waiter (workflow, name, waiter) VALUES (%(workflow)s, %(name)s, %(waiter)s) ON CONFLICT DO NOTHING
"""

INBOX: Final = """
SELECT number, body FROM {schema}.message
WHERE workflow = %(workflow)s AND topic = %(topic)s AND taken_by IS NULL AND number > %(after)s
ORDER BY number LIMIT %(most)s
"""

VALUE: Final = """
SELECT w.state, p.body FROM {schema}.workflow w
LEFT JOIN {schema}.published p ON p.workflow = w.id AND p.name = %(name)s WHERE w.id = %(workflow)s
"""

VALUES_OF: Final = "SELECT name, body FROM {schema}.published WHERE workflow = %(workflow)s ORDER BY name"

STATE: Final = "SELECT state FROM {schema}.workflow WHERE id = %(workflow)s"

ITEMS: Final = """
SELECT position, body FROM {schema}.item
WHERE workflow = %(workflow)s AND stream = %(stream)s AND position >= %(start)s ORDER BY position LIMIT %(most)s
"""
