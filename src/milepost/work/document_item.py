"""Naming a document that supports an item: a ticket, a report, the record of a forensic triage."""

from datetime import date

from milepost.domain.errors import WrongUse
from milepost.records.planning import SupportingDocument
from milepost.work import finding_items, item_history
from milepost.work.recording import recorded

FORENSIC_TRIAGE = "Forensic triage"
"""The kind of document that BOD 26-04 asks for beside the shortest timeline."""


def document_item(
    identifier: str, kind: str, name: str, *, person: str, as_of: date, system: str = ""
) -> SupportingDocument:
    """Name a document beside an item.

    Raises:
        WrongUse: the kind or the name is empty.
        RecordMissing: there is no such item.
    """
    if not kind.strip() or not name.strip():
        raise WrongUse("a document needs a kind and a name", fix="give both, such as Report and scan.pdf")
    with recorded("document_item", person=person, as_of=as_of):
        item = finding_items.by_identifier(identifier, system, lock=True)
        document = SupportingDocument.objects.create(item=item, kind=kind, name=name, added_on=as_of)
        change = {"document": ("", f"{kind}: {name}")}
        item_history.record(item, change, person=person, reason="", as_of=as_of)
        return document
