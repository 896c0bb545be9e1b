"""The results of one SARIF run: findings, what passed, what was not established (section 3.27)."""

import re
from datetime import datetime

import msgspec

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.documents import record
from milepost.scanners.gathering import Gathering, Known
from milepost.scanners.packages import place
from milepost.scanners.scanner import Source
from milepost.scanners.source_code.places import Occurrences, cwes_of, mark_of
from milepost.scanners.source_code.sarif_facts import (
    Package,
    Rating,
    facts_of,
    package_of,
    suppressed_as,
    weakness_of,
)
from milepost.scanners.source_code.sarif_places import Places, asset_of, fingerprint_of, symbol_of
from milepost.scanners.source_code.sarif_rules import Rule, Tool, cwes_in, rated
from milepost.scanners.source_code.values import integer, mapping, objects, text, texts
from milepost.scanners.text import masked
from milepost.scanners.times import iso_instant

_LOCATIONS_SHOWN = 20
_SPOT = ("startLine", "startColumn", "charOffset", "byteOffset")
_ARGUMENT = re.compile(r"\{(\d{1,3})\}")


class Run(msgspec.Struct, rename="camel"):
    """A run as it stands in the log; its results stay undecoded until each is asked for."""

    tool: object = None
    results: list[msgspec.Raw] | None = None
    invocations: object = None
    automation_details: object = None
    version_control_provenance: object = None
    original_uri_base_ids: object = msgspec.field(default=None, name="originalUriBaseIds")
    artifacts: msgspec.Raw = msgspec.Raw(b"null")
    properties: object = None


class _Result(msgspec.Struct, rename="camel"):
    rule_id: object = None
    rule_index: object = None
    rule: object = None
    kind: object = None
    level: object = None
    message: object = None
    locations: object = None
    fingerprints: object = None
    partial_fingerprints: object = None
    suppressions: object = None
    baseline_state: object = None
    provenance: object = None
    taxa: object = None
    properties: object = None


_RESULT = msgspec.json.Decoder(_Result)


class Results:
    """The results of one run as they add up on the thing that it scanned."""

    def __init__(
        self, source: Source, gathering: Gathering, occurrences: Occurrences, run: Run, where: str
    ) -> None:
        """Read what stands around the results: tool, asset, scope, settings of rules."""
        self._source, self._gathering, self._occurrences = source, gathering, occurrences
        self._run, self._where = run, where
        self._tool = Tool(run.tool)
        self._invocations = objects(run.invocations)
        self._places = Places(run.original_uri_base_ids, run.invocations, run.artifacts)
        self._overrides = _overrides(self._invocations)
        self._facts: dict[tuple[object, ...], Facts] = {}
        self._plain: Known[Facts] = Known()
        self._rules: Known[tuple[Rule, str]] = Known()
        symbol = _first_symbol(run.results)
        asset, problem = asset_of(source, run.properties, run.version_control_provenance, symbol)
        if problem is not None and problem not in gathering.problems:
            gathering.problems.append(problem)
        self._gathered = gathering.on(asset)
        category = text(mapping(run.automation_details).get("id")).rpartition("/")[0]
        name = ":".join(filter(None, ("sarif", self._tool.family, category)))
        self._scope = self._gathered.scope(name, self._tool.shown)
        self._gathered.dated(_ended(self._invocations), scope=self._scope)

    def take(self) -> None:
        """Read every result; nothing counts as looked for in a run that failed or did not scan."""
        for number, raw in enumerate(self._run.results or []):
            where = f"{self._where}.results[{number}]"
            result = record(raw, _RESULT, self._source, where)
            if isinstance(result, Problem):
                self._gathering.problems.append(result)
            else:
                self._take(result, where)
        for rule_id in _broken(self._invocations):
            self._gathered.skipped(weakness_of(self._tool, rule_id).source_id, scope=self._scope)
        self._restrict()

    def _restrict(self) -> None:
        failed = any(each.get("executionSuccessful") is False for each in self._invocations)
        if not failed and self._run.results is not None:
            return
        scope = self._gathered.scopes[self._scope]
        scope.only_assessed = True
        scope.assessed.clear()
        what = "the tool says that its run failed" if failed else "the run has no list of results"
        fix = "what is missing in it does not count as gone; scan again"
        self._gathering.problem(self._where, what, fix)

    def _take(self, result: _Result, where: str) -> None:
        rule, rule_id = self._rule(result)
        if not rule_id:
            self._gathering.problem(where, "this result names no rule", "correct the result, or report it")
            return
        kind = text(result.kind).lower() or "fail" if result.kind else "fail"
        if kind == "fail" and (not result.baseline_state or text(result.baseline_state).lower() != "absent"):
            self._find(result, rule, rule_id, where)
            return
        source_id = weakness_of(self._tool, rule_id).source_id
        note = self._gathered.passed if kind in {"fail", "pass"} else self._gathered.skipped
        note(source_id, scope=self._scope)

    def _rule(self, result: _Result) -> tuple[Rule, str]:
        """Return the rule that a result means, and the id by which it means it."""
        said = (result.rule_id, result.rule_index)
        known = self._rules.get(said) if result.rule is None else None
        if known is not None:
            return known
        reference = mapping(result.rule)
        rule_id = text(result.rule_id) or text(reference.get("id"))
        index = integer(result.rule_index)
        index = integer(reference.get("index")) if index is None else index
        rule = self._tool.rule(rule_id, index, reference.get("toolComponent"))
        found = (rule, rule_id or rule.id)
        return found if result.rule is not None else self._rules.keep(said, found)

    def _find(self, result: _Result, rule: Rule, rule_id: str, where: str) -> None:
        message = self._message(result, rule)
        package = package_of(self._tool, rule_id, message)
        said = (result.rule_id, result.rule_index, result.level, package)
        plain = not (result.rule or result.properties or result.taxa or result.suppressions)
        facts = self._plain.get(said) if plain else None
        if facts is None:
            facts = self._described(result, rule, rule_id, package, where)
        if plain:
            self._plain.keep(said, facts)
        locations = objects(result.locations)
        locator = self._locator(result, facts, locations, message)
        if locator is None:
            return
        self._occurrences.suppressed += not facts.actionable
        first_seen = None
        if result.provenance:
            first_seen = iso_instant(text(mapping(result.provenance).get("firstDetectionTimeUtc")))
        output = self._output(message, locations, facts.kind)
        self._gathered.found(facts, locator, output, first_seen=first_seen, scope=self._scope)

    def _described(self, result: _Result, rule: Rule, rule_id: str, package: Package, where: str) -> Facts:
        properties = mapping(result.properties)
        level = self._level(result, rule, rule_id)
        rating = text(properties.get("security-severity")) or rule.rating
        named = (*texts(properties.get("cwe")), *texts(properties.get("tags")))
        cwes = (*rule.cwes, *cwes_in(result.taxa), *cwes_of(*named))
        status = suppressed_as(result.suppressions)
        key = (rule, rule_id, level, rating, cwes, package, status)
        facts = self._facts.get(key)
        if facts is None:
            rating_held = self._rating(level, rating, where)
            facts = facts_of(self._tool, rule, rule_id, rating_held, package, cwes, status)
            facts = self._facts[key] = self._gathering.shared(facts)
        return facts

    def _rating(self, level: str, rating: str, where: str) -> Rating:
        severity, reason = rated(level, rating)
        if severity is None:
            what = f"the severity “{rating or level}” is unknown; the finding is unrated"
            self._gathering.problem(where, what, "rate it by hand")
        return Rating(level, severity or Severity.UNRATED, reason)

    def _level(self, result: _Result, rule: Rule, rule_id: str) -> str:
        """Return the level of a result, else what the run or the rule sets (sections 3.27.10, 3.50)."""
        own = text(result.level).lower()
        return own or self._overrides.get(rule.id or rule_id, "") or rule.level or "warning"

    def _message(self, result: _Result, rule: Rule) -> str:
        message = mapping(result.message)
        said = text(message.get("text")) or text(message.get("markdown"))
        if not said and message.get("id") is not None:
            said = self._tool.message(rule, text(message.get("id")))
        arguments = message.get("arguments")
        if isinstance(arguments, list) and "{" in said:
            words = [text(each) for each in arguments]
            said = _ARGUMENT.sub(lambda m: words[int(m[1])] if int(m[1]) < len(words) else m[0], said)
        return said

    def _locator(
        self, result: _Result, facts: Facts, locations: list[dict[str, object]], message: str
    ) -> str | None:
        """Return where the result is, told apart from others there; None for one that was met before."""
        first = locations[0] if locations else {}
        physical = mapping(first.get("physicalLocation"))
        path = self._places.path(physical.get("artifactLocation"))
        region = mapping(physical.get("region"))
        if facts.package:
            within = self._in_package(facts, path)
        else:
            within = f"{path} {self._mark(result, facts.kind, first, region)}".strip()
        spot = (_spot(region), message)
        key = (self._gathered, self._scope, facts.source, facts.source_id)
        return self._occurrences.locator(key, within, spot)

    def _in_package(self, facts: Facts, path: str) -> str:
        """Return a package's place as the tool's own report gives it: with its path unless of the system."""
        of_system = self._tool.family == "grype" or "." not in path.rpartition("/")[2]
        return facts.package if of_system else place(facts.package, facts.version, path)

    def _mark(
        self, result: _Result, kind: WeaknessKind, location: dict[str, object], region: dict[str, object]
    ) -> str:
        fingerprint = fingerprint_of(result.fingerprints, result.partial_fingerprints)
        if fingerprint or kind is WeaknessKind.SECRET:
            return fingerprint
        snippet = text(mapping(region.get("snippet")).get("text"))
        return mark_of(snippet) or symbol_of(location.get("logicalLocations"))

    def _output(self, message: str, locations: list[dict[str, object]], kind: WeaknessKind) -> str:
        """Return the message, every place with its line, and the code at the first, secrets masked."""
        lines = [masked(message)]
        for location in locations[:_LOCATIONS_SHOWN]:
            physical = mapping(location.get("physicalLocation"))
            path = self._places.path(physical.get("artifactLocation"))
            line = text(mapping(physical.get("region")).get("startLine"))
            place = f"{path}:{line}" if path and line else path or line
            lines.append(place or symbol_of(location.get("logicalLocations")))
        if len(locations) > _LOCATIONS_SHOWN:
            lines.append(f"and {len(locations) - _LOCATIONS_SHOWN} more places")
        if locations and kind is not WeaknessKind.SECRET:
            region = mapping(mapping(locations[0].get("physicalLocation")).get("region"))
            lines.append(masked(text(mapping(region.get("snippet")).get("text"))))
        return "\n".join(filter(None, lines))


def _spot(region: dict[str, object]) -> tuple[object, ...]:
    return tuple([text(region[name]) if name in region else "" for name in _SPOT])


def _first_symbol(results: list[msgspec.Raw] | None) -> str:
    """Return the symbol of the first result, in which Grype names the image."""
    if not results:
        return ""
    try:
        first = _RESULT.decode(results[0])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    locations = objects(first.locations)
    return symbol_of(locations[0].get("logicalLocations")) if locations else ""


def _overrides(invocations: list[dict[str, object]]) -> dict[str, str]:
    """Return the levels that an invocation sets for rules (section 3.20.5)."""
    levels = {}
    for invocation in invocations:
        for override in objects(invocation.get("ruleConfigurationOverrides")):
            rule_id = text(mapping(override.get("descriptor")).get("id"))
            level = text(mapping(override.get("configuration")).get("level")).lower()
            if rule_id and level:
                levels[rule_id] = level
    return levels


def _broken(invocations: list[dict[str, object]]) -> list[str]:
    """Return the rules that the tool says it could not apply (sections 3.20.21 and 3.20.22)."""
    kinds = ("toolExecutionNotifications", "toolConfigurationNotifications")
    notifications = [
        each for invocation in invocations for kind in kinds for each in objects(invocation.get(kind))
    ]
    failed = [each for each in notifications if text(each.get("level")).lower() == "error"]
    return list(filter(None, (text(mapping(each.get("associatedRule")).get("id")) for each in failed)))


def _ended(invocations: list[dict[str, object]]) -> datetime | None:
    named = [text(each.get("endTimeUtc")) or text(each.get("startTimeUtc")) for each in invocations]
    return max(filter(None, map(iso_instant, named)), default=None)
