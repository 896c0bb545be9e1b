"""Days and instants in the zone of a system."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def local_day(seconds: int, zone: str) -> date:
    """Return the day on which an instant (seconds since 1970 UTC) falls in a time zone."""
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone(ZoneInfo(zone)).date()


def local_instant(at: datetime | str, zone: str) -> datetime:
    """Return an instant in a time zone; the database may give it as text, in UTC."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))
