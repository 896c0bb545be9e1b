"""What a finding in the AWS Security Finding Format says: who found which weakness where, how it stands.

A check (a finding with a compliance status) goes by its control: by the id that Security Hub gives it across
standards, else by the generator. What else a product of AWS reports goes by its type, because its generator
names the product or the account only; what others report, by their generator. There the finding's own id is
the place.
"""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.cloud.asff_records import (
    Found,
    Package,
    Recommendation,
    Remediation,
    Vendor,
    Vulnerability,
)
from milepost.scanners.cloud.occurrences import words
from milepost.scanners.cloud.resources import full_version, package_place
from milepost.scanners.packages import name_weakness
from milepost.scanners.times import iso_day

_FOUNDATIONAL = "aws-foundational-security-best-practices/"
_NOTHING = {"none provided", "notavailable"}
_NETWORK = "Network Reachability"
_NAMES = {"securityhub": "security-hub"}


class Standing(Enum):
    """How a finding stands: to do, set aside by people, gone, not established, or claimed repaired."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    GONE = "gone"
    UNTESTED = "untested"
    CLAIMED = "claimed"


class Product(NamedTuple):
    """Who reports a finding: the family that it goes by, and the tool as people know it."""

    family: str
    tool: str
    of_aws: bool


class Sight(NamedTuple):
    """One weakness at one place of a finding: what is said of it, and where it is."""

    facts: Facts
    locator: str


def product_of(found: Found) -> Product:
    """Tell who reports a finding, by the ARN of the product; a custom one goes by its name."""
    name = words(found.product_name) or found.field("aws/securityhub/ProductName")
    return _product(found.product_arn, name)


def scope_of(found: Found, product: Product) -> str:
    """Return the scope of a finding: the family, and for Inspector the kind as its own lists have it."""
    if product.family != "inspector":
        return product.family
    if found.vulnerabilities:
        return "inspector:package"
    return "inspector:network" if _is_network(found) else "inspector"


def standing_of(found: Found) -> Standing:
    """Tell how a finding stands, by the check's result, the record's state and what people set."""
    result = _upper(found.compliance.status if found.compliance else None)
    if result == "PASSED":
        return Standing.GONE
    if result in {"WARNING", "NOT_AVAILABLE"}:
        return Standing.UNTESTED
    if _upper(found.record_state) == "ARCHIVED":
        return _archived(found, result)
    set_to = _upper(found.workflow.status if found.workflow else found.workflow_state)
    if set_to == "SUPPRESSED":
        return Standing.SUPPRESSED
    if set_to == "RESOLVED":
        return Standing.CLAIMED if result == "FAILED" else Standing.GONE
    return Standing.OPEN


def severity_word(found: Found) -> str:
    """Return the label; without one, the label that AWS gives to the normalized number (0 to 100)."""
    if found.severity is not None and found.severity.label:
        return found.severity.label
    provider = found.finding_provider_fields.severity if found.finding_provider_fields else None
    rated = [each for each in (found.severity, provider) if each is not None]
    label = next((each.label for each in rated if each.label), None)
    if label:
        return label
    numbers = [words(each.normalized) for each in rated if each.normalized is not None]
    return _label(numbers[0]) if numbers else ""


def sights_of(found: Found, product: Product, severity: Severity) -> Iterator[Sight]:
    """Yield every weakness that a finding reports, with its place, each once."""
    if not found.vulnerabilities:
        yield _one(found, product, severity)
        return
    every = (_packages(found, product, severity, flaw) for flaw in found.vulnerabilities)
    sights = {(sight.facts.source_id, sight.locator): sight for each in every for sight in each}
    yield from sights.values()


def _archived(found: Found, result: str) -> Standing:
    """Tell why a record was archived: by people in the product, or because it is not reported any more."""
    said = found.field("aws/inspector/FindingStatus").upper()
    if said == "SUPPRESSED" or found.field("aws/guardduty/service/archived").lower() == "true":
        return Standing.SUPPRESSED
    return Standing.UNTESTED if result == "FAILED" else Standing.GONE


def _one(found: Found, product: Product, severity: Severity) -> Sight:
    check = bool(found.compliance and found.compliance.status)
    kind = WeaknessKind.CONFIGURATION if check or _is_network(found) else WeaknessKind.VULNERABILITY
    said = (words(found.title), words(found.description), _solution(found), _type(found))
    weakness = _weakness(found, product, check=check)
    rated = (severity, severity_word(found))
    facts = _facts(product.family, weakness, rated, kind, said, _references(found))
    return Sight(facts, "" if check else _own_id(found))


@lru_cache(maxsize=1 << 10)
def _facts(
    family: str,
    weakness: str,
    rated: tuple[Severity, str],
    kind: WeaknessKind,
    said: tuple[str, str, str, str],
    references: tuple[str, ...],
) -> Facts:
    """Put together what is said of a control, once for all resources."""
    title, description, solution, sort = said
    return Facts(
        source=family,
        source_id=weakness,
        title=title,
        severity=rated[0],
        native_severity=rated[1],
        kind=kind,
        description=description,
        solution=solution,
        references=references,
        family=sort,
    )


def _weakness(found: Found, product: Product, *, check: bool) -> str:
    generator = words(found.generator_id)
    control = words(found.compliance.security_control_id if found.compliance else None)
    if control:
        return control
    if check and generator.startswith(_FOUNDATIONAL):
        return found.field("ControlId") or generator.rpartition("/")[2]
    if not check and product.of_aws:
        return _type(found).rpartition("/")[2] or generator
    generator = generator.removeprefix("security-control/").removeprefix(f"{product.family}-")
    return generator or _type(found) or words(found.id)


def _packages(found: Found, product: Product, severity: Severity, flaw: Vulnerability) -> Iterator[Sight]:
    weakness = name_weakness(product.family, flaw.id.strip(), flaw.related_vulnerabilities or [])
    vendor = flaw.vendor or Vendor()
    cvss, references = _scores(flaw), _references(found, vendor.url or "", *(flaw.reference_urls or []))
    native, fix = severity_word(found), words(flaw.fix_available).upper()
    for package in flaw.vulnerable_packages or [Package()]:
        name, version = words(package.name), words(package.version)
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=words(found.title) or weakness.source_id,
            severity=severity,
            native_severity=native,
            description=words(found.description),
            solution=_unless_nothing(package.remediation) or _solution(found),
            cves=weakness.cves,
            aliases=weakness.aliases,
            cvss=cvss,
            references=references,
            family=words(package.package_manager),
            package=name,
            version=full_version(version, words(package.release), words(package.epoch)),
            fixed_version=_unless_nothing(package.fixed_in_version),
            published=iso_day(words(vendor.vendor_created_at)),
            vendor_status=f"fix available: {fix}" if fix else "",
            exploit_known=_upper(flaw.exploit_available) == "YES",
        )
        path = words(package.file_path)
        yield Sight(facts, package_place(name, version, words(package.package_manager), path))


def _scores(flaw: Vulnerability) -> tuple[str, ...]:
    """Return the vectors of CVSS 3 and later before those of 2; without any vector, the scores."""
    ranked = sorted(flaw.cvss or [], key=lambda score: words(score.version).startswith("2"))
    vectors = [score.base_vector for score in ranked if score.base_vector]
    scores = [words(score.base_score) for score in ranked if score.base_score is not None]
    return tuple(dict.fromkeys(vectors or scores))


def _references(found: Found, *others: str) -> tuple[str, ...]:
    own = _advice(found).url
    if not others:
        return (own,) if own else ()
    urls = (*others, own or "")
    return tuple(dict.fromkeys(url for url in urls if url))


def _solution(found: Found) -> str:
    return _unless_nothing(_advice(found).text)


def _advice(found: Found) -> Recommendation:
    return (found.remediation or Remediation()).recommendation or Recommendation()


def _unless_nothing(value: str | float | None) -> str:
    text = words(value)
    return "" if text.lower() in _NOTHING else text


def _is_network(found: Found) -> bool:
    return any(_NETWORK in each for each in found.types or [])


def _type(found: Found) -> str:
    return words((found.types or [""])[0])


def _own_id(found: Found) -> str:
    """Return the finding's own id, which its product keeps, without the ARN before it."""
    whole = words(found.id)
    before, _, tail = whole.rpartition("/finding/")
    return tail if before.startswith("arn:") else whole


def _upper(text: str | None) -> str:
    return (text or "").strip().upper()


@lru_cache(maxsize=256)
def _product(arn: str, name: str) -> Product:
    company, _, product = arn.rpartition(":product/")[2].partition("/")
    family = product.strip().lower() or company.strip().lower() or "asff"
    if family == "default":
        family = "-".join(name.lower().split()) or "asff"
    shown = name or product or "unnamed product"
    tool = "AWS Security Hub" if family == "securityhub" else f"{shown} through AWS Security Hub"
    return Product(_NAMES.get(family, family), tool, of_aws=company.lower() == "aws")


@lru_cache(maxsize=256)
def _label(number: str) -> str:
    try:
        value = float(number)
    except ValueError:
        return number
    steps = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"))
    return next((word for least, word in steps if value >= least), "INFORMATIONAL")
