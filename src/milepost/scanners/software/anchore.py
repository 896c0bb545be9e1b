"""Anchore reports in JSON: vulnerabilities of an image, and the checks of a policy evaluation.

The list of vulnerabilities names the image by digest only, which every build changes: the asset goes by the
file's name unless the report has a tag. Policy checks are a scope of their own; a check that only repeats a
vulnerability (gate `vulnerabilities`) is counted as left out.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import image_asset, image_of, unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import SEVERITIES as PACKAGE_SEVERITIES
from milepost.scanners.packages import place as place_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import SUPPRESSED, Occurrences, Text, named, said, upgrade

TOOL = "anchore"
TITLE = "Anchore"
VULNERABILITY = "anchore:vulnerability"
POLICY = "anchore:policy"
SEVERITIES = PACKAGE_SEVERITIES | {"defcon1": Severity.CRITICAL}

_SYSTEM = {"dpkg", "rpm", "apkg", "apk", "deb", "kb", "msrc"}
_NOTHING = {"none", "", "null", "n/a"}
_PASSED = "go"


class _Score(msgspec.Struct):
    vector: Text = msgspec.field(default=None, name="vector_string")
    base_score: Text = None


class _Rated(msgspec.Struct):
    cvss_v3: _Score | None = None
    cvss_v2: _Score | None = None


class _Vulnerability(msgspec.Struct):
    """A vulnerability; newer command lines write the same names in camel case."""

    vuln: Text = None
    severity: Text = None
    package_name: Text = None
    package_version: Text = None
    package_type: Text = None
    package_path: Text = None
    package: Text = None
    fix: Text = None
    url: Text = None
    will_not_fix: bool | None = None
    nvd_data: list[_Rated] | None = None
    vendor_data: list[_Rated] | None = None
    name: Text = msgspec.field(default=None, name="packageName")
    version: Text = msgspec.field(default=None, name="packageVersion")
    type: Text = msgspec.field(default=None, name="packageType")
    path: Text = msgspec.field(default=None, name="packagePath")


class _Check(msgspec.Struct, rename="camel"):
    gate: Text = None
    trigger: Text = None
    trigger_id: Text = None
    message: Text = None
    action: Text = None
    allowlisted: Text | bool = None


class _Document(msgspec.Struct):
    """A report on one image; `tag` where it is a policy evaluation or a list of the command line."""

    vulnerabilities: list[msgspec.Raw] | None = None
    detail: list[msgspec.Raw] | None = None
    tag: Text = None
    full_tag: Text = msgspec.field(default=None, name="fullTag")


_DOCUMENT = msgspec.json.Decoder(_Document)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)
_CHECK = msgspec.json.Decoder(_Check)


class Anchore:
    """The reader of Anchore's JSON reports."""

    name = "anchore"
    title = "Anchore Engine and Enterprise (JSON)"
    about = About(
        versions="image vulnerabilities of Engine and Enterprise; image check --detail of the command line",
        key=(
            "image without tag × vuln × package_name, and package_path outside the operating "
            "system; gate and trigger"
        ),
        coverage="vulnerabilities and policy checks apart, each whole where its list is there",
        fields={
            "source_id": "vuln; gate and trigger",
            "severity": "severity; policy checks have none",
            "references": "url",
            "native_severity": "severity",
            "title": "vuln and package_name; gate and trigger",
            "kind": "configuration for policy checks",
            "solution": "fix",
            "cves": "vuln",
            "aliases": "vuln",
            "actionable": "allowlisted",
            "locator": "package_name, package_path; triggerId",
            "family": "package_type; gate",
            "package": "package_name",
            "version": "package_version",
            "fixed_version": "fix",
            "vendor_status": "will_not_fix; action, allowlisted",
            "cvss": "nvd_data[].cvss_v3, vendor_data[].cvss_v3",
            "output": "message",
            "identifiers": "tag, fullTag; else the file's name",
        },
        severities=SEVERITIES,
        sources=(
            "Anchore Engine API: ImageVulnerabilities",
            "AnchoreCTL: image vulnerabilities, image check",
        ),
        samples=("scans/anchore",),
        memory="the file is mapped; what it finds is held",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the image's digest, or by what a vulnerability or a check consists of."""
        keys, text = head.keys, head.text
        if "vulnerabilities" in keys:
            listed = '"vuln"' in text and ('"feed"' in text or "imageDigest" in keys)
            return listed or keys >= {"imageDigest", "vulnerability_type"}
        return {"detail", "digest"} <= keys and '"triggerId"' in text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then the image; see `Scanner.read`."""
        reading = _Reading(source)
        for place, raw in listing(source).records:
            reading.take(raw, "" if place == "the document" else place)
        yield from reading.parts()


SCANNER = Anchore()


class _Reading:
    """What a report says as it adds up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._repeated = 0

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read the report of one image."""
        document = record(raw, _DOCUMENT, self._source, place or "the document")
        if isinstance(document, Problem):
            self._gathering.problems.append(document)
            return
        held = self._gathering.on(self._asset(said(document.tag) or said(document.full_tag)))
        before = f"{place}." if place else ""
        if document.vulnerabilities is not None or document.detail is None:
            held.scope(VULNERABILITY, TITLE)
        for number, each in enumerate(document.vulnerabilities or []):
            self._vulnerability(each, f"{before}vulnerabilities[{number}]", held)
        if document.detail is not None:
            held.scope(POLICY, TITLE)
        for number, each in enumerate(document.detail or []):
            self._check(each, f"{before}detail[{number}]", held)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered."""
        if self._repeated:
            what = f"{self._repeated} policy checks repeat vulnerabilities and were left out"
            self._gathering.problem("", what, "import the list of vulnerabilities of the image as well")
        self._occurrences.finish()
        yield from self._gathering.parts()

    def _asset(self, tag: str) -> Asset:
        if tag:
            return image_asset(image_of(tag))
        asset, problem = unnamed_asset(self._source, AssetKind.IMAGE)
        self._gathering.problems.append(problem)
        return asset

    def _vulnerability(self, raw: msgspec.Raw, where: str, held: Gathered) -> None:
        found = record(raw, _VULNERABILITY, self._source, where)
        if isinstance(found, Problem):
            self._gathering.problems.append(found)
            return
        if not found.vuln:
            self._gathering.problem(where, "the vulnerability has no id and was not read", "give its id")
            return
        severity = self._gathering.rate(said(found.severity), where)
        facts = self._gathering.shared(_facts(found, severity))
        self._occurrences.add(held, facts, _place(found, facts), scope=held.scope(VULNERABILITY))

    def _check(self, raw: msgspec.Raw, where: str, held: Gathered) -> None:
        found = record(raw, _CHECK, self._source, where)
        if isinstance(found, Problem):
            self._gathering.problems.append(found)
            return
        gate, trigger = said(found.gate), said(found.trigger)
        if gate == "vulnerabilities":
            self._repeated += 1
            return
        scope = held.scope(POLICY)
        if said(found.action).lower() == _PASSED:
            held.passed(f"{gate}/{trigger}", scope=scope)
            return
        facts = self._gathering.shared(_check_facts(found, gate, trigger))
        self._occurrences.add(held, facts, said(found.trigger_id), said(found.message), scope=scope)


def _facts(found: _Vulnerability, severity: Severity) -> Facts:
    weakness = named(TOOL, said(found.vuln).strip(), ())
    package = said(found.package_name) or said(found.name) or said(found.package)
    fix = said(found.fix)
    fixed = "" if fix.lower() in _NOTHING else fix
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {package}",
        severity=severity,
        native_severity=said(found.severity),
        solution=upgrade(package, fixed),
        cves=weakness.cves,
        cvss=_scores(found),
        references=(said(found.url),) if found.url else (),
        family=said(found.package_type) or said(found.type),
        package=package,
        version=said(found.package_version) or said(found.version),
        fixed_version=fixed,
        vendor_status="will not fix" if found.will_not_fix else "",
    )


def _place(found: _Vulnerability, facts: Facts) -> str:
    path = said(found.package_path) or said(found.path)
    if facts.family.lower() in _SYSTEM or path.lower() in _NOTHING:
        return facts.package
    return place_of(facts.package, facts.version, path)


def _scores(found: _Vulnerability) -> tuple[str, ...]:
    rated = [*(found.nvd_data or []), *(found.vendor_data or [])]
    if not rated:
        return ()
    scores = [each.cvss_v3 for each in rated] + [each.cvss_v2 for each in rated]
    texts = [said(score.vector) or said(score.base_score) for score in scores if score is not None]
    return tuple(dict.fromkeys([text for text in texts if text and not text.startswith("-")]))


def _check_facts(found: _Check, gate: str, trigger: str) -> Facts:
    allowed = found.allowlisted is True or str(found.allowlisted).lower() == "true"
    return Facts(
        source=TOOL,
        source_id=f"{gate}/{trigger}",
        title=f"Policy check {gate}: {trigger}",
        severity=Severity.UNRATED,
        kind=WeaknessKind.CONFIGURATION,
        family=gate,
        vendor_status=f"{SUPPRESSED}allowlisted" if allowed else said(found.action),
        actionable=not allowed,
    )
