"""What OCSF events say: findings of vulnerabilities, of checks and of detections, on each thing they name."""

import re
from datetime import datetime
from typing import NamedTuple

from milepost.domain.finding import AssetKind, Facts, WeaknessKind
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.ocsf_assets import Target, targets
from milepost.scanners.cloud.ocsf_records import CLASSES, Event, decoded, instant, outcome, scores_of
from milepost.scanners.cloud.prowler import Check, Checks, Described, controls_of
from milepost.scanners.cloud.resources import package_place
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import Weakness, name_weakness
from milepost.scanners.scanner import Source
from milepost.scanners.source_code.places import cwes_of
from milepost.scanners.source_code.values import is_true, mapping, objects, text, texts
from milepost.scanners.text import masked

_CONTROL = re.compile(r"800-53[^\n]{0,40}?\b([A-Z]{2}-\d{1,2}(?:\(\d{1,2}\))?)")
_SYSTEM = {"os", "rpm", "deb", "dpkg", "apk"}

_Words = tuple[str, str, tuple[str, ...], tuple[bytes, bytes]]


class Product(NamedTuple):
    """Who wrote an event, and the scope of what it looked at."""

    name: str
    family: str
    shown: str


class Findings:
    """The events of a file as they add up."""

    def __init__(self, source: Source, occurrences: Occurrences) -> None:
        """Start without any."""
        self._source = source
        self._occurrences = occurrences
        self._checks = Checks(occurrences)
        self._known: dict[_Words, list[tuple[Facts, str]]] = {}

    def take(self, event: Event, where: str) -> None:
        """Read one event; one of another class than the findings is left out and counted."""
        if event.class_number not in CLASSES:
            what = "records are no findings (class_uid other than 2001 to 2004) and were left out"
            self._occurrences.left_out(what, "nothing, unless they should be findings")
            return
        product = product_of(event)
        if product.family == "prowler" and text(mapping(event.metadata).get("event_code")):
            self._check(event, product, where)
            return
        for target in targets(event) or [self._unnamed()]:
            self._on(target, event, product, where)

    def _unnamed(self) -> Target:
        asset, problem = unnamed_asset(self._source, AssetKind.RESOURCE)
        if problem not in self._occurrences.gathering.problems:
            self._occurrences.gathering.problems.append(problem)
        return Target("", lambda: asset, "")

    def _check(self, event: Event, product: Product, where: str) -> None:
        """Read a check of Prowler as its own shapes are read."""
        check = _prowler_check(event, product)
        described = None if self._checks.known(check) else _prowler_description(event)
        self._checks.take(check, where, described)

    def _on(self, target: Target, event: Event, product: Product, where: str) -> None:
        held = self._occurrences.on(target.key, target.build)
        scope = held.scope(f"ocsf:{product.family}", product.shown, only_assessed=True)
        held.dated(instant(event.time_dt, event.time), scope=scope)
        for facts, locator in self._described(event, product, where):
            self._note(held, scope, event, facts, locator)

    def _note(self, held: Gathered, scope: int, event: Event, facts: Facts, locator: str) -> None:
        came_to = outcome(event)
        if came_to == "passed":
            held.passed(facts.source_id, scope=scope)
        elif came_to == "skipped":
            held.skipped(facts.source_id, scope=scope)
        else:
            if came_to == "suppressed":
                facts = self._occurrences.suppressed(facts, masked(text(event.comment)))
            output = masked(text(event.status_detail) or text(event.message))
            self._occurrences.found(
                held, facts, locator, output=output, first_seen=_first_seen(event), scope=scope
            )

    def _described(self, event: Event, product: Product, where: str) -> list[tuple[Facts, str]]:
        """Return what an event says is wrong and where; of vulnerabilities, built once for equal words."""
        information = event.information
        said = tuple(text(information.get(name)) for name in ("title", "desc", "src_url"))
        raw = (bytes(event.vulnerabilities), bytes(event.remediation))
        key = (product.family, event.word, said, raw)
        known = self._known.get(key)
        if known is not None:
            return known
        vulnerabilities = objects(decoded(event.vulnerabilities))
        if not vulnerabilities:
            return [self._plain(event, product, where)]
        known = [
            self._vulnerability(event, product, each, package, where)
            for each in vulnerabilities
            for package in objects(each.get("affected_packages")) or objects(each.get("packages")) or [{}]
        ]
        if all(facts.source == "cve" for facts, _ in known):
            self._known[key] = known
        return known

    def _plain(self, event: Event, product: Product, where: str) -> tuple[Facts, str]:
        information, compliance = event.information, mapping(event.compliance)
        remediation, word = mapping(decoded(event.remediation)), event.word
        uid = text(information.get("uid"))
        known = _kind_of_finding(event)
        source_id = known or uid or text(information.get("title")) or "unnamed finding"
        weakness = name_weakness(product.family, source_id, [])
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=text(information.get("title")) or text(event.message) or source_id,
            severity=self._occurrences.gathering.rate(word, where),
            native_severity=word,
            kind=WeaknessKind.CONFIGURATION if event.is_compliance else WeaknessKind.VULNERABILITY,
            description="\n\n".join(filter(None, (text(information.get("desc")), text(event.risk_details)))),
            solution=text(remediation.get("desc")),
            cves=weakness.cves,
            aliases=weakness.aliases,
            references=_references(remediation.get("references"), information.get("src_url")),
            family=product.name,
            controls=controls_in(texts(compliance.get("requirements"))),
        )
        return facts, uid if known and not event.is_compliance else ""

    def _vulnerability(
        self,
        event: Event,
        product: Product,
        said: dict[str, object],
        package: dict[str, object],
        where: str,
    ) -> tuple[Facts, str]:
        weakness = _weakness(event, product, said)
        cve, information = mapping(said.get("cve")), event.information
        name, version = text(package.get("name")), text(package.get("version"))
        fixed = text(package.get("fixed_in_version"))
        word = text(said.get("severity")) or event.word
        remediation = mapping(said.get("remediation")) or mapping(package.get("remediation"))
        remediation = remediation or mapping(decoded(event.remediation))
        title = text(said.get("title")) or text(information.get("title"))
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=f"{weakness.source_id} in {name}" if name else title or weakness.source_id,
            severity=self._occurrences.gathering.rate(word, where),
            native_severity=word,
            description=text(said.get("desc")) or text(cve.get("desc")) or text(information.get("desc")),
            solution=text(remediation.get("desc"))
            or (f"Upgrade {name} to {fixed}." if name and fixed else ""),
            cves=weakness.cves,
            cwes=_cwes(said, cve),
            aliases=weakness.aliases,
            cvss=scores_of(said),
            references=_references(said.get("references"), cve.get("references"), information.get("src_url")),
            family=product.name,
            package=name,
            version=version,
            fixed_version=fixed,
            published=_day(instant(cve.get("created_time_dt"), cve.get("created_time"))),
            exploit_known=is_true(said.get("is_exploit_available")),
        )
        manager = text(package.get("package_manager")) or text(package.get("type"))
        of_system = "OS" if manager.lower() in _SYSTEM else manager
        return facts, package_place(name, version, of_system, text(package.get("path"))) if name else ""


def product_of(event: Event) -> Product:
    """Return who wrote an event; the family is the product's id or name without spaces."""
    product = mapping(mapping(event.metadata).get("product"))
    name = text(product.get("name")) or text(product.get("vendor_name")) or "unnamed product"
    shown = f"{name} {text(product.get('version'))}".rstrip()
    return Product(name, name.lower().replace(" ", "-"), shown)


def controls_in(requirements: tuple[str, ...]) -> tuple[str, ...]:
    """Return the controls of NIST SP 800-53 among requirements such as `NIST.800-53.r5 AC-2(1)`."""
    found = (match[1] for each in requirements for match in [_CONTROL.search(each)] if match)
    return tuple(dict.fromkeys(found))


def _kind_of_finding(event: Event) -> str:
    """Return what all findings of a kind have in common: the product's code, the control, the analytic."""
    analytic = mapping(event.information.get("analytic"))
    named = (
        text(mapping(event.compliance).get("control")) if event.is_compliance else "",
        text(mapping(event.metadata).get("event_code")),
        text(analytic.get("uid")),
    )
    return next(filter(None, named), "")


def _weakness(event: Event, product: Product, said: dict[str, object]) -> Weakness:
    cve, advisory = mapping(said.get("cve")), mapping(said.get("advisory"))
    named = [text(cve.get("uid")), text(said.get("uid")), text(advisory.get("uid"))]
    named += [text(each.get("uid")) for each in objects(said.get("related_cves"))]
    known = list(filter(None, named)) or [text(event.information.get("uid")) or "unnamed vulnerability"]
    return name_weakness(product.family, known[0], known[1:])


def _cwes(said: dict[str, object], cve: dict[str, object]) -> tuple[str, ...]:
    listed = [said.get("cwe"), cve.get("cwe"), *objects(cve.get("related_cwes"))]
    named = [text(mapping(each).get("uid")) for each in listed] + [text(cve.get("cwe_uid"))]
    return cwes_of(*(f"CWE-{each}" if each.isdigit() else each for each in named if each))


def _references(*given: object) -> tuple[str, ...]:
    found = (each for value in given for each in texts(value) if "://" in each)
    return tuple(dict.fromkeys(found))


def _first_seen(event: Event) -> datetime | None:
    information = event.information
    return instant(information.get("first_seen_time_dt"), information.get("first_seen_time"))


def _day(at: datetime | None) -> str:
    return "" if at is None else at.date().isoformat()


def _prowler_check(event: Event, product: Product) -> Check:
    cloud = mapping(event.cloud)
    resource = next(iter(objects(event.resources)), {})
    namespace = text(resource.get("namespace"))
    return Check(
        check_id=text(mapping(event.metadata).get("event_code")),
        status=text(event.status_code).upper(),
        muted=outcome(event) == "suppressed",
        severity=event.word,
        detail=text(event.status_detail) or text(event.message),
        provider=text(cloud.get("provider")) or ("kubernetes" if namespace else ""),
        account=text(mapping(cloud.get("account")).get("uid")),
        region=text(resource.get("region")) or namespace or text(cloud.get("region")),
        uid=text(resource.get("uid")),
        name=text(resource.get("name")),
        version=product.shown.removeprefix("Prowler").strip(),
        at=instant(event.time_dt, event.time),
    )


def _prowler_description(event: Event) -> Described:
    unmapped, remediation = mapping(event.unmapped), mapping(decoded(event.remediation))
    group = mapping(next(iter(objects(event.resources)), {}).get("group"))
    compliance = {name: texts(listed) for name, listed in mapping(unmapped.get("compliance")).items()}
    references = (unmapped.get("related_url"), remediation.get("references"), unmapped.get("additional_urls"))
    return Described(
        title=text(event.information.get("title")),
        service=text(group.get("name")),
        description=text(event.information.get("desc")),
        risk=text(event.risk_details),
        recommendation=text(remediation.get("desc")),
        references=_references(*references),
        controls=controls_of(compliance),
    )
