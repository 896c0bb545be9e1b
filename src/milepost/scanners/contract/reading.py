"""What the contract asks of what is read: assets once, occurrences once, coverage, times, problems."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from datetime import datetime, timedelta

from milepost.domain.finding import Asset, AssetReport, Coverage, Facts, Finding
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement
from milepost.scanners.about import About
from milepost.scanners.contract.specimen import Read
from milepost.scanners.contract.verdict import Breach, Clause

Check = Callable[[Read], Iterator[Breach]]

_NO_TIME = timedelta(0)
_SECRETS = (
    re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{32,}"),
    re.compile(
        r"(?i)\bauthorization\s*:\s*(?:basic|bearer|digest|negotiate)\s+(?!(?-i:[A-Z_]+)\b)[A-Za-z0-9+/=._~-]{8,}"
    ),
    re.compile(r"(?<![A-Za-z0-9])(?:ghp|gho|ghs|ghu|glpat)[_-][A-Za-z0-9_-]{16,}"),
)
_DEFAULTS = {each.name: each.default for each in fields(Facts) if each.default is not MISSING}
_FIELDS = {field.name for kind in (Facts, Finding, Asset, Coverage, Statement) for field in fields(kind)}
_FIELDS |= {"asset"}
_ALWAYS = {"source", "source_id", "cves", "title", "severity", "native_severity", "locator", "kind"}


def assets_once(read: Read) -> Iterator[Breach]:
    """Every asset comes once, and none without an identifier."""
    met = Counter(report.asset.identifiers for report in read.reports)
    for identifiers, times in met.items():
        if not identifiers:
            yield Breach("an asset", "has no identifier")
        elif times > 1:
            yield Breach(identifiers[0].value, f"comes {times} times")


def occurrences_once(read: Read) -> Iterator[Breach]:
    """No two findings of an asset have the same source, source id and locator, unless the reader says why."""
    if read.scanner.about.repeats:
        return
    for report in read.reports:
        met = Counter((f.facts.source, f.facts.source_id, f.locator) for f in report.findings)
        for (source, source_id, locator), times in met.items():
            if times > 1:
                where = f"{report.asset.name}, {source}:{source_id}, “{locator}”"
                yield Breach(where, f"comes {times} times")


def coverage_named(read: Read) -> Iterator[Breach]:
    """Every asset has coverage, each of its own scope, and every finding belongs to one of them."""
    for report in read.reports:
        scopes = [coverage.scope for coverage in report.coverage]
        if not report.coverage or not all(scopes) or len(set(scopes)) < len(scopes):
            yield Breach(report.asset.name, f"has the coverages {scopes}: none, unnamed, or one twice")
        for finding in report.findings:
            if not 0 <= finding.coverage < len(report.coverage):
                yield Breach(_place(report, finding), f"names coverage {finding.coverage} of {len(scopes)}")


def times_in_utc(read: Read) -> Iterator[Breach]:
    """Every instant knows its zone, which is UTC."""
    for where, instant in _instants(read):
        if instant is not None and instant.utcoffset() != _NO_TIME:
            yield Breach(where, f"{instant.isoformat()} is not in UTC")


def identifiers_normal(read: Read) -> Iterator[Breach]:
    """Identifiers are in lower case and without blanks around them."""
    for report in read.reports:
        for identifier in report.asset.identifiers:
            value = identifier.value
            if not value or value != value.strip().lower():
                yield Breach(report.asset.name, f"has the {identifier.kind} “{value}”")


def severities_laid_out(read: Read) -> Iterator[Breach]:
    """Where the tool rates, not everything is unrated; and its words mean what `about` says they mean."""
    rated = {id(f.facts): f.facts for f in _findings(read) if f.facts.native_severity.strip()}
    if rated and all(facts.severity is Severity.UNRATED for facts in rated.values()):
        words = sorted({facts.native_severity for facts in rated.values()})[:5]
        known = read.scanner.about.severities
        if any(known.get(word.strip().lower()) is not Severity.UNRATED for word in words):
            yield Breach(read.name, f"every finding is unrated, though the tool says {', '.join(words)}")


def source_ids_given(read: Read) -> Iterator[Breach]:
    """Every weakness has a source and an id in it, without blanks around them; every statement has names."""
    for report in read.reports:
        for finding in report.findings:
            named = (finding.facts.source, finding.facts.source_id)
            if not all(text and text == text.strip() for text in named):
                yield Breach(_place(report, finding), f"has the source and id {named}")
    for statement in read.statements:
        if not statement.names or not all(name.strip() for name in statement.names):
            yield Breach("a statement", f"has the names {statement.names}")


def problems_help(read: Read) -> Iterator[Breach]:
    """Every problem names the file and place, what it is, and a way to put it right."""
    for where, what, fix in read.problems:
        if not where.startswith(read.name) or not what.strip() or not fix.strip():
            yield Breach(where or read.name, f"the problem says “{what}” and advises “{fix}”")


def fields_documented(read: Read) -> Iterator[Breach]:
    """Every field that is filled stands in the list of fields that `about` gives."""
    documented = field_names(read.scanner.about) | _ALWAYS
    filled: dict[str, str] = {}
    for report in read.reports:
        if report.asset.version and "asset" not in documented:
            filled.setdefault("version", report.asset.name)
        for finding in report.findings:
            for name in _finding_fields(finding):
                if name not in filled:
                    filled[name] = _place(report, finding)
    for name in sorted(filled.keys() - documented):
        yield Breach(filled[name], f"fills “{name}”, which about.fields does not name")


def field_names(about: About) -> set[str]:
    """Return the fields that `about` documents; an entry may name several, or be like `Asset.version`."""
    entries = (re.sub(r"\(.*?\)", "", entry) for entry in about.fields)
    names = (name for entry in entries for name in re.split(r"[\s,/]+", entry) if name)
    return {name.rpartition(".")[2] for name in names}


def about_said(read: Read) -> Iterator[Breach]:
    """The reader says which versions it reads, by what key, with which coverage, and which fields exist."""
    about = read.scanner.about
    for name in ("versions", "key", "coverage", "memory"):
        if not getattr(about, name).strip():
            yield Breach(f"about.{name}", "says nothing")
    unknown = sorted(field_names(about) - _FIELDS)
    if unknown:
        yield Breach("about.fields", f"names what there is not: {', '.join(unknown)}")


def secrets_masked(read: Read) -> Iterator[Breach]:
    """No key, private key or credential of a request stands in what is kept."""
    seen: set[int] = set()
    for report in read.reports:
        for finding in report.findings:
            texts = [finding.output, finding.locator]
            if id(finding.facts) not in seen:
                seen.add(id(finding.facts))
                texts += _texts(finding.facts)
            if any(secret.search(text) for text in texts for secret in _SECRETS):
                yield Breach(_place(report, finding), "carries what looks like a key or credential")


CHECKS: tuple[tuple[Clause, Check], ...] = (
    (
        Clause("assets-once", "every asset comes once, by a name", "assets are compared one by one"),
        assets_once,
    ),
    (
        Clause(
            "occurrences-once",
            "no two findings of an asset have the same source id and place, or the reader says why",
            "an occurrence is asset, weakness and place",
        ),
        occurrences_once,
    ),
    (
        Clause(
            "coverage",
            "every finding belongs to a coverage of its asset",
            "absence means something only where it was looked for",
        ),
        coverage_named,
    ),
    (Clause("utc", "every instant is in UTC", "scans are folded in the order of their time"), times_in_utc),
    (
        Clause(
            "identifiers",
            "identifiers of assets are in lower case, without blanks around them",
            "the same host is written in many ways",
        ),
        identifiers_normal,
    ),
    (
        Clause(
            "severities",
            "where the tool rates, not all is unrated",
            "a rating that is not understood must show",
        ),
        severities_laid_out,
    ),
    (
        Clause(
            "source-ids",
            "every weakness has a source and an id in it, every statement a name",
            "a weakness is its source's id",
        ),
        source_ids_given,
    ),
    (
        Clause("problems", "every problem names file, matter and way out", "people have to act on it"),
        problems_help,
    ),
    (
        Clause(
            "about", "the reader says versions, key, coverage, memory and known fields", "so it is documented"
        ),
        about_said,
    ),
    (
        Clause("fields", "what is filled stands in about.fields", "what is read is documented"),
        fields_documented,
    ),
    (Clause("masked", "no secret stands in what is kept", "a register is read by many"), secrets_masked),
)


def _place(report: AssetReport, finding: Finding) -> str:
    return f"{report.asset.name}, {finding.facts.source}:{finding.facts.source_id}, “{finding.locator}”"


def _findings(read: Read) -> Iterator[Finding]:
    for report in read.reports:
        yield from report.findings


def _instants(read: Read) -> Iterator[tuple[str, datetime | None]]:
    for report in read.reports:
        for coverage in report.coverage:
            yield f"{report.asset.name}, {coverage.scope}", coverage.scanned_at
        for finding in report.findings:
            yield _place(report, finding), finding.first_seen
    for statement in read.statements:
        yield ", ".join(statement.names), statement.stated_at


def _finding_fields(finding: Finding) -> Iterator[str]:
    if finding.output:
        yield "output"
    if finding.first_seen:
        yield "first_seen"
    facts = finding.facts
    for name, default in _DEFAULTS.items():
        if getattr(facts, name) != default:
            yield name


def _texts(facts: Facts) -> Iterator[str]:
    for each in fields(facts):
        value: object = getattr(facts, each.name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value
