"""The scan files that were imported in a month: names and hashes, what went wrong, what they looked at."""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from milepost.authorities.sheets.text import looks_like_formula
from milepost.domain.finding import AssetKind
from milepost.domain.problem import Problem
from milepost.records.imports import Coverage, Import
from milepost.records.systems import System

_HEADINGS = ("File", "SHA-256", "Format", "Tool", "Scanned (UTC)", "Imported (UTC)", "From", "Problems")


class RawScan(NamedTuple):
    """A file: its hash as imported, what was wrong with it in words, the kinds of assets it looked at."""

    file_name: str
    sha256: str
    format: str
    tool: str
    scanned_at: datetime
    imported_at: datetime
    source_kind: str
    problems: tuple[str, ...]
    asset_kinds: frozenset[str]

    @property
    def is_web(self) -> bool:
        """Whether it looked at web applications and nothing else."""
        return self.asset_kinds == {AssetKind.APPLICATION}


def raw_scans(system: System, first: date, last: date) -> list[RawScan]:
    """Return the files imported from the first to the last day (UTC), in the order of import."""
    start = datetime.combine(first, time(), tzinfo=UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
    found = Import.objects.filter(system=system, imported_at__gte=start, imported_at__lt=end)
    imports = list(found.order_by("imported_at", "id"))
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    rows = Coverage.objects.filter(source__in=[each.pk for each in imports]).order_by()
    for source_id, kind in rows.values_list("source_id", "asset__kind").distinct():
        kinds[source_id].add(kind)
    return [_scan(each, frozenset(kinds[each.pk])) for each in imports]


def _scan(source: Import, kinds: frozenset[str]) -> RawScan:
    return RawScan(
        source.file_name,
        source.sha256,
        source.format,
        source.tool,
        datetime.fromtimestamp(source.scanned_at, tz=UTC),
        source.imported_at.astimezone(UTC),
        source.source_kind,
        tuple(Problem(**each).what for each in source.problems),
        kinds,
    )


def scans_csv(scans: Sequence[RawScan]) -> str:
    """Return the list as CSV (RFC 4180); a name that a spreadsheet would compute is marked as text."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_HEADINGS)
    for each in scans:
        moments = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (each.scanned_at, each.imported_at))
        words = (each.file_name, each.sha256, each.format, each.tool, *moments, each.source_kind)
        rows.writerow([*map(_as_text, words), len(each.problems)])
    return text.getvalue()


def _as_text(word: str) -> str:
    return f"'{word}" if looks_like_formula(word) else word
