"""Checkov's JSON reports on infrastructure as code, secrets and packages: one object a framework, or a list.

Only the checks that a report names count as assessed, one scope a framework; a check that was skipped
somewhere does not, nor does any where files could not be parsed. The open edition rates nothing: such
findings are unrated, without a problem.
"""

import re
from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import code_asset, unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathering, Known
from milepost.scanners.packages import name_weakness, place
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences, path_of
from milepost.scanners.source_code.values import mapping, text, texts
from milepost.scanners.text import masked
from milepost.scanners.times import iso_day

SCOPE = "checkov"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "moderate": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "none": Severity.UNRATED,
    "": Severity.UNRATED,
}
_REPOSITORY = re.compile(r"[?&]repository=([^&*]+)(?:&|\Z)")
_EMPTY = {"passed", "failed", "checkov_version"}


class _Lists(msgspec.Struct):
    passed_checks: list[msgspec.Raw] | None = None
    failed_checks: list[msgspec.Raw] | None = None
    skipped_checks: list[msgspec.Raw] | None = None
    parsing_errors: object = None


class _Framework(msgspec.Struct):
    check_type: object = None
    results: _Lists | None = None
    summary: object = None
    url: object = None
    checkov_version: object = None


class _Check(msgspec.Struct):
    check_id: str
    bc_check_id: object = None
    check_name: object = None
    severity: object = None
    file_path: object = None
    repo_file_path: object = None
    resource: object = None
    file_line_range: object = None
    code_block: object = None
    guideline: object = None
    description: object = None
    short_description: object = None
    bc_category: object = None
    vulnerability_details: object = None


class _Named(msgspec.Struct):
    check_id: str
    vulnerability_details: object = None


_FRAMEWORK = msgspec.json.Decoder(_Framework)
_CHECK = msgspec.json.Decoder(_Check)
_NAMED = msgspec.json.Decoder(_Named)


class Checkov:
    """The reader of Checkov's JSON reports."""

    name = "checkov"
    title = "Checkov (JSON)"
    about = About(
        versions="`checkov -o json` of versions 1 to 3, one framework or several, without or with a key",
        key="check_id, repo_file_path (else file_path), resource; a package by its name and file",
        coverage="the checks that passed or failed, one scope a check_type; not those in skipped_checks, and "
        "nothing where parsing_errors names files",
        fields={
            "source_id": "check_id; a vulnerability by vulnerability_details.id",
            "title": "check_name, else short_description",
            "severity, native_severity": "severity (null in the open edition: unrated)",
            "description": "description, vulnerability_details.description",
            "solution": "vulnerability_details.lowest_fixed_version",
            "aliases": "bc_check_id",
            "references": "guideline, vulnerability_details.link",
            "family": "check_type",
            "cves, cvss": "vulnerability_details.id, vector, cvss",
            "published, vendor_status": "vulnerability_details.published_date, status",
            "package, fixed_version": "vulnerability_details.package_name, lowest_fixed_version",
            "Facts.version": "vulnerability_details.package_version",
            "locator": "repo_file_path, resource",
            "output": "file, file_line_range, code_block (masked)",
            "tool": "summary.checkov_version",
            "identifiers": "the repository in url, else the file's name",
        },
        severities=SEVERITIES,
        sources=("Checkov documentation, Reviewing scan results", "bridgecrewio/checkov, Record and Report"),
        samples=("scans/checkov",),
        memory="the checks of one framework, one at a time decoded",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by a framework and its results, or by the bare sums of a report without any."""
        if "check_type" in head.keys:
            return "results" in head.keys or '"failed_checks"' in head.text
        return head.keys >= _EMPTY

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the code that was scanned; see `Scanner.read`."""
        gathering = Gathering(source, SEVERITIES)
        occurrences = Occurrences()
        for where, raw in listing(source).records:
            framework = record(raw, _FRAMEWORK, source, where)
            if isinstance(framework, Problem):
                gathering.problems.append(framework)
                continue
            place = "" if where == "the document" else where
            _Results(source, gathering, occurrences, framework, place).take()
        occurrences.remark(gathering)
        yield from gathering.parts()


SCANNER = Checkov()


class _Results:
    """The checks of one framework."""

    def __init__(
        self,
        source: Source,
        gathering: Gathering,
        occurrences: Occurrences,
        framework: _Framework,
        where: str,
    ) -> None:
        self._source, self._gathering, self._occurrences = source, gathering, occurrences
        self._framework = text(framework.check_type)
        self._lists = framework.results or _Lists()
        self._where = f"{where}." if where else ""
        self._known: Known[Facts] = Known()
        self._code = gathering.on(_asset(source, gathering, text(framework.url)))
        version = text(mapping(framework.summary).get("checkov_version")) or text(framework.checkov_version)
        name = ":".join(filter(None, (SCOPE, self._framework)))
        self._scope = self._code.scope(name, f"Checkov {version}".rstrip(), only_assessed=True)

    def take(self) -> None:
        """Read what failed, passed and was skipped."""
        for number, raw in enumerate(self._lists.failed_checks or []):
            where = f"{self._where}results.failed_checks[{number}]"
            check = record(raw, _CHECK, self._source, where)
            if isinstance(check, Problem):
                self._gathering.problems.append(check)
            else:
                self._fail(check, where)
        self._note("passed_checks", self._lists.passed_checks, skipped=False)
        self._note("skipped_checks", self._lists.skipped_checks, skipped=True)
        scope = self._code.scopes[self._scope]
        scope.assessed -= scope.unassessed
        self._unparsed(texts(self._lists.parsing_errors))

    def _note(self, name: str, checks: list[msgspec.Raw] | None, *, skipped: bool) -> None:
        note = self._code.skipped if skipped else self._code.passed
        for number, raw in enumerate(checks or []):
            check = record(raw, _NAMED, self._source, f"{self._where}results.{name}[{number}]")
            if isinstance(check, Problem):
                self._gathering.problems.append(check)
            else:
                details = mapping(check.vulnerability_details)
                weakness = name_weakness("checkov", text(details.get("id")) or check.check_id, [])
                note(weakness.source_id, scope=self._scope)

    def _unparsed(self, files: tuple[str, ...]) -> None:
        if not files:
            return
        self._code.scopes[self._scope].assessed.clear()
        what = f"{len(files)} files could not be parsed: {', '.join(files[:3])}"
        fix = "what is missing does not count as gone; repair the files and scan again"
        self._gathering.problem(f"{self._where}results.parsing_errors", what, fix)

    def _fail(self, check: _Check, where: str) -> None:
        details = mapping(check.vulnerability_details)
        facts = self._described(check, details, where)
        path = path_of(text(check.repo_file_path) or text(check.file_path))
        if facts.package:
            within = facts.package if "sha256:" in path else place(facts.package, facts.version, path)
        else:
            within = f"{path} {text(check.resource)}".strip()
        lines = "-".join(texts(check.file_line_range))
        key = (self._scope, self._code, facts.source, facts.source_id)
        locator = self._occurrences.locator(key, within, lines)
        if locator is not None:
            code = "" if facts.kind is WeaknessKind.SECRET else masked(_code(check.code_block))
            output = "\n".join(filter(None, (f"{path}:{lines}".rstrip(":"), code)))
            self._code.found(facts, locator, output, scope=self._scope)

    def _described(self, check: _Check, details: dict[str, object], where: str) -> Facts:
        """Return what is known of a check, built once for equal words; each package has its own."""
        if details:
            return self._gathering.shared(self._facts(check, details, where))
        said = (check.severity, check.check_name, check.short_description, check.description)
        key = (check.check_id, said, check.bc_check_id, check.guideline)
        return self._known.get(key) or self._known.keep(
            key, self._gathering.shared(self._facts(check, details, where))
        )

    def _facts(self, check: _Check, details: dict[str, object], where: str) -> Facts:
        weakness = name_weakness("checkov", text(details.get("id")) or check.check_id, [])
        word = text(check.severity) or text(details.get("severity"))
        package = text(details.get("package_name"))
        fixed = text(details.get("lowest_fixed_version"))
        fixed = "" if fixed.lower() == "n/a" else fixed
        named = text(check.check_name) or text(check.short_description)
        aliases = (*weakness.aliases, *texts(check.bc_check_id))
        return Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=f"{weakness.source_id} in {package}" if package else named or check.check_id,
            severity=self._gathering.rate(word, where),
            native_severity=word,
            kind=self._kind(details),
            description=text(details.get("description")) or text(check.description),
            solution=f"Upgrade {package} to {fixed}." if package and fixed else "",
            cves=weakness.cves,
            aliases=tuple(each for each in dict.fromkeys(aliases) if each != weakness.source_id),
            cvss=texts([details.get("vector"), details.get("cvss")]),
            references=texts([check.guideline, details.get("link")]),
            family=self._framework,
            package=package,
            version=text(details.get("package_version")),
            fixed_version=fixed,
            published=iso_day(text(details.get("published_date"))),
            vendor_status=text(details.get("status")),
        )

    def _kind(self, details: dict[str, object]) -> WeaknessKind:
        if self._framework == "secrets":
            return WeaknessKind.SECRET
        return WeaknessKind.VULNERABILITY if details else WeaknessKind.CONFIGURATION


def _asset(source: Source, gathering: Gathering, address: str) -> Asset:
    match = _REPOSITORY.search(address)
    if match:
        return code_asset(match[1])
    asset, problem = unnamed_asset(source, AssetKind.CODE)
    if problem not in gathering.problems:
        gathering.problems.append(problem)
    return asset


def _code(block: object) -> str:
    """Return the lines of a code block, which stand in it as pairs of number and text."""
    lines = block if isinstance(block, list) else []
    pairs = [each for each in lines if isinstance(each, list) and len(each) > 1]
    return "".join([each[1] for each in pairs if isinstance(each[1], str)]).rstrip()
