"""OpenVEX documents: statements about vulnerabilities in products, each with a status and its reason."""

from collections.abc import Iterator

import msgspec

from milepost.domain.problem import Problem
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.about import About
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.times import iso_instant

_NAMESPACE = "openvex.dev/ns"
_STATUSES = {
    "not_affected": StatementStatus.NOT_AFFECTED,
    "affected": StatementStatus.AFFECTED,
    "fixed": StatementStatus.FIXED,
    "under_investigation": StatementStatus.UNDER_INVESTIGATION,
}


class _Vulnerability(msgspec.Struct):
    name: str | None = None
    aliases: list[str] | None = None
    id: str | None = msgspec.field(name="@id", default=None)


class _Product(msgspec.Struct):
    id: str | None = msgspec.field(name="@id", default=None)
    identifiers: dict[str, str] | None = None
    subcomponents: "list[_Product | str] | None" = None


class _Statement(msgspec.Struct):
    vulnerability: _Vulnerability | str
    status: str
    products: list[_Product | str] | None = None
    subcomponents: list[_Product | str] | None = None
    justification: str | None = None
    impact_statement: str | None = None
    action_statement: str | None = None
    status_notes: str | None = None
    timestamp: str | None = None
    last_updated: str | None = None
    supplier: str | None = None


class _Document(msgspec.Struct):
    id: str | None = msgspec.field(name="@id", default=None)
    author: str | None = None
    timestamp: str | None = None
    last_updated: str | None = None
    statements: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_STATEMENT = msgspec.json.Decoder(_Statement)


class OpenVex:
    """The reader of OpenVEX documents."""

    name = "openvex"
    title = "OpenVEX (JSON)"
    about = About(
        versions="0.0.1 to 0.2.0 of the specification",
        key="vulnerability name and aliases, product, subcomponent",
        coverage="states, finds nothing: no asset counts as assessed",
        fields={
            "names": "vulnerability.name, aliases; in 0.0.x the text of vulnerability",
            "status": "status",
            "product": "products[].identifiers.purl, cpe23, else @id",
            "component": "products[].subcomponents[]",
            "justification": "justification",
            "text": "impact_statement, status_notes",
            "action": "action_statement",
            "document": "@id",
            "author": "supplier, else author",
            "stated_at": "last_updated, else timestamp, of the statement, else of the document",
        },
        sources=("OpenVEX Specification v0.2.0, “Document struct fields” and “Statement fields”",),
        samples=("scans/openvex",),
        memory="grows with the document",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the context of the document."""
        return "@context" in head.keys and _NAMESPACE in head.text

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the statements, one for each product and subcomponent; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        for number, raw in enumerate(document.statements or []):
            where = f"statements[{number}]"
            found = record(raw, _STATEMENT, source, where)
            if isinstance(found, Problem):
                yield found
            else:
                yield from _statements(document, found, f"{source.name}, {where}")


SCANNER = OpenVex()


def _statements(document: _Document, found: _Statement, where: str) -> Iterator[Part]:
    names = _names(found.vulnerability)
    status = _STATUSES.get(found.status.strip().lower())
    if status is None or not names:
        missing = "the vulnerability has no name" if status else f"the status “{found.status}” is unknown"
        yield Problem(where, f"this statement was not read: {missing}", "correct the statement")
        return
    times = (found.last_updated, found.timestamp, document.last_updated, document.timestamp)
    for product, component in _places(found):
        yield Statement(
            names=names,
            status=status,
            product=product,
            component=component,
            native_status=found.status,
            justification=found.justification or "",
            text="\n".join(filter(None, (found.impact_statement, found.status_notes))),
            action=found.action_statement or "",
            document=document.id or "",
            author=found.supplier or document.author or "",
            stated_at=next(filter(None, map(iso_instant, filter(None, times))), None),
        )


def _names(vulnerability: _Vulnerability | str) -> tuple[str, ...]:
    if isinstance(vulnerability, str):
        return (vulnerability.strip(),) if vulnerability.strip() else ()
    own = vulnerability.name or (vulnerability.id or "").rpartition("/")[2]
    every = (each.strip() for each in (own, *(vulnerability.aliases or [])))
    return tuple(dict.fromkeys(filter(None, every)))


def _places(found: _Statement) -> Iterator[tuple[str, str]]:
    """Yield every product with each of its subcomponents; of old documents all share the statement's."""
    for product in found.products or [""]:
        parts = found.subcomponents or []
        if isinstance(product, _Product):
            parts = product.subcomponents or parts
        for part in parts or [""]:
            yield _identifier(product), _identifier(part)


def _identifier(product: _Product | str) -> str:
    if isinstance(product, str):
        return product.strip()
    known = product.identifiers or {}
    return known.get("purl") or known.get("cpe23") or product.id or ""
