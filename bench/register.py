"""The register's page and the dashboards at a hundred thousand items: time, size, statements."""

from collections.abc import Iterator

from bench.figures import Figure
from bench.homes import Ground
from bench.processes import inside

ITEMS = 100_000
OCCURRENCES = 1_000_000

_MILLISECONDS = 50
_KILOBYTES = 150
_STATEMENTS = 10
_BOARD_MILLISECONDS = 60
_BOARD_KILOBYTES = 200
_BOARD_STATEMENTS = 12


def measure(ground: Ground) -> Iterator[Figure]:
    """Fill a register and turn its pages."""
    with ground.fresh_home() as home:
        sizes = ground.scaled(ITEMS), ground.scaled(OCCURRENCES)
        inside("in_register", "fill", *sizes, environment=home.environment)
        found = inside("register_page", "pages", environment=home.environment)
        boards = inside("dashboard_pages", "pages", environment=home.environment)
    beside = ("items", "p50", "slowest", "processor", "search")
    details: dict[str, object] = {name: found[name] for name in beside}
    yield Figure("Register page, p95", ground.database, "ms", [found["p95"]], _MILLISECONDS, details=details)
    yield Figure("Register page, size", ground.database, "kB", [found["bytes"] / 1000], _KILOBYTES)
    yield Figure("Register page, statements", ground.database, "", [found["statements"]], _STATEMENTS)
    named: dict[str, object] = {name: boards[name] for name in ("p50", "slowest", "processor", "first")}
    yield Figure(
        "Dashboards, p95", ground.database, "ms", [boards["p95"]], _BOARD_MILLISECONDS, details=named
    )
    yield Figure("Dashboards, size", ground.database, "kB", [boards["bytes"] / 1000], _BOARD_KILOBYTES)
    yield Figure("Dashboards, statements", ground.database, "", [boards["statements"]], _BOARD_STATEMENTS)
