"""CSAF 2.0 documents (security advisories and VEX): how products are affected by vulnerabilities."""

from collections.abc import Iterator

import msgspec

from milepost.domain.errors import UnknownFormat
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.about import About
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.statements.csaf_products import Products, ProductTree
from milepost.scanners.times import iso_instant

_VERSION = "2.0"
_STATUSES = {
    "known_affected": StatementStatus.AFFECTED,
    "first_affected": StatementStatus.AFFECTED,
    "last_affected": StatementStatus.AFFECTED,
    "known_not_affected": StatementStatus.NOT_AFFECTED,
    "fixed": StatementStatus.FIXED,
    "first_fixed": StatementStatus.FIXED,
    "under_investigation": StatementStatus.UNDER_INVESTIGATION,
}


class _Publisher(msgspec.Struct):
    name: str | None = None


class _Tracking(msgspec.Struct):
    id: str | None = None
    current_release_date: str | None = None


class _Head(msgspec.Struct):
    csaf_version: str | None = None
    publisher: _Publisher | None = None
    tracking: _Tracking | None = None


class _Document(msgspec.Struct):
    document: _Head | None = None
    product_tree: ProductTree | None = None
    vulnerabilities: list[msgspec.Raw] | None = None


class _Id(msgspec.Struct):
    text: str | None = None


class _About(msgspec.Struct):
    """A flag, a threat or a remediation: what is said of some products."""

    category: str | None = None
    label: str | None = None
    details: str | None = None
    product_ids: list[str] | None = None
    group_ids: list[str] | None = None


class _Vulnerability(msgspec.Struct):
    cve: str | None = None
    ids: list[_Id] | None = None
    product_status: dict[str, list[str]] | None = None
    flags: list[_About] | None = None
    threats: list[_About] | None = None
    remediations: list[_About] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)


class Csaf:
    """The reader of CSAF documents."""

    name = "csaf"
    title = "CSAF 2.0 advisory or VEX (JSON)"
    about = About(
        versions="2.0, every profile",
        key="cve or ids, product of the product tree, component of a relationship",
        coverage="states, finds nothing: no asset counts as assessed",
        fields={
            "names": "vulnerabilities[].cve, ids[].text",
            "status": "product_status (recommended versions are no status and are left out)",
            "product": "purl or CPE of the product's identification helper, else its name",
            "component": "product_reference of a relationship; relates_to_product_reference is the product",
            "justification": "flags[].label",
            "text": "threats[] of the category impact",
            "action": "remediations[]",
            "document": "document.tracking.id",
            "author": "document.publisher.name",
            "stated_at": "document.tracking.current_release_date",
        },
        sources=("OASIS Common Security Advisory Framework Version 2.0, sections 3.2.1 to 3.2.3",),
        samples=("scans/csaf",),
        memory="grows with the document",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the version in the document's head."""
        return "document" in head.keys and '"csaf_version"' in head.text

    def read(self, source: Source) -> Iterator[Part]:
        """Yield a statement for every product of every vulnerability; see `Scanner.read`."""
        found = load(source, _DOCUMENT)
        head = found.document or _Head()
        if head.csaf_version != _VERSION:
            what = f"this is CSAF {head.csaf_version}; only {_VERSION} is read"
            raise UnknownFormat(what, where=source.name, fix=f"ask for the document as CSAF {_VERSION}")
        products = Products(found.product_tree or ProductTree())
        for number, raw in enumerate(found.vulnerabilities or []):
            where = f"vulnerabilities[{number}]"
            vulnerability = record(raw, _VULNERABILITY, source, where)
            if isinstance(vulnerability, Problem):
                yield vulnerability
            else:
                yield from _statements(head, vulnerability, products, f"{source.name}, {where}")


SCANNER = Csaf()


def _statements(head: _Head, found: _Vulnerability, products: Products, where: str) -> Iterator[Part]:
    ids = (each.text for each in found.ids or [])
    names = tuple(dict.fromkeys(filter(None, (found.cve, *ids))))
    if not names:
        yield Problem(where, "this vulnerability has no CVE and no id", "give it one")
        return
    tracking = head.tracking or _Tracking()
    impacts = [each for each in found.threats or [] if each.category == "impact"]
    for word, members in (found.product_status or {}).items():
        status = _STATUSES.get(word)
        for member in members if status else []:
            product, component = products.of(member)
            if not product and not component:
                yield Problem(where, f"the product {member} is not in the product tree", "add it there")
                continue
            yield Statement(
                names=names,
                status=status or StatementStatus.AFFECTED,
                product=product,
                component=component,
                native_status=word,
                justification=_said(found.flags, member, products, "label"),
                text=_said(impacts, member, products),
                action=_said(found.remediations, member, products),
                document=tracking.id or "",
                author=(head.publisher.name if head.publisher else None) or "",
                stated_at=iso_instant(tracking.current_release_date or ""),
            )


def _said(parts: list[_About] | None, member: str, products: Products, field: str = "details") -> str:
    """Return what several parts say of a product, the same words once."""
    said = [
        getattr(part, field) or ""
        for part in parts or []
        if products.concerns(member, part.product_ids, part.group_ids)
    ]
    return "\n".join(dict.fromkeys(filter(None, said)))
