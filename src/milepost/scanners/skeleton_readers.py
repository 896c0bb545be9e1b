"""Readers to begin with, one for each kind of text, each with a sample of the format that it reads."""

from typing import NamedTuple


class Beginning(NamedTuple):
    """A reader as text, and a sample; `$name`, `$title` and `$module` stand for what the author chose."""

    reader: str
    sample: str


_SHARED = """

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.INFO,
}
"""
_ABOUT = """
    name = "$name"
    title = "$title ({kind})"
    about = About(
        versions="1",
        key="id of the check, host, place",
        coverage="every check on every host that the report names",
        fields={{
            "identifiers": "host",
            "source_id": "id",
            "title": "title",
            "severity": "severity",
            "native_severity": "severity",
            "description": "description",
            "solution": "fix",
            "locator": "place",
            "scanned_at": "seen",
        }},
        severities=_SEVERITIES,
        sources=("name here the document that describes these fields",),
        memory="grows with the findings",
    )
"""
_TAKING = """

SCANNER = Reader()


def _take(gathering: Gathering, record: _Record, where: str) -> None:
    asset = host_asset(names=[record.host])
    if asset is None or not record.id.strip():
        gathering.problem(where, "this record names no host or no check", "export the report again")
        return
    facts = Facts(
        source="$name",
        source_id=record.id.strip(),
        title=record.title,
        severity=gathering.rate(record.severity, where),
        native_severity=record.severity,
        description=plain(record.description),
        solution=plain(record.fix),
    )
    on = gathering.on(asset)
    on.scope("$name", "$title")
    on.dated(iso_instant(record.seen))
    on.found(gathering.shared(facts), record.place)
"""

_JSON = (
    '''\
"""Reports of $title in JSON: a list of findings, each with the host on which it was made."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import host_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathering
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant
'''
    + _SHARED
    + '''

class _Record(msgspec.Struct):
    id: str
    host: str
    title: str = ""
    severity: str = ""
    place: str = ""
    seen: str = ""
    description: str = ""
    fix: str = ""


_RECORD = msgspec.json.Decoder(_Record)


class Reader:
    """The reader of $title reports."""
'''
    + _ABOUT.format(kind="JSON")
    + '''
    def recognises(self, head: Head) -> bool:
        """Tell by the key that no other tool writes."""
        return "$name-report" in head.keys

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the problems, then every asset; see `Scanner.read`."""
        gathering = Gathering(source, _SEVERITIES)
        for place, raw in listing(source, "results").records:
            found = record(raw, _RECORD, source, place)
            if isinstance(found, Problem):
                gathering.problems.append(found)
            else:
                _take(gathering, found, place)
        yield from gathering.parts()
'''
    + _TAKING
)
_JSON_SAMPLE = """\
{
  "$name-report": "1",
  "results": [
    {"id": "A-1", "host": "web.example.org", "title": "Old protocol", "severity": "High", "place": "443/tcp",
     "seen": "2026-01-05T10:00:00Z", "description": "TLS 1.0 is offered.", "fix": "Turn it off."},
    {"id": "A-1", "host": "db.example.org", "title": "Old protocol", "severity": "High", "place": "5432/tcp",
     "seen": "2026-01-05T10:03:00Z", "description": "TLS 1.0 is offered.", "fix": "Turn it off."},
    {"id": "A-2", "host": "web.example.org", "title": "Banner", "severity": "Low", "place": "80/tcp",
     "seen": "2026-01-05T10:00:00Z", "description": "The banner names the version.", "fix": "Shorten it."}
  ]
}
"""

_XML = (
    '''\
"""Reports of $title in XML: one element a finding, each with the host on which it was made."""

from collections.abc import Iterator
from typing import NamedTuple

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import host_asset
from milepost.scanners.gathering import Gathering
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant
from milepost.scanners.xml import elements
'''
    + _SHARED
    + '''

class _Record(NamedTuple):
    id: str
    host: str
    title: str
    severity: str
    place: str
    seen: str
    description: str
    fix: str


class Reader:
    """The reader of $title reports."""
'''
    + _ABOUT.format(kind="XML")
    + '''
    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == "$name-report"

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the problems, then every asset; see `Scanner.read`."""
        gathering = Gathering(source, _SEVERITIES)
        for number, element in enumerate(elements(source, "result"), start=1):
            told = [element.get(name, "") for name in ("id", "host", "title", "severity", "place", "seen")]
            texts = [element.findtext(name, "") for name in ("description", "fix")]
            _take(gathering, _Record(*told, *texts), f"result {number}")
        yield from gathering.parts()
'''
    + _TAKING
)
_XML_SAMPLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<$name-report version="1">
  <result id="A-1" host="web.example.org" title="Old protocol" severity="High" place="443/tcp"
          seen="2026-01-05T10:00:00Z">
    <description>TLS 1.0 is offered.</description>
    <fix>Turn it off.</fix>
  </result>
  <result id="A-1" host="db.example.org" title="Old protocol" severity="High" place="5432/tcp"
          seen="2026-01-05T10:03:00Z">
    <description>TLS 1.0 is offered.</description>
    <fix>Turn it off.</fix>
  </result>
  <result id="A-2" host="web.example.org" title="Banner" severity="Low" place="80/tcp"
          seen="2026-01-05T10:00:00Z">
    <description>The banner names the version.</description>
    <fix>Shorten it.</fix>
  </result>
</$name-report>
"""

_CSV = (
    '''\
"""Reports of $title as a table (CSV): one row a finding, each with the host on which it was made."""

from collections.abc import Iterator
from typing import NamedTuple

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import host_asset
from milepost.scanners.gathering import Gathering
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.tables import open_table
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant
'''
    + _SHARED
    + '''
_COLUMNS = ("$title ID", "Host", "Title", "Severity")
_OTHERS = ("Place", "Seen", "Description", "Fix")


class _Record(NamedTuple):
    id: str
    host: str
    title: str
    severity: str
    place: str
    seen: str
    description: str
    fix: str


class Reader:
    """The reader of $title reports."""
'''
    + _ABOUT.format(kind="CSV")
    + '''
    def recognises(self, head: Head) -> bool:
        """Tell by the columns, of which the first is the tool's own."""
        return head.has_columns(*_COLUMNS)

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the problems, then every asset; see `Scanner.read`."""
        gathering = Gathering(source, _SEVERITIES)
        table = open_table(source, *_COLUMNS)
        pick = table.pick(*_COLUMNS, *_OTHERS)
        for row in table.rows():
            _take(gathering, _Record(*pick(row.cells)), f"line {row.line}")
        gathering.problems += table.problems
        yield from gathering.parts()
'''
    + _TAKING
)
_CSV_SAMPLE = """\
$title ID,Host,Title,Severity,Place,Seen,Description,Fix
A-1,web.example.org,Old protocol,High,443/tcp,2026-01-05T10:00:00Z,TLS 1.0 is offered.,Turn it off.
A-1,db.example.org,Old protocol,High,5432/tcp,2026-01-05T10:03:00Z,TLS 1.0 is offered.,Turn it off.
A-2,web.example.org,Banner,Low,80/tcp,2026-01-05T10:00:00Z,The banner names the version.,Shorten it.
"""

KINDS = {
    "json": Beginning(_JSON, _JSON_SAMPLE),
    "xml": Beginning(_XML, _XML_SAMPLE),
    "csv": Beginning(_CSV, _CSV_SAMPLE),
}
"""The readers by what the format is: the ending of its files."""
