"""A forecast as a document for programs and as lines for people."""

from collections.abc import Mapping, Sequence

from milepost.authorities.cmmc.closeout import due_on
from milepost.authorities.cmmc.draft import Completed
from milepost.authorities.cmmc.forecast import Outlook, too_late
from milepost.authorities.cmmc.planned_items import PlannedItem

Document = Mapping[str, object]


def as_document(outlooks: Sequence[Outlook], items: Sequence[PlannedItem], done: Completed) -> Document:
    """Return the outlook for each day, and the first days of Conditional and of everything MET.

    `after_closeout_due` lists open items that the 180 days of a Conditional status do not wait for.
    """
    status_date = done.assessment.status_date
    closeout_due = due_on(status_date) if status_date else None
    return {
        "dates": [_one(outlook) for outlook in outlooks],
        "first_conditional": next((str(each.day) for each in outlooks if each.eligible), None),
        "first_final": next((str(each.day) for each in outlooks if each.final), None),
        "closeout_due": str(closeout_due) if closeout_due else None,
        "after_closeout_due": list(too_late(items, closeout_due)) if closeout_due else [],
        "problems": [problem._asdict() for problem in done.problems],
    }


def _one(outlook: Outlook) -> Document:
    return {
        "date": str(outlook.day),
        "score": outlook.score,
        "conditional_eligible": outlook.eligible,
        "final": outlook.final,
        "status": outlook.status,
        "open": list(outlook.open_items),
        "overdue": list(outlook.overdue),
        "blocking": [list(pair) for pair in outlook.blocking],
    }


def as_text(outlooks: Sequence[Outlook], document: Document) -> str:
    """Return the forecast for people: a line for each day, then what is reached when."""
    rows = [
        f"{each.day}  score {'none' if each.score is None else each.score:>4}  {each.status:<28}"
        f" open {len(each.open_items):>3}, overdue {', '.join(each.overdue) or 'none'}"
        for each in outlooks
    ]
    rows.append(f"Conditional could be reached on {document['first_conditional'] or 'none of these days'},")
    rows.append(f"everything MET on {document['first_final'] or 'none of these days'}.")
    if late := document["after_closeout_due"]:
        rows.append(f"Not within the 180 days, which end on {document['closeout_due']}: {late}")
    return "\n".join(rows)
