from datetime import UTC, datetime


def start() -> datetime:
    return datetime.now(UTC)  # finds DUR101
