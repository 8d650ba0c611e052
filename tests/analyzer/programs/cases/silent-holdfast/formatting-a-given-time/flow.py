import time
from datetime import UTC, datetime, timedelta

from holdfast import workflow


@workflow
def checkout(at: float, day: datetime) -> str:
    text = time.strftime("%Y", time.gmtime(at))
    later = datetime.fromtimestamp(at, UTC) + timedelta(days=1)
    parsed = datetime.fromisoformat("2026-01-01")
    return f"{text} {later:%Y} {datetime(2026, 1, 1)} {parsed} {day.isoformat()} {datetime.min}"
