"""What GitHub says of one Dependabot alert, in an answer of GraphQL or in a list of the REST API."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.packages import Weakness
from milepost.scanners.software.occurrences import SUPPRESSED, Text, named, said, upgrade
from milepost.scanners.times import iso_day, iso_instant

TOOL = "github"

_DISMISSED = {"dismissed", "auto_dismissed"}
_GONE = {"fixed"}


class Alert(NamedTuple):
    """An alert as both interfaces tell it; `ids` are all names of the advisory."""

    state: str
    word: str
    ids: tuple[str, ...]
    package: str
    ecosystem: str
    manifest: str
    version: str
    fixed: str
    summary: str
    description: str
    cwes: tuple[str, ...]
    cvss: tuple[str, ...]
    references: tuple[str, ...]
    published: str
    created: datetime | None
    reason: str

    @property
    def is_gone(self) -> bool:
        """Tell whether GitHub no longer sees the dependency."""
        return self.state in _GONE


class _Named(msgspec.Struct, rename="camel"):
    name: Text = None
    ecosystem: Text = None


class _Identifier(msgspec.Struct):
    value: Text = None


class _Link(msgspec.Struct):
    url: Text = None


class _Version(msgspec.Struct):
    identifier: Text = None


class _Score(msgspec.Struct):
    """A CVSS rating, in the field names of both interfaces."""

    vector: Text = msgspec.field(default=None, name="vectorString")
    vector_string: Text = None
    score: Text = None

    def text(self) -> str:
        """Return the vector, or the bare score; a score of zero without a vector is none."""
        score = said(self.score)
        return said(self.vector) or said(self.vector_string) or ("" if score in {"0", "0.0"} else score)


class _Scores(msgspec.Struct):
    fourth: _Score | None = msgspec.field(default=None, name="cvssV4")
    third: _Score | None = msgspec.field(default=None, name="cvssV3")
    cvss_v4: _Score | None = None
    cvss_v3: _Score | None = None


class _Flaw(msgspec.Struct):
    camel: Text = msgspec.field(default=None, name="cweId")
    cwe_id: Text = None


class _Flaws(msgspec.Struct):
    nodes: list[_Flaw] | None = None


class _Advisory(msgspec.Struct):
    """An advisory, in the field names of both interfaces."""

    summary: Text = None
    description: Text = None
    severity: Text = None
    identifiers: list[_Identifier] | None = None
    camel_ghsa: Text = msgspec.field(default=None, name="ghsaId")
    ghsa_id: Text = None
    cve_id: Text = None
    references: list[_Link] | None = None
    cvss: _Score | None = None
    camel_scores: _Scores | None = msgspec.field(default=None, name="cvssSeverities")
    cvss_severities: _Scores | None = None
    cwes: _Flaws | list[_Flaw] | None = None
    camel_published: Text = msgspec.field(default=None, name="publishedAt")
    published_at: Text = None


class _Vulnerability(msgspec.Struct):
    severity: Text = None
    package: _Named | None = None
    advisory: _Advisory | None = None
    camel_first: _Version | None = msgspec.field(default=None, name="firstPatchedVersion")
    first_patched_version: _Version | None = None


class _About(NamedTuple):
    """What the two interfaces say of an alert in words of their own."""

    package: _Named
    state: str
    manifest: str
    created: str
    reason: str
    version: str = ""


class _Node(msgspec.Struct, rename="camel"):
    state: Text = None
    created_at: Text = None
    security_vulnerability: _Vulnerability | None = None
    security_advisory: _Advisory | None = None
    vulnerable_manifest_path: Text = None
    vulnerable_manifest_filename: Text = None
    vulnerable_requirements: Text = None
    dismiss_reason: Text = None
    dismiss_comment: Text = None
    dismissed_at: Text = None
    fixed_at: Text = None

    def standing(self) -> str:
        """Return the state; where it was not asked for, what the dates of its end say."""
        return said(self.state) or ("fixed" if self.fixed_at else "dismissed" if self.dismissed_at else "")


class _Dependency(msgspec.Struct):
    package: _Named | None = None
    manifest_path: Text = None


class _Row(msgspec.Struct):
    state: Text = None
    created_at: Text = None
    dependency: _Dependency | None = None
    security_advisory: _Advisory | None = None
    security_vulnerability: _Vulnerability | None = None
    dismissed_reason: Text = None
    dismissed_comment: Text = None


NODE = msgspec.json.Decoder(_Node)
ROW = msgspec.json.Decoder(_Row)


def of_node(node: _Node) -> Alert:
    """Return an alert of a GraphQL answer."""
    flaw = node.security_vulnerability or _Vulnerability()
    return _alert(
        flaw,
        flaw.advisory or node.security_advisory or _Advisory(),
        _About(
            package=flaw.package or _Named(),
            state=node.standing(),
            manifest=said(node.vulnerable_manifest_path) or said(node.vulnerable_manifest_filename),
            created=said(node.created_at),
            reason=said(node.dismiss_reason) or said(node.dismiss_comment),
            version=said(node.vulnerable_requirements).removeprefix("= "),
        ),
    )


def of_row(row: _Row) -> Alert:
    """Return an alert of the REST API's list."""
    flaw = row.security_vulnerability or _Vulnerability()
    dependency = row.dependency or _Dependency()
    return _alert(
        flaw,
        row.security_advisory or _Advisory(),
        _About(
            package=dependency.package or flaw.package or _Named(),
            state=said(row.state),
            manifest=said(dependency.manifest_path),
            created=said(row.created_at),
            reason=said(row.dismissed_reason) or said(row.dismissed_comment),
        ),
    )


def weakness_of(alert: Alert) -> Weakness | None:
    """Name the weakness of an alert by its advisory; None if it has no name."""
    if not alert.ids:
        return None
    native = next((name for name in alert.ids if name.upper().startswith("GHSA-")), alert.ids[0])
    return named(TOOL, native, alert.ids)


def facts_of(alert: Alert, weakness: Weakness, severity: Severity) -> Facts:
    """Return what GitHub says of an alert."""
    dismissed = alert.state in _DISMISSED
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=alert.summary or f"{weakness.source_id} in {alert.package}",
        severity=severity,
        native_severity=alert.word,
        description=alert.description,
        solution=upgrade(alert.package, alert.fixed),
        cves=weakness.cves,
        cwes=alert.cwes,
        aliases=weakness.aliases,
        cvss=alert.cvss,
        references=alert.references,
        family=alert.ecosystem,
        package=alert.package,
        version=alert.version,
        fixed_version=alert.fixed,
        published=alert.published,
        vendor_status=f"{SUPPRESSED}{alert.reason or alert.state}" if dismissed else "",
        actionable=not dismissed,
    )


def _alert(flaw: _Vulnerability, advisory: _Advisory, about: _About) -> Alert:
    patched = flaw.camel_first or flaw.first_patched_version
    return Alert(
        state=about.state.lower(),
        word=said(flaw.severity) or said(advisory.severity),
        ids=_ids(advisory),
        package=said(about.package.name),
        ecosystem=said(about.package.ecosystem).lower(),
        manifest=about.manifest,
        version=about.version,
        fixed=said(patched.identifier) if patched else "",
        summary=said(advisory.summary),
        description=said(advisory.description),
        cwes=_cwes(advisory),
        cvss=_scores(advisory),
        references=tuple(said(link.url) for link in advisory.references or [] if link.url),
        published=iso_day(said(advisory.camel_published) or said(advisory.published_at)),
        created=iso_instant(about.created),
        reason=about.reason,
    )


def _ids(advisory: _Advisory) -> tuple[str, ...]:
    own = (said(advisory.camel_ghsa), said(advisory.ghsa_id), said(advisory.cve_id))
    others = [said(each.value) for each in advisory.identifiers or []]
    return tuple(dict.fromkeys(filter(None, (*own, *others))))


def _cwes(advisory: _Advisory) -> tuple[str, ...]:
    flaws = advisory.cwes.nodes if isinstance(advisory.cwes, _Flaws) else advisory.cwes
    return tuple(dict.fromkeys(filter(None, [said(each.camel) or said(each.cwe_id) for each in flaws or []])))


def _scores(advisory: _Advisory) -> tuple[str, ...]:
    if advisory.camel_scores is None and advisory.cvss_severities is None:
        score = advisory.cvss.text() if advisory.cvss is not None else ""
        return (score,) if score else ()
    both = (advisory.camel_scores or _Scores(), advisory.cvss_severities or _Scores())
    third = [score for each in both for score in (each.third, each.cvss_v3)]
    fourth = [score for each in both for score in (each.fourth, each.cvss_v4)]
    scores = [*third, advisory.cvss, *fourth]
    return tuple(dict.fromkeys(filter(None, (score.text() for score in scores if score is not None))))
