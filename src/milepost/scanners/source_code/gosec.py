"""gosec's JSON reports on Go code.

Every rule is looked for in every package that compiles: what is missing counts as gone, unless the report
lists errors of the compiler, for then parts were not looked at. gosec writes absolute paths; only a file's
last folder and name are kept in the place, so that the same code checked out elsewhere is the same code.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from milepost.domain.finding import AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering, Known
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences, mark_of, path_of, tail_of
from milepost.scanners.source_code.values import is_true, mapping, objects, text
from milepost.scanners.text import masked

SCOPE = "gosec"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "": Severity.UNRATED,
}
_LINE_NUMBER = re.compile(r"^(\d+): ?", re.MULTILINE)


class _Cwe(msgspec.Struct, frozen=True):
    id: object = None
    url: object = None
    upper_id: object = msgspec.field(default=None, name="ID")
    upper_url: object = msgspec.field(default=None, name="URL")


class _Issue(msgspec.Struct):
    rule_id: str
    file: str
    cwe: _Cwe | list[object] | str | float | bool | None = None
    severity: object = None
    confidence: object = None
    details: object = None
    code: object = None
    line: object = None
    column: object = None
    nosec: object = None
    suppressions: object = None
    autofix: object = None


_ISSUE = msgspec.json.Decoder(_Issue)
_LOOSE = msgspec.json.Decoder(object)


class Gosec:
    """The reader of gosec's JSON reports."""

    name = "gosec"
    title = "gosec (JSON)"
    about = About(
        versions="`gosec -fmt=json` of version 2, with and without `-track-suppressions`",
        key="rule_id, the last folder and name of file, a hash of the line in code; the next one numbered",
        coverage="all rules in all code; nothing where “Golang errors” names files",
        fields={
            "source_id": "Issues[].rule_id",
            "title": "Issues[].details",
            "severity, native_severity": "Issues[].severity",
            "description": "Issues[].details and confidence",
            "solution": "Issues[].autofix",
            "cwes": "Issues[].cwe.id",
            "references": "Issues[].cwe.url",
            "vendor_status, actionable": "Issues[].nosec, suppressions[].kind and justification",
            "locator": "Issues[].file, code, line",
            "output": "Issues[].file, line, code (masked)",
            "tool": "GosecVersion",
        },
        severities=SEVERITIES,
        sources=("securego/gosec, issue.Issue and gosec.ReportInfo",),
        samples=("scans/gosec",),
        memory="the issues, one at a time decoded; the file is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list of issues beside the compiler's errors, the statistics or the version."""
        if "Issues" not in head.keys:
            return False
        return bool(head.keys & {"Golang errors", "GosecVersion"}) or (
            '"rule_id"' in head.text and '"confidence"' in head.text
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the code that was scanned; see `Scanner.read`."""
        around, issues = listing(source, "Issues")
        gathering = Gathering(source, SEVERITIES)
        asset, problem = unnamed_asset(source, AssetKind.CODE)
        gathering.problems.append(problem)
        code = gathering.on(asset)
        version = text(_loose(around.get("GosecVersion")))
        code.scope(SCOPE, f"gosec {version}".rstrip())
        reading = _Issues(gathering, code)
        for where, raw in issues:
            issue = record(raw, _ISSUE, source, where)
            if isinstance(issue, Problem):
                gathering.problems.append(issue)
            else:
                reading.take(issue, where)
        _restrict(gathering, code, mapping(_loose(around.get("Golang errors"))))
        reading.occurrences.remark(gathering)
        yield from gathering.parts()


SCANNER = Gosec()


class _Issues:
    """The issues of a report as they add up."""

    def __init__(self, gathering: Gathering, code: Gathered) -> None:
        self.occurrences = Occurrences()
        self._gathering, self._code = gathering, code
        self._known: Known[Facts] = Known()

    def take(self, issue: _Issue, where: str) -> None:
        """Read one issue."""
        facts = self._described(issue, where)
        path, line, code = path_of(issue.file), text(issue.line), text(issue.code)
        place = f"{tail_of(path)} {_mark_of(code, line)}".strip()
        spot = (path, line, text(issue.column), text(issue.details))
        locator = self.occurrences.locator((facts.source, facts.source_id), place, spot)
        if locator is not None:
            self.occurrences.suppressed += not facts.actionable
            shown = f"{path}:{line}".rstrip(":")
            self._code.found(
                facts, locator, f"{shown}\n{masked(code)}" if shown and code else shown or masked(code)
            )

    def _described(self, issue: _Issue, where: str) -> Facts:
        """Return what is known of a rule as it speaks here, built once for equal words."""
        said = (issue.severity, issue.confidence, issue.details, issue.autofix, issue.cwe)
        key = (issue.rule_id, said, issue.nosec, _suppressed(issue) if issue.suppressions else "")
        return self._known.get(key) or self._known.keep(
            key, self._gathering.shared(_facts(self._gathering, issue, where))
        )


def _facts(gathering: Gathering, issue: _Issue, where: str) -> Facts:
    word, details, confidence = text(issue.severity), text(issue.details), text(issue.confidence)
    cwe = issue.cwe if isinstance(issue.cwe, _Cwe) else _Cwe()
    number = text(cwe.id) or text(cwe.upper_id)
    address = text(cwe.url) or text(cwe.upper_url)
    status = _suppressed(issue)
    return Facts(
        source="gosec",
        source_id=issue.rule_id,
        title=details or issue.rule_id,
        severity=gathering.rate(word, where),
        native_severity=word,
        description=f"{details} (confidence {confidence.lower()})" if confidence else details,
        solution=masked(text(issue.autofix)),
        cwes=(f"CWE-{number}",) if number.isdigit() else (),
        references=(address,) if address else (),
        vendor_status=status,
        actionable=not status,
    )


def _suppressed(issue: _Issue) -> str:
    given = objects(issue.suppressions)
    if given:
        words = [text(given[0].get("kind")), masked(text(given[0].get("justification")))]
        return "suppressed: " + (": ".join(filter(None, words)) or "in the report")
    return "suppressed: nosec" if is_true(issue.nosec) else ""


@lru_cache(maxsize=1 << 13)
def _mark_of(code: str, line: str) -> str:
    return mark_of(_line_of(code, line))


def _line_of(code: str, line: str) -> str:
    """Return of a piece of code with numbered lines the one that the issue is about, without its number."""
    first = line.partition("-")[0]
    for each in code.splitlines() if f"{first}:" in code else ():
        match = _LINE_NUMBER.match(each)
        if match and match[1] == first:
            return each[match.end() :]
    return _LINE_NUMBER.sub("", code)


def _restrict(gathering: Gathering, code: Gathered, errors: dict[str, object]) -> None:
    if not errors:
        return
    scope = code.scopes[0]
    scope.only_assessed = True
    scope.assessed.clear()
    what = f"{len(errors)} files did not compile, {path_of(next(iter(errors)))} the first of them"
    gathering.problem(
        "Golang errors", what, "what is missing does not count as gone; repair them, scan again"
    )


def _loose(raw: msgspec.Raw | None) -> object:
    return None if raw is None else _LOOSE.decode(raw)
