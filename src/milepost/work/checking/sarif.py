"""What a check found as SARIF 2.1.0 (OASIS), which code platforms and editors show."""

from urllib.parse import quote

from milepost import __version__
from milepost.checks.explaining import why
from milepost.checks.rule import Finding, Level, Rule
from milepost.work.checking.check_document import Checked

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Json = dict[str, object]


def as_sarif(checked: Checked) -> Json:
    """Return a log with one run: the rules that were judged, and each finding with its place."""
    met = {finding.rule.id: finding.rule for finding in checked.report.findings}
    rules = list({rule.id: rule for rule in checked.report.judged} | met)
    by_id = {rule.id: rule for rule in checked.report.judged} | met
    index = {name: number for number, name in enumerate(rules)}
    uri = quote(checked.document.name)
    run: Json = {
        "tool": {
            "driver": {"name": "Milepost", "version": __version__, "rules": [_rule(by_id[n]) for n in rules]}
        },
        "artifacts": [{"location": {"uri": uri}}],
        "results": [_result(finding, index, uri) for finding in checked.report.findings],
        "properties": {"layout": checked.document.layout, "profiles": list(checked.profiles)},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.condition},
        "help": {"text": f"{rule.fix} Source: {why(rule)} ({rule.standing})."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"group": rule.group, "standing": rule.standing, "sources": list(rule.sources)},
    }


def _result(finding: Finding, index: dict[str, int], uri: str) -> Json:
    about = f"{finding.item}: " if finding.item else ""
    result: Json = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": _LEVELS[finding.level],
        "message": {"text": f"{about}{finding.what}. {finding.rule.fix}"},
        "locations": [_location(finding, uri)],
        "partialFingerprints": {"itemAndField/v1": f"{finding.rule.id}/{finding.item}/{finding.field}"},
    }
    if finding.waiver:
        result["suppressions"] = [{"kind": "external", "justification": finding.waiver}]
    return result


def _location(finding: Finding, uri: str) -> Json:
    place = finding.place
    physical: Json = {"artifactLocation": {"uri": uri, "index": 0}}
    if place.lines and place.row:
        physical["region"] = {"startLine": place.row}
    name = f"{place.column}{place.row}" if place.row and not place.lines else place.sheet
    logical = {"name": name, "fullyQualifiedName": str(place), "kind": "object"}
    return {"physicalLocation": physical, "logicalLocations": [logical]}
