"""Every due date anew after a new KEV catalog: 100,000 items with a million occurrences, under BOD 26-04."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figure
from bench.homes import SYSTEM, Ground
from bench.processes import MILEPOST, inside, run
from bench.register import ITEMS, OCCURRENCES

_SECONDS = 20
_STATEMENTS = 30
_MEGABYTES = 500
_ENTRIES = 1_653
_LATER = 40


def measure(ground: Ground) -> Iterator[Figure]:
    """Fill a register, let it answer to BOD 26-04, and give it two catalogs, one after the other."""
    with ground.fresh_home() as home:
        sizes = ground.scaled(ITEMS), ground.scaled(OCCURRENCES)
        inside("in_register", "fill", *sizes, environment=home.environment)
        inside("in_register", "name_cves", environment=home.environment)
        obliged = (*MILEPOST, "system", "oblige", SYSTEM, "cisa-bod-26-04", "--since", "2026-06-10")
        run([*obliged], home.environment, home.folder)
        first = _catalog(home.folder / "first.json", "2026.03.01", range(_ENTRIES))
        second = _catalog(home.folder / "second.json", "2026.03.02", range(_ENTRIES + _LATER))
        whole = run([*MILEPOST, "references", "add", str(first), "--json"], home.environment, home.folder)
        counted = inside("in_register", "recompute", str(second), environment=home.environment)
    moved: dict[str, object] = {"items": sizes[0], "moved": counted["moved"], "cpu": whole.cpu}
    yield Figure("Due dates, a new catalog", ground.database, "s", [whole.wall], _SECONDS, details=moved)
    yield Figure("Due dates, memory", ground.database, "MB", [whole.peaks.together], _MEGABYTES)
    yield Figure("Due dates, SQL", ground.database, "statements", [counted["statements"]], _STATEMENTS)


def _catalog(path: Path, version: str, numbers: Sequence[int]) -> Path:
    """Write a catalog that names every fortieth CVE of the register first."""
    entries = [
        {
            "cveID": f"CVE-2025-{20_000 + number * 40}",
            "dateAdded": "2026-02-20",
            "dueDate": "2026-03-13",
            "knownRansomwareCampaignUse": "Unknown",
        }
        for number in numbers
    ]
    document = {"catalogVersion": version, "count": len(entries), "vulnerabilities": entries}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
