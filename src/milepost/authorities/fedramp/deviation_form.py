"""FedRAMP's Deviation Request form: one row a request, into the user's own form or as a plain table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.fedramp.form_writing import Filling, write_form
from milepost.authorities.fedramp.forms import Form, FormRow, FormTable, form_named, read_form, sheet_names
from milepost.authorities.intake.cells import text_of
from milepost.authorities.intake.words import NOTHING, rating_of, source_type_of
from milepost.domain.plan_document import CellValue, PlanDocument
from milepost.domain.plan_item import DeviationRequest, PlanItem, Remark, State
from milepost.domain.problem import Problem
from milepost.domain.ruling import Citation
from milepost.workbooks.dates import read_date

FALSE_POSITIVE, REQUIREMENT, ADJUSTMENT = "false_positive", "operational_requirement", "risk_adjustment"
KINDS = {
    "FP": (FALSE_POSITIVE,),
    "OR": (REQUIREMENT,),
    "OR RA": (REQUIREMENT, ADJUSTMENT),
    "RA": (ADJUSTMENT,),
}
"""The deviations that each type of request on the form asks for."""
_ANSWERS = {"pending": "Pending", "approved": "Yes", "rejected": "No", "withdrawn": "No", "n/a": "Pending"}
_STATES = {"rejected": "denied", "n/a": "pending"}
_STATUSES = {"pending": "Pending", "approved": "Approved", "denied": "Rejected", "withdrawn": "Withdrawn"}
_SHEET = "dr sheet"
_INSTRUCTIONS = Citation("FedRAMP Vulnerability Deviation Request Form 2.1", "columns S to W; X to AM")
_NEEDED = {
    FALSE_POSITIVE: ("evidence", "evidence_attachments"),
    REQUIREMENT: ("operational_impact", "justification"),
    ADJUSTMENT: ("requested_rating", "attack_vector", "attack_complexity"),
}
_ATTACHMENTS = {
    FALSE_POSITIVE: "evidence_attachments",
    REQUIREMENT: "requirement_attachments",
    ADJUSTMENT: "reduction_attachments",
}
_FROM_PLAN = frozenset(
    {
        *("number", "poam_id", "scan_id", "cves", "assets", "title", "source", "initial_rating", "cvss_base"),
        *("detected_on", "tool_description", "tool_recommendation", "kind", "requested_rating", "rationale"),
        *("evidence_attachments", "requirement_attachments", "reduction_attachments", "status"),
        "provider_comments",
    }
)
"""What a plan says of a request; everything else on the form is the work of people and stays."""


def deviation_form() -> Form:
    """Return the form."""
    return form_named("deviation_form")


def read_requests(path: Path, name: str = "") -> FormTable:
    """Read the requests of a form, every column by its field; example rows are no requests.

    Raises:
        InputRefused: the file cannot be taken, or is no such form.
    """
    return read_form(path, deviation_form(), name)


def write_requests(filling: Filling, out: Path, base: Path | None = None) -> Written:
    """Write requests into the official form, or as a plain table of the same columns.

    Of a request that the base has already, what the rows do not speak of is kept: metrics with their
    explanations, reviewers' decisions. What a request lacks, and which requests are gone, is told.

    Raises:
        InputRefused: the base is no such form.
    """
    former = read_requests(base).rows if base else ()
    rows = numbered(_kept(filling.rows, former))
    told = [problem for row in rows for problem in _missing(row)]
    written = write_form(deviation_form(), replace(filling, rows=rows), out, base)
    return Written(written.counts, (*written.problems, *told, *_gone(rows, former)))


def numbered(rows: Iterable[FormRow]) -> list[FormRow]:
    """Give each request without a number one: its item and type, and which of several it is."""
    found: list[FormRow] = []
    taken: set[str] = set()
    for row in rows:
        stem = f"{text_of(row.get('poam_id'))}-{text_of(row.get('kind')).replace(' ', '-')}"
        number, count = text_of(row.get("number")) or stem, 1
        while number in taken:
            count += 1
            number = f"{stem}-{count}"
        taken.add(number)
        found.append(
            row if row.get("number") and text_of(row["number"]) == number else {**row, "number": number}
        )
    return found


class DeviationForm:
    """The form as a document of a plan: each request is an item with its deviation."""

    name = "fedramp-dr"
    title = "FedRAMP Deviation Request form"
    suffix = ".xlsx"
    carries = frozenset(
        {
            *("id", "title", "description", "source_text", "source_ref", "cves", "assets", "cvss"),
            *("identified_date", "raw_severity", "adjusted_severity", "recommendations", "deviation"),
            *("deviation_rationale", "supporting_documents", "comments", "status"),
            *(FALSE_POSITIVE, REQUIREMENT, ADJUSTMENT),
        }
    )

    def recognises(self, path: Path) -> bool:
        """Tell by the name of its sheet."""
        return _SHEET in sheet_names(path)

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the requests; see `PlanFormat.read`."""
        table = read_requests(path, name)
        return PlanDocument(
            name=name,
            layout=self.name,
            title=self.title,
            profile="fedramp-rev5",
            facts=table.facts,
            dated=read_date(table.facts["date"]).day if "date" in table.facts else None,
            items=[_item(row) for row in table.rows],
            fields=self.carries | {"poc", "source_type", "finding_key"},
            problems=table.problems,
        )

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write a row for each deviation of the plan; see `PlanFormat.write`."""
        rows = [row for item in plan.items for row in _requests(item)]
        facts: dict[str, CellValue] = {**plan.facts, "date": plan.dated or writing.as_of}
        return write_requests(Filling(rows=rows, as_of=writing.as_of, facts=facts), out, writing.base)


FORMAT = DeviationForm()


def _kept(rows: Sequence[FormRow], former: Sequence[FormRow]) -> Iterator[FormRow]:
    """Give each request what people wrote about it in the former form, its number there included."""
    left = list(former)
    numbers = {_number(row) for row in rows}
    for row in rows:
        before = _before(row, left, numbers)
        if before is None:
            yield row
            continue
        left.remove(before)
        people = {name: value for name, value in before.items() if name not in _FROM_PLAN}
        yield {**people, **row, "number": before["number"]}


def _before(row: FormRow, former: Sequence[FormRow], numbers: set[str]) -> FormRow | None:
    """Return the same request in the former form: by its number, or the first of its item and type."""
    same = [each for each in former if _asked(each) == _asked(row)]
    numbered_so = (each for each in same if _number(each) == _number(row))
    unclaimed = (each for each in same if _number(each) not in numbers)
    return next(numbered_so, None) or next(unclaimed, None)


def _number(row: FormRow) -> str:
    return text_of(row.get("number"))


def _asked(row: FormRow) -> tuple[str, str]:
    return text_of(row.get("poam_id")), text_of(row.get("kind")).upper()


def _gone(rows: Sequence[FormRow], former: Sequence[FormRow]) -> Iterator[Problem]:
    left = {text_of(row["number"]) for row in former} - {text_of(row["number"]) for row in rows}
    for number in sorted(left):
        what = "the request was in the form before and is in the plan no more; it was left out"
        yield Problem(number, what, "take it from the former form if it is still needed")


def _missing(row: FormRow) -> Iterator[Problem]:
    """Name the parts of the form that a type of request needs and this one lacks."""
    headings = {each.field: each.heading for each in deviation_form().columns}
    for kind in KINDS.get(text_of(row.get("kind")).upper(), ()):
        lacking = [headings[name] for name in _NEEDED[kind] if not text_of(row.get(name))]
        if lacking:
            what = f"a request of type {row['kind']} needs {', '.join(lacking)} ({_INSTRUCTIONS})"
            yield Problem(text_of(row.get("number")), what, "fill them in on the form before it is sent")


def _said(row: FormRow, name: str) -> str:
    text = text_of(row.get(name))
    return "" if text.casefold() in NOTHING else text


def _item(row: FormRow) -> PlanItem:
    kinds = KINDS.get(_said(row, "kind").upper(), ())
    word = text_of(row.get("status")).casefold() or "pending"
    state = _STATES.get(word, word)
    score = row.get("cvss_base")
    documents = tuple(name for field in _ATTACHMENTS.values() for name in _lines(row, field))
    item = PlanItem(
        id=_said(row, "poam_id") or _said(row, "number"),
        title=_said(row, "title"),
        description=_said(row, "tool_description"),
        source_text=_said(row, "source"),
        source_type=source_type_of(_said(row, "source")),
        source_ref=_said(row, "scan_id"),
        finding_key=_said(row, "scan_id"),
        cves=_lines(row, "cves"),
        assets=_lines(row, "assets"),
        identified_date=read_date(row["detected_on"]).day if "detected_on" in row else None,
        raw_severity=_rating(row, "initial_rating"),
        adjusted_severity=_rating(row, "requested_rating"),
        cvss=float(score) if isinstance(score, int | float) else None,
        recommendations=_said(row, "tool_recommendation"),
        supporting_documents=documents,
        deviation_rationale=_said(row, "rationale"),
        comments=tuple(Remark(text) for text in [_said(row, "provider_comments")] if text),
        status=_status(kinds, state),
    )
    for kind in kinds:
        setattr(item, kind, _ANSWERS.get(word, "Pending"))
    if kinds:
        item.deviation = DeviationRequest(kinds[0], state, item.deviation_rationale)
    return item


def _status(kinds: Sequence[str], state: str) -> State:
    """Return where an item with a request stands; an approved adjustment leaves it open (guide, 3)."""
    first = kinds[0] if kinds else ""
    if first == FALSE_POSITIVE:
        known = {"approved": State.CLOSED_FALSE_POSITIVE, "pending": State.FALSE_POSITIVE_REVIEW}
    elif first == REQUIREMENT:
        known = {"approved": State.OPERATIONAL_REQUIREMENT, "pending": State.OPERATIONAL_REQUIREMENT_REVIEW}
    else:
        known = {}
    return known.get(state, State.IN_PROGRESS)


def _lines(row: FormRow, name: str) -> tuple[str, ...]:
    parts = _said(row, name).replace(",", "\n") if name == "cves" else _said(row, name)
    return tuple(filter(None, map(str.strip, parts.splitlines())))


def _rating(row: FormRow, name: str) -> str:
    text = _said(row, name)
    return (rating_of(text).value or text) if text else ""


def _requests(item: PlanItem) -> Iterator[FormRow]:
    """Yield a row for each type of request that an item has or awaits."""
    answers = {kind: getattr(item, kind) for kind in (FALSE_POSITIVE, REQUIREMENT, ADJUSTMENT)}
    asked = {kind for kind, answer in answers.items() if answer in {"Yes", "Pending"}}
    first = item.deviation.kind if item.deviation else ""
    if first in answers:
        asked.add(first)
    both = {REQUIREMENT, ADJUSTMENT} <= asked and answers[REQUIREMENT] == answers[ADJUSTMENT]
    for word, kinds in KINDS.items():
        joined = both and kinds[0] != FALSE_POSITIVE and word != "OR RA"
        if asked.issuperset(kinds) and not joined and (both or len(kinds) == 1):
            yield request_row(item, word, _request_state(item, kinds[0], answers))


def _request_state(item: PlanItem, kind: str, answers: Mapping[str, str]) -> str:
    if item.deviation and item.deviation.kind == kind and item.deviation.state in _STATUSES:
        return _STATUSES[item.deviation.state]
    return "Approved" if answers[kind] == "Yes" else "Pending"


def request_row(item: PlanItem, word: str, status: str) -> FormRow:
    """Return what a plan says of one request: `word` is its type on the form, `status` its standing there."""
    adjusts = word.endswith("RA")
    said: dict[str, CellValue] = {
        "poam_id": item.id,
        "scan_id": item.source_ref,
        "cves": "\n".join(item.cves),
        "assets": "\n".join(item.assets),
        "title": item.title,
        "source": item.source_text,
        "initial_rating": item.raw_severity,
        "cvss_base": item.cvss,
        "detected_on": item.identified_date,
        "tool_description": item.description,
        "tool_recommendation": item.recommendations,
        "kind": word,
        "requested_rating": item.adjusted_severity if adjusts else "",
        "rationale": item.deviation_rationale,
        _ATTACHMENTS[KINDS[word][0]]: "\n".join(item.supporting_documents),
        "status": status,
        "provider_comments": "\n".join(remark.text for remark in item.comments),
    }
    return {name: value for name, value in said.items() if value not in ("", None)}
