"""What the imports of the demonstration found out, compared with what its table of weaknesses says."""

from collections import Counter
from collections.abc import Iterable

import pytest

from milepost.demo.estate import DAYS_BEFORE, IMAGES, NOT_SCANNED, SERVERS, WITHOUT_LOGIN
from milepost.demo.story import Made
from milepost.demo.weaknesses import host_weaknesses, package_weaknesses, rules
from milepost.records.queries.imports import ImportRow, import_rows

pytestmark = pytest.mark.django_db
MONTHS = sorted(DAYS_BEFORE)
Counts = Counter[str]


@pytest.fixture(scope="module")
def imports(made: Made) -> list[ImportRow]:
    """Return the imports by number."""
    return sorted(import_rows(made.system), key=lambda row: row.number)


def test_hosts(imports: list[ImportRow]) -> None:
    """A host that was down, or where the scanner could not log in, keeps what it had: not re-tested."""
    lines: list[tuple[str, str, bool]] = [(server.name, "1234", False) for server in SERVERS]
    for weakness in host_weaknesses():
        for host in weakness.hosts:
            digits = weakness.seen.get(host, weakness.seen.get("*", ""))
            lines.append((host, digits, weakness.local))
    assert _found(imports, "nessus") == _fates(
        _host_looks(host, digits, local=local) for host, digits, local in lines
    )


@pytest.mark.parametrize("tool", ["trivy", "grype"])
def test_images(imports: list[ImportRow], tool: str) -> None:
    """A new tag every month changes whatever is still there, and makes nothing new of it.

    What a scan of one image leaves untested is that of the other images: it is not compared here.
    """
    looks = (
        {month: str(month) in weakness.seen.get(image.name, "") for month in MONTHS}
        for weakness in package_weaknesses()
        for image in IMAGES
        if tool in image.scanners
    )
    fates = _fates(looks)
    expected = {month: _renamed(counts, "persisting", "changed") for month, counts in fates.items()}
    found = _found(imports, tool)
    for counts in found.values():
        counts.pop("not_retested", None)
    assert found == expected


def test_checklist(imports: list[ImportRow]) -> None:
    """A rule that nobody reviewed the second time is not re-tested, and one that was met is missing."""
    answers = Counter(rule.answers for rule in rules())
    second = {
        "persisting": answers["Open", "Open"],
        "missing": answers["Open", "NotAFinding"],
        "not_retested": answers["Open", "Not_Reviewed"],
        "new": sum(count for (before, after), count in answers.items() if before != "Open" == after),
    }
    first = {"new": sum(count for (before, _), count in answers.items() if before == "Open")}
    assert _found(imports, "ckl") == {2: first, 4: second}


def test_items(imports: list[ImportRow]) -> None:
    """An item opens for each weakness above informational in the first month that shows it to any tool."""
    opened: Counter[int] = Counter()
    for host_weakness in host_weaknesses():
        if host_weakness.severity != "None":
            shown = [m for m in MONTHS for host in host_weakness.hosts if host_weakness.shows(host, m)]
            opened[shown[0]] += 1
    for weakness in package_weaknesses():
        opened[min(int(digits[0]) for digits in weakness.seen.values())] += 1
    for rule in rules():
        if "Open" in rule.answers:
            opened[(2, 4)[rule.answers.index("Open")]] += 1
    found: Counter[int] = Counter()
    for row, month in zip(imports, _months(imports), strict=True):
        found[month] += row.items["opened"]
    recurrences = Counter({4: 1})
    assert found == opened + recurrences


def _host_looks(host: str, digits: str, *, local: bool) -> dict[int, bool | None]:
    """Say for each month whether a scan sees it: yes, no, or None where that cannot be told."""
    looks: dict[int, bool | None] = {}
    for month in MONTHS:
        there = str(month) in digits
        blind = (host, month) in WITHOUT_LOGIN
        looks[month] = there and not (blind and local)
        if (host, month) in NOT_SCANNED or (blind and not looks[month]):
            looks[month] = None
    return looks


def _fates(every: Iterable[dict[int, bool | None]] | Iterable[dict[int, bool]]) -> dict[int, Counts]:
    """Add up by month what becomes of occurrences, from their looks alone."""
    counts = {month: Counts() for month in MONTHS}
    for looks in every:
        known = is_open = False
        for month, seen in looks.items():
            if seen:
                counts[month]["persisting" if is_open else "reappeared" if known else "new"] += 1
                known = is_open = True
            elif is_open:
                counts[month]["not_retested" if seen is None else "missing"] += 1
                is_open = seen is None
    return counts


def _renamed(counts: Counts, before: str, after: str) -> Counts:
    return Counter({after if name == before else name: count for name, count in counts.items()})


def _found(imports: list[ImportRow], tool: str) -> dict[int, dict[str, int]]:
    """Add up what the imports of one tool found out, by month, without zeros."""
    found: dict[int, Counts] = {}
    for row, month in zip(imports, _months(imports), strict=True):
        if row.format == tool:
            counts = found.setdefault(month, Counts())
            counts.update(row.occurrences)
    return {month: dict(+counts) for month, counts in found.items()}


def _months(imports: list[ImportRow]) -> list[int]:
    days = sorted({row.scanned_on for row in imports})
    return [days.index(row.scanned_on) + 1 for row in imports]
