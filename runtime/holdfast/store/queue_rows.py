"""Between a queue's limits and the columns that both stores keep them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast.store.queues import Limits, QueueRow, Rate


def limits_parameters(limits: Limits) -> dict[str, Any]:
    """Return `limits` by column, and `declared`, which tells one declaration from another."""
    rate, partition_rate = limits.rate, limits.partition_rate
    return {
        "concurrency": limits.concurrency,
        "per_executor": limits.per_executor,
        "per_partition": limits.per_partition,
        "rate_count": None if rate is None else rate.count,
        "rate_per": None if rate is None else float(rate.per),
        "partition_rate_count": None if partition_rate is None else partition_rate.count,
        "partition_rate_per": None if partition_rate is None else float(partition_rate.per),
        "partitioned": limits.partitioned,
        "declared": msgspec.json.encode(limits).decode(),
    }


def read_queue(row: Sequence[Any]) -> QueueRow:
    """Return the queue whose name, pause and limits `row` begins with."""
    name, paused, concurrency, per_executor, per_partition, count, per, partition_count, partition_per, partitioned = (
        row[:10]
    )
    limits = Limits(
        concurrency=concurrency,
        per_executor=per_executor,
        per_partition=per_partition,
        rate=None if count is None else Rate(count, per),
        partition_rate=None if partition_count is None else Rate(partition_count, partition_per),
        partitioned=bool(partitioned),
    )
    return QueueRow(name, limits, bool(paused))


def window(limits: Limits) -> float:
    """Return the seconds for which beginnings must be remembered, 0 for never."""
    return max((rate.per for rate in (limits.rate, limits.partition_rate) if rate is not None), default=0.0)
