"""The ledger: a million events verified, and events appended, one commit each."""

from collections.abc import Iterator

from bench.figures import Figure
from bench.homes import Ground
from bench.processes import inside

EVENTS = 1_000_000
_SECONDS = 30
_MICROSECONDS = 10_000


def measure(ground: Ground) -> Iterator[Figure]:
    """Fill a chain, verify it, and append to it."""
    with ground.fresh_home() as home:
        inside("ledger_chain", "fill", ground.scaled(EVENTS), environment=home.environment)
        found = inside("ledger_chain", "verify_all", environment=home.environment)
        appended = inside("ledger_chain", "append_some", environment=home.environment)
    details: dict[str, object] = {"events": found["events"], "wall": found["wall"]}
    name = "Ledger verified, processor"
    yield Figure(name, ground.database, "s", [found["processor"]], _SECONDS, details=details)
    rate: dict[str, object] = {"events a second, wall": appended["rate"]}
    per_event = [appended["microseconds"]]
    yield Figure("Event appended, processor", ground.database, "µs", per_event, _MICROSECONDS, details=rate)
