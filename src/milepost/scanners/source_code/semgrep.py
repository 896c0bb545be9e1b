"""Semgrep's JSON reports.

A scan looks for all its rules in all files, so what is missing counts as gone; not so where the scan failed
(an error of level “error”), and not for rules that an error names. The fingerprint is not used: the open
edition withholds it, as it may withhold the lines; then the file and the number in it tell the occurrence.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetKind, AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences, cwes_of, mark_of, path_of
from milepost.scanners.source_code.values import is_true, mapping, objects, text, texts
from milepost.scanners.text import masked

SCOPE = "semgrep"
# As Semgrep's documentation lays its older words on the newer ones.
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "error": Severity.HIGH,
    "medium": Severity.MODERATE,
    "warning": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.LOW,
    "experiment": Severity.INFO,
    "inventory": Severity.INFO,
    "": Severity.UNRATED,
}
_WITHHELD = "requires login"
_NULL = msgspec.Raw(b"null")


class _Extra(msgspec.Struct):
    message: object = None
    severity: object = None
    metadata: msgspec.Raw = _NULL
    lines: object = None
    fix: object = None
    is_ignored: object = None
    sca_info: msgspec.Raw = _NULL


class _Result(msgspec.Struct):
    check_id: str
    path: str
    start: object = None
    extra: _Extra | None = None


_RESULT = msgspec.json.Decoder(_Result)
_TEXT = msgspec.json.Decoder(object)


class Semgrep:
    """The reader of Semgrep's JSON reports."""

    name = "semgrep"
    title = "Semgrep (JSON)"
    about = About(
        versions="`semgrep --json` of versions 0.x and 1.x, open and commercial, with supply chain results",
        key="check_id, path, a hash of extra.lines (white space apart); the next one there numbered",
        coverage="all rules in all files; nothing where errors[] has the level “error”, and no rule that an "
        "error names (rule_id)",
        fields={
            "source_id": "results[].check_id; in the supply chain metadata.sca-vuln-database-identifier",
            "title": "the last part of check_id",
            "severity, native_severity": "extra.severity",
            "description": "extra.message",
            "solution": "extra.fix",
            "cwes": "extra.metadata.cwe",
            "cves, aliases": "extra.metadata.sca-vuln-database-identifier",
            "references": "extra.metadata.references, source, source-rule-url",
            "family": "extra.metadata.category",
            "package": "extra.sca_info.dependency_match.found_dependency.package",
            "Facts.version": "extra.sca_info.dependency_match.found_dependency.version",
            "vendor_status, actionable": "extra.is_ignored",
            "locator": "path and extra.lines",
            "output": "path, start.line, extra.lines (masked)",
            "tool": "version",
        },
        severities=SEVERITIES,
        sources=("Semgrep Docs, semgrep_output_v1 (cli_output)", "Semgrep Docs, severity levels of rules"),
        samples=("scans/semgrep",),
        memory="the results, one at a time decoded; the file is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list of results with `check_id` and `extra`, or what stands around an empty one."""
        if "results" not in head.keys:
            return False
        if '"check_id"' in head.text:
            return '"extra"' in head.text and '"check_type"' not in head.text
        return "errors" in head.keys and "paths" in head.keys and '"scanned"' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the code that was scanned; see `Scanner.read`."""
        around, results = listing(source, "results")
        gathering = Gathering(source, SEVERITIES)
        asset, problem = unnamed_asset(source, AssetKind.CODE)
        gathering.problems.append(problem)
        code = gathering.on(asset)
        version = text(_loose(around.get("version")))
        code.scope(SCOPE, f"Semgrep {version}".rstrip())
        reading = _Results(source, gathering, code)
        for where, raw in results:
            reading.take(raw, where)
        reading.errors(around.get("errors"))
        reading.occurrences.remark(gathering)
        yield from gathering.parts()


SCANNER = Semgrep()


class _Results:
    """The results of a report as they add up."""

    def __init__(self, source: Source, gathering: Gathering, code: Gathered) -> None:
        self.occurrences = Occurrences()
        self._source, self._gathering, self._code = source, gathering, code
        self._known: dict[tuple[object, ...], Facts] = {}

    def take(self, raw: msgspec.Raw, where: str) -> None:
        """Read one result."""
        result = record(raw, _RESULT, self._source, where)
        if isinstance(result, Problem):
            self._gathering.problems.append(result)
            return
        extra = result.extra or _Extra()
        facts = self._described(result.check_id, extra, where)
        lines = _shown(extra.lines)
        path, start = path_of(result.path), mapping(result.start)
        secret = facts.kind is WeaknessKind.SECRET
        within = f"{path} {facts.package}" if facts.package else path
        place = within if secret or facts.package else f"{path} {mark_of(lines)}".rstrip()
        line = text(start.get("line"))
        spot = (line, text(start.get("col")), lines if facts.package else "")
        locator = self.occurrences.locator((facts.source, facts.source_id), place, spot)
        if locator is None:
            return
        self.occurrences.suppressed += not facts.actionable
        output = ":".join(filter(None, (path, line))) + ("" if secret else f"\n{masked(lines)}".rstrip())
        self._code.found(facts, locator, output)

    def errors(self, raw: msgspec.Raw | None) -> None:
        """Leave out what could not be looked for, and count nothing as gone after a scan that failed."""
        listed = _loose(raw)
        given = objects(listed)
        for error in given:
            rule_id = text(error.get("rule_id"))
            if rule_id:
                self._code.skipped(rule_id)
        failed = [each for each in given if text(each.get("level")).lower() == "error"]
        if failed:
            scope = self._code.scopes[0]
            scope.only_assessed = True
            scope.assessed.clear()
            said = text(failed[0].get("message")).partition("\n")[0][:200]
            what = f"the scan had {len(failed)} errors, the first of them: {said}"
            fix = "what is missing in it does not count as gone; scan again"
            self._gathering.problem("errors", what, fix)

    def _described(self, check_id: str, extra: _Extra, where: str) -> Facts:
        """Return what is known of a rule as it speaks here, built once for equal words."""
        said = (text(extra.message), text(extra.severity), text(extra.fix), is_true(extra.is_ignored))
        key = (check_id, *said, bytes(extra.metadata), bytes(extra.sca_info))
        facts = self._known.get(key)
        if facts is None:
            facts = self._known[key] = self._gathering.shared(self._facts(check_id, extra, where))
        return facts

    def _facts(self, check_id: str, extra: _Extra, where: str) -> Facts:
        metadata = mapping(_loose(extra.metadata))
        found = _dependency(_loose(extra.sca_info))
        named = texts(metadata.get("sca-vuln-database-identifier"))
        weakness = name_weakness("semgrep", (*named, check_id)[0] if found else check_id, list(named))
        word = text(extra.severity)
        ignored = is_true(extra.is_ignored)
        fix = _shown(extra.fix)
        return Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=check_id.rpartition(".")[2] or check_id,
            severity=self._gathering.rate(word, where),
            native_severity=word,
            kind=_kind(check_id, metadata),
            description=masked(text(extra.message)),
            solution=masked(f"Replace it with: {fix}") if fix else "",
            cves=weakness.cves,
            cwes=cwes_of(*texts(metadata.get("cwe"))),
            aliases=weakness.aliases,
            references=_references(metadata),
            family=text(metadata.get("category")),
            package=text(found.get("package")),
            version=text(found.get("version")),
            vendor_status="suppressed: nosemgrep" if ignored else "",
            actionable=not ignored,
        )


def _kind(check_id: str, metadata: dict[str, object]) -> WeaknessKind:
    words = {*check_id.lower().split("."), *(each.lower() for each in texts(metadata.get("technology")))}
    if words & {"secrets", "secret"}:
        return WeaknessKind.SECRET
    if words & {"terraform", "dockerfile", "kubernetes", "cloudformation", "docker-compose"}:
        return WeaknessKind.CONFIGURATION
    return WeaknessKind.VULNERABILITY


def _references(metadata: dict[str, object]) -> tuple[str, ...]:
    names = ("references", "source", "source-rule-url")
    found = (each for name in names for each in texts(metadata.get(name)))
    return tuple(dict.fromkeys(found))


def _dependency(info: object) -> dict[str, object]:
    return mapping(mapping(mapping(info).get("dependency_match")).get("found_dependency"))


def _shown(value: object) -> str:
    shown = text(value)
    return "" if shown.lower() == _WITHHELD else shown


def _loose(raw: msgspec.Raw | None) -> object:
    return None if raw is None else _TEXT.decode(raw)
