"""The named statements of messages, values and streams on SQLite; `holdfast.store.messaging` says what they are for."""

from __future__ import annotations

from typing import Final

from holdfast.store.sqlite.statements import NOW

# A transaction that writes holds the lock of the whole file.
LOCK: Final = "SELECT id, epoch, state FROM {p}_workflow WHERE id IN (SELECT value FROM json_each(:workflows))"

WRITTEN: Final = """
SELECT c.workflow, c.key FROM json_each(:workflows) w JOIN json_each(:keys) k ON k.key = w.key
JOIN {p}_checkpoint c ON c.workflow = w.value AND c.key = k.value
"""

SENT: Final = """
SELECT workflow, id, digest FROM {p}_message WHERE workflow IN (SELECT value FROM json_each(:workflows))
  AND id IN (SELECT value FROM json_each(:ids))
"""

SEND: Final = f"""
INSERT OR IGNORE INTO {{p}}_message (workflow, id, topic, body, digest, sender, sent_at)
VALUES (:workflow, :id, :topic, :body, :digest, :sender, {NOW})
"""

TAKE: Final = """
UPDATE {p}_message SET taken_by = :key WHERE workflow = :workflow AND number = :number AND taken_by IS NULL
"""

PUBLISH: Final = f"""
INSERT INTO {{p}}_published (workflow, name, body, set_at) VALUES (:workflow, :name, :body, {NOW})
ON CONFLICT (workflow, name) DO UPDATE SET body = excluded.body, set_at = excluded.set_at
"""

EMIT: Final = f"""
INSERT INTO {{p}}_item (workflow, stream, position, body, emitted_at)
SELECT :workflow, :stream, coalesce(max(position) + 1, 0), :body, {NOW}
FROM {{p}}_item WHERE workflow = :workflow AND stream = :stream
"""

SERVE: Final = """
DELETE FROM {p}_waiter
WHERE workflow IN (SELECT value FROM json_each(:workflows)) AND name IN (SELECT value FROM json_each(:names))
  AND EXISTS (SELECT 1 FROM {p}_published p WHERE p.workflow = {p}_waiter.workflow AND p.name = {p}_waiter.name)
RETURNING waiter
"""

WATCH: Final = "INSERT OR IGNORE INTO {p}_waiter (workflow, name, waiter) VALUES (:workflow, :name, :waiter)"

INBOX: Final = """
SELECT number, body FROM {p}_message
WHERE workflow = :workflow AND topic = :topic AND taken_by IS NULL AND number > :after ORDER BY number LIMIT :most
"""

VALUE: Final = """
SELECT w.state, p.body FROM {p}_workflow w
LEFT JOIN {p}_published p ON p.workflow = w.id AND p.name = :name WHERE w.id = :workflow
"""

VALUES_OF: Final = "SELECT name, body FROM {p}_published WHERE workflow = :workflow ORDER BY name"

STATE: Final = "SELECT state FROM {p}_workflow WHERE id = :workflow"

ITEMS: Final = """
SELECT position, body FROM {p}_item
WHERE workflow = :workflow AND stream = :stream AND position >= :start ORDER BY position LIMIT :most
"""
