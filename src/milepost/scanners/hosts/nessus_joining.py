"""A host that a Nessus file lists more than once (scanned by two names, merged files) is still one asset."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest

from milepost.domain.finding import AssetReport, Coverage
from milepost.domain.problem import Problem
from milepost.scanners.hosts.nessus_host import target_name
from milepost.scanners.scanner import Source

_BLOCK = 1 << 20
_LONGEST_TAG = 4 << 10
_HOST = b"<ReportHost "
_NAME = re.compile(rb"""<ReportHost [^>]*?name\s*=\s*["']([^"'<]*)["']""")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def repeated_hosts(source: Source) -> dict[str, int]:
    """Return the names that more than one host of the file has, and how often each comes."""
    names: Counter[str] = Counter()
    with source.path.open("rb") as file:
        text = b""
        while block := file.read(_BLOCK):
            text += block
            names.update(_names(text, len(text) - _LONGEST_TAG))
            text = text[-_LONGEST_TAG:]
        names.update(_names(text, len(text)))
    return {name: count for name, count in names.items() if count > 1}


def joined(
    parts: Iterable[AssetReport | Problem], repeated: dict[str, int], source: Source
) -> Iterator[AssetReport | Problem]:
    """Hold back the hosts that come again, and yield each of them once, with all that was found."""
    left = dict(repeated)
    held: dict[str, AssetReport] = {}
    for part in parts:
        if isinstance(part, Problem) or part.asset.name not in left:
            yield part
            continue
        name = part.asset.name
        before = held.pop(name, None)
        if before is not None and before.asset != part.asset:
            yield before
            before = None
        held[name] = part if before is None else _join(before, part)
        left[name] -= 1
        if not left[name]:
            what = f"the host {name} comes {repeated[name]} times in the file; its parts were joined"
            yield Problem(source.name, what, "check that it is one host")
            yield held.pop(name)


def _names(text: bytes, end: int) -> Iterator[str]:
    start = text.find(_HOST)
    while 0 <= start < end:
        match = _NAME.match(text, start)
        if match:
            yield target_name(match[1].decode(errors="replace"))
        start = text.find(_HOST, start + 1)


def _join(first: AssetReport, second: AssetReport) -> AssetReport:
    coverage = (_later(*pair) for pair in zip_longest(first.coverage, second.coverage))
    return AssetReport(first.asset, tuple(coverage), (*first.findings, *second.findings))


def _later(first: Coverage | None, second: Coverage | None) -> Coverage:
    """Return the later look, with all that both of them covered."""
    if first is None or second is None:
        return first or second or Coverage("", "")
    later = max(first, second, key=lambda coverage: coverage.scanned_at or _LONG_AGO)
    whole = first.assessed is None or second.assessed is None
    assessed = (first.assessed or frozenset()) | (second.assessed or frozenset())
    return replace(
        later,
        credentialed=first.credentialed or second.credentialed,
        assessed=None if whole else assessed,
        unassessed=(first.unassessed | second.unassessed) - (frozenset() if whole else assessed),
    )
