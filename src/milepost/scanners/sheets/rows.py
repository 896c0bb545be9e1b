"""From the rows of a table to findings: who is meant, what is wrong, where, and how it stands."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache

from milepost.domain.finding import AssetReport, Facts, Finding
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.gathering import Gathered, Gathering, Scope
from milepost.scanners.packages import Weakness, is_public, name_weakness
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.assets import NAMING, assets_of
from milepost.scanners.sheets.cells import RowOfFields
from milepost.scanners.sheets.columns import Columns
from milepost.scanners.sheets.fields import State, folded, severities, states
from milepost.scanners.text import masked

_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE | re.ASCII)
_CWE = re.compile(r"(?:CWE[-\s]?)?(\d{1,4})(?!\d)", re.IGNORECASE | re.ASCII)
_CONTROL = re.compile(r"\b([A-Za-z]{2})-0?(\d{1,2})(?:\s?\(0?(\d{1,2})\))?(?![\w-])", re.ASCII)
_PORT = re.compile(r"(?:(tcp|udp|icmp)[/\s-])?(\d{1,5})(?:[/\s-](tcp|udp|icmp))?", re.IGNORECASE | re.ASCII)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s]*", re.IGNORECASE)
_LINES = re.compile(r"[\n;]+|,\s+")
_LONGEST_TITLE = 200
_OF_FACTS = (
    *("title", "severity", "description", "solution", "cves", "cwes", "cvss", "references"),
    *("package", "version", "fixed_version", "status", "controls"),
)
_NOON = time(12, tzinfo=UTC)
_SCOPE = "table"
_LISTS = (("CVEs", _CVE), ("CWEs", _CWE), ("Controls", _CONTROL))
_NOTHING = frozenset({"n a", "na", "none", "tbd"})


class RowReader:
    """Reads rows into findings; what many rows have in common is said once, with a count."""

    def __init__(self, source: Source, columns: Columns) -> None:
        """Start without any finding."""
        self._gathering = Gathering(source, {})
        self._rated = {word: Severity(name) for word, name in columns.severities.items()}
        self._source = folded(columns.source).replace(" ", "-") or _SCOPE
        self._tool = columns.source or columns.name
        self._names_assets = any(name in columns.fields for name in NAMING)
        self._met: dict[tuple[object, ...], Finding] = {}
        self._known: dict[tuple[object, ...], Facts] = {}
        self._unknown: dict[str, Counter[str]] = {"severity": Counter(), "status": Counter()}
        self._counts: Counter[str] = Counter()
        self._of_facts = [name for name in _OF_FACTS if name in columns.fields]

    def take(self, row: RowOfFields) -> None:
        """Take a row: a finding on each of its assets, or what it says of one that is gone."""
        said = row.said
        weaknesses = self._weaknesses(said)
        if not weaknesses:
            what = "the row names no identifier and no CVE, so it was not read"
            self._gathering.problem(row.place, what, "give it an identifier")
            return
        state = self._state(status) if (status := said.get("status")) else State.OPEN
        for asset in assets_of(said):
            held = self._gathering.on(asset)
            if not held.scopes:
                held.scope(f"{_SCOPE}:{self._source}", only_assessed=True)
            self._note_tool(held.scopes[0], said.get("source") or self._tool)
            for weakness in weaknesses:
                self._stand(held, weakness, row, state)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was found, and what was odd."""
        self._sum_up()
        yield from self._gathering.parts()

    def _weaknesses(self, said: dict[str, str]) -> list[Weakness]:
        """Return by what the row's weaknesses are known: its identifier, else each CVE."""
        identifier = said.get("id", "")
        cves = _cves(said.get("cves", ""))
        if identifier and not is_public(identifier):
            return [Weakness(self._source, identifier, cves)]
        if identifier:
            return [name_weakness(self._source, identifier, list(cves))]
        return [name_weakness(self._source, cve, []) for cve in cves]

    def _state(self, text: str) -> State:
        word = _folded(text)
        if not word:
            return State.OPEN
        state = states().get(word)
        if state is None:
            self._unknown["status"][text] += 1
        return state or State.OPEN

    def _stand(self, held: Gathered, weakness: Weakness, row: RowOfFields, state: State) -> None:
        if state is State.CLOSED:
            self._counts["closed"] += 1
            held.passed(weakness.source_id)
        elif state is State.UNTESTED:
            self._counts["untested"] += 1
            held.skipped(weakness.source_id)
        else:
            if state is State.SUPPRESSED:
                self._counts["suppressed"] += 1
            self._found(held, self._facts(weakness, row, state), row)

    def _found(self, held: Gathered, facts: Facts, row: RowOfFields) -> None:
        """Add a finding; the same one again on the same place of the same asset counts once."""
        output = _evidence(row)
        seen = row.days.get("first_seen")
        first_seen = _noon(seen) if seen else None
        finding = Finding(facts, _locator(row.said), output, first_seen)
        key = (held, facts.source, facts.source_id, finding.locator)
        before = self._met.setdefault(key, finding)
        if before is finding:
            held.add(finding)
        elif before != finding:
            self._counts["merged"] += 1

    def _facts(self, weakness: Weakness, row: RowOfFields, state: State) -> Facts:
        """Return what the row says of the weakness; what many rows say alike is one object."""
        said = row.said
        if "title" not in said:
            self._counts["untitled"] += 1
        severity = self._severity(said.get("severity", ""))
        key = (weakness, state, *map(said.get, self._of_facts))
        held = self._known.get(key)
        if held is None:
            held = self._known[key] = _facts(weakness, said, state, severity)
        return held

    def _severity(self, text: str) -> Severity:
        word = _folded(text)
        found = self._rated.get(word) or severities().get(word)
        if found is None:
            self._unknown["severity"][text] += 1
        return found or Severity.UNRATED

    def _note_tool(self, scope: Scope, name: str) -> None:
        tool = scope.tool
        if name != tool and name not in tool.split(", "):
            scope.tool = f"{tool}, {name}" if tool else name

    def _sum_up(self) -> None:
        problem = self._gathering.problem
        for text, count in self._unknown["severity"].items():
            what = f"the severity “{text}” is unknown; {_findings(count)} unrated"
            problem("", what, "lay it on the scale: milepost columns save FILE --severity WORD=LEVEL")
        for text, count in self._unknown["status"].items():
            what = f"the state “{text}” is unknown; {_findings(count)} taken as open"
            problem("", what, "write open, closed, risk accepted or not tested")
        if self._counts["suppressed"]:
            what = f"{_findings(self._counts['suppressed'])} accepted or suppressed there and open no item"
            problem("", what, "request a deviation for each, or change its state")
        if self._counts["merged"]:
            what = (
                f"{self._counts['merged']} rows repeat identifier, asset and place of others and do not count"
            )
            problem("", what, "map what tells them apart (location, port), or remove them")
        if self._counts["untitled"]:
            untitled = _findings(self._counts["untitled"])
            what = f"{untitled} without a title; description or identifier stands for it"
            problem("", what, "map the column that names them: --map title=COLUMN")
        if self._met and not self._names_assets:
            what = "no column names an asset; every finding counts for the system as a whole"
            problem("", what, "map one (--map asset=COLUMN), or import with --asset NAME")


def _facts(weakness: Weakness, said: dict[str, str], state: State, severity: Severity) -> Facts:
    get, suppressed = said.get, state is State.SUPPRESSED
    cves = _cves(said["cves"]) if "cves" in said else ()
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=get("title") or _first_line(get("description", "")) or weakness.source_id,
        severity=severity,
        native_severity=get("severity", ""),
        description=get("description", ""),
        solution=get("solution", ""),
        cves=cves if cves is weakness.cves else tuple(dict.fromkeys((*weakness.cves, *cves))),
        cwes=_cwes(said["cwes"]) if "cwes" in said else (),
        aliases=weakness.aliases,
        cvss=_listed(said["cvss"]) if "cvss" in said else (),
        references=_listed(said["references"]) if "references" in said else (),
        package=get("package", ""),
        version=get("version", ""),
        fixed_version=get("fixed_version", ""),
        vendor_status=f"suppressed: {said['status']}" if suppressed else "",
        actionable=not suppressed,
        controls=controls_in(said["controls"]) if "controls" in said else (),
    )


@lru_cache(maxsize=1 << 10)
def _noon(day: date) -> datetime:
    return datetime.combine(day, _NOON)


@lru_cache(maxsize=1 << 10)
def _folded(text: str) -> str:
    return folded(text)


def _findings(count: int) -> str:
    return f"{count} finding is" if count == 1 else f"{count} findings are"


@lru_cache(maxsize=1 << 12)
def _cves(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_CVE.findall(text.upper()))) if text else ()


@lru_cache(maxsize=1 << 12)
def _cwes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"CWE-{int(number)}" for number in _CWE.findall(text) if int(number)))


@lru_cache(maxsize=1 << 12)
def controls_in(text: str) -> tuple[str, ...]:
    """Return the controls of SP 800-53 that a text names, as NIST writes them: `AC-2(1)`."""
    named = _CONTROL.findall(text)
    return tuple(
        dict.fromkeys(
            f"{family.upper()}-{int(number)}" + (f"({int(part)})" if part else "")
            for family, number, part in named
        )
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, _LINES.split(text)) if part) if text else ()


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:_LONGEST_TITLE]


def _evidence(row: RowOfFields) -> str:
    """Return what the row says of this very occurrence: its evidence, then what no fact has a place for."""
    said = row.said
    unread = _unread(said.get("cves", ""), said.get("cwes", ""), said.get("controls", ""))
    if not (row.notes or unread or "output" in said):
        return ""
    parts = [said.get("output", ""), *(f"{heading}: {text}" for heading, text in [*row.notes, *unread])]
    return masked("\n".join(filter(None, parts)))


@lru_cache(maxsize=1 << 12)
def _unread(*texts: str) -> tuple[tuple[str, str], ...]:
    """Return what lists of CVEs, CWEs and controls say beyond what is found in them."""
    told = zip(_LISTS, texts, strict=True)
    return tuple((title, text) for (title, pattern), text in told if not _whole(text, pattern))


def _whole(text: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether a text says no more than what the pattern finds in it."""
    rest = folded(pattern.sub("", text))
    return not rest or rest in _NOTHING


def _locator(said: dict[str, str]) -> str:
    """Return the place on the asset: port, path, or else package."""
    path = _ORIGIN.sub("", url).partition("?")[0].partition("#")[0] if (url := said.get("url")) else ""
    port = _port(said["port"], said.get("protocol", "")) if "port" in said else ""
    location = said.get("location", "")
    if port and not path and not location:
        return port
    places = (port, path if path != "/" else "", location)
    return " ".join(filter(None, places)) or said.get("package", "")


@lru_cache(maxsize=1 << 14)
def _port(port: str, protocol: str) -> str:
    found = _PORT.fullmatch(port)
    if found is None:
        return port
    name = (found[1] or found[3] or protocol).lower()
    return f"{int(found[2])}/{name}" if name else str(int(found[2]))
