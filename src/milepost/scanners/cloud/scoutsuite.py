"""ScoutSuite's results: a JavaScript file that sets one variable to a JSON document. It is never executed.

The account is the asset; a rule is a weakness, each of its flagged items (the path of a resource in the
document) a place. A rule that checked items counts as assessed, found or not; one that checked none does not:
the account may have no such resources, or Scout may not have been allowed to list them.
"""

import re
from collections.abc import Iterator

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import resource_asset
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.documents import check, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.values import integer, text, texts
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant

SCOPE = "scoutsuite"
SEVERITIES = {
    "danger": Severity.HIGH,
    "warning": Severity.MODERATE,
    "good": Severity.INFO,
    "": Severity.UNRATED,
}
_VARIABLE = "scoutsuite_results"
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:scoutsuite_results\s*=)?\s*(?=\{)")


class _Run(msgspec.Struct):
    time: object = None
    version: object = None


class _Service(msgspec.Struct):
    findings: dict[str, msgspec.Raw] | None = None


class _Results(msgspec.Struct):
    account_id: object = None
    project_id: object = None
    provider_code: object = None
    last_run: _Run | None = None
    services: dict[str, msgspec.Raw] | None = None


class _Rule(msgspec.Struct):
    items: object = None
    flagged_items: object = None
    checked_items: object = None
    description: object = None
    rationale: object = None
    remediation: object = None
    references: object = None
    level: object = None
    service: object = None


_RESULTS = msgspec.json.Decoder(_Results)
_SERVICE = msgspec.json.Decoder(_Service)
_RULE = msgspec.json.Decoder(_Rule)


class ScoutSuite:
    """The reader of ScoutSuite's results."""

    name = "scoutsuite"
    title = "ScoutSuite (JavaScript)"
    about = About(
        versions="ScoutSuite 5, any provider: scoutsuite_results_….js, or the JSON document in it",
        key="provider_code and account_id, the rule's key in services.*.findings, the item's path",
        coverage="the rules that checked items; not those that checked none",
        fields={
            "source_id": "the key in services.*.findings",
            "title": "description",
            "severity, native_severity": "level",
            "description": "rationale",
            "solution": "remediation",
            "references": "references",
            "family": "service",
            "locator": "items[]",
            "output": "items[]",
            "identifiers": "provider_code, account_id (else project_id)",
            "scanned_at": "last_run.time",
            "tool": "last_run.version",
        },
        severities=SEVERITIES,
        sources=("nccgroup/ScoutSuite, ProcessingEngine and Ruleset", "ScoutSuite wiki, Programmatic usage"),
        samples=("scans/scoutsuite",),
        memory="the file, once as it stands; what it says of resources is not decoded",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the variable, or by the keys of the document without it."""
        if head.text.lstrip().startswith(_VARIABLE):
            return True
        return head.keys >= {"provider_code", "last_run"}

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the account; see `Scanner.read`."""
        results = _decoded(source)
        occurrences = Occurrences(source, SEVERITIES)
        held = _account(occurrences, results)
        if held is not None:
            for service, raw in (results.services or {}).items():
                where = f"services.{service}"
                found = record(raw, _SERVICE, source, where)
                if isinstance(found, Problem):
                    occurrences.gathering.problems.append(found)
                    continue
                for rule_id, rule in (found.findings or {}).items():
                    _take(source, occurrences, held, rule_id, rule, f"{where}.findings.{rule_id}")
        yield from occurrences.parts()


SCANNER = ScoutSuite()


def _decoded(source: Source) -> _Results:
    """Decode the document behind the variable.

    Raises:
        DamagedInput: there is none, or it is not JSON.
        HostileInput: it is nested too deep.
    """
    data = source.path.read_bytes()
    beginning = _BEGINNING.match(data)
    if beginning is None:
        what = "no document follows the variable scoutsuite_results"
        raise DamagedInput(what, where=source.name, fix="export the results again")
    document = data[beginning.end() :].rstrip(b" \t\r\n;")
    check(document, source.name)
    results = record(msgspec.Raw(document), _RESULTS, source, "the document")
    if isinstance(results, Problem):
        raise DamagedInput(results.what, where=results.where, fix="export the results again")
    return results


def _account(occurrences: Occurrences, results: _Results) -> Gathered | None:
    account = text(results.account_id) or text(results.project_id)
    if not account:
        what = "the results name no account, so nothing in them has a place"
        occurrences.gathering.problem("account_id", what, "scan again with the account's own credentials")
        return None
    provider = text(results.provider_code) or "cloud"
    held = occurrences.on(account, lambda: resource_asset(f"{provider}/{account}", account))
    run = results.last_run or _Run()
    held.scope(SCOPE, f"ScoutSuite {text(run.version)}".rstrip(), only_assessed=True)
    held.dated(iso_instant(text(run.time)))
    return held


def _take(
    source: Source, occurrences: Occurrences, held: Gathered, rule_id: str, raw: msgspec.Raw, where: str
) -> None:
    rule = record(raw, _RULE, source, where)
    if isinstance(rule, Problem):
        occurrences.gathering.problems.append(rule)
        return
    items = texts(rule.items)
    flagged = integer(rule.flagged_items)
    if flagged is not None and flagged > len(items):
        what = f"{flagged} items are flagged and {len(items)} different ones are listed"
        occurrences.gathering.problem(where, what, "look at the rule in ScoutSuite's own report")
    if items or flagged:
        facts = _facts(occurrences, rule_id, rule, where)
        for item in items or ("",):
            occurrences.found(held, facts, item, output=item)
    elif integer(rule.checked_items):
        held.passed(rule_id)
    else:
        held.skipped(rule_id)


def _facts(occurrences: Occurrences, rule_id: str, rule: _Rule, where: str) -> Facts:
    word = text(rule.level)
    return Facts(
        source="scoutsuite",
        source_id=rule_id,
        title=text(rule.description) or rule_id,
        severity=occurrences.gathering.rate(word, where),
        native_severity=word,
        kind=WeaknessKind.CONFIGURATION,
        description=plain(text(rule.rationale)),
        solution=plain(text(rule.remediation)),
        references=texts(rule.references),
        family=text(rule.service),
    )
