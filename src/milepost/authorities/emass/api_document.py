"""A plan as requests to eMASS's REST API 3.22 in one JSON file: items, milestones, artifacts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.emass.api_fields import (
    ApiArtifact,
    ApiMilestone,
    ApiPoam,
    Request,
    RequestFile,
    seconds,
)
from milepost.authorities.emass.api_items import FORM, broken, item_of, milestones_of, poam_of
from milepost.authorities.emass.requirements import Judged, told
from milepost.authorities.emass.words import API
from milepost.authorities.intake.tables import head_of
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

_NAME = "eMASS REST API 3.22"
_MARK = b'"vulnerabilityDescription"'
_HEAD = 1 << 16
_NAME_LENGTH = 100
_KINDS = {"scan": "Scan Result", "image": "Image", "screenshot": "Image", "document": "Document"}


class ApiRequests:
    """Requests for the REST API.

    With a base (the answer of a GET, or an earlier file of requests) items that eMASS knows are updated by
    its own numbers; the others are added. The option `system_id` is eMASS's number of the system, `check` is
    warn (default) or refuse.
    """

    name = "emass-api"
    title = "eMASS REST API requests"
    suffix = ".json"
    carries = frozenset(
        {
            *("id", "description", "controls", "source_ref", "status", "scheduled_date", "source_text"),
            *("actual_completion_date", "closed_date", "milestones", "responsible_org", "owner", "impact"),
            *("owner_contact", "resources_text", "comments", "raw_severity", "assets", "mitigations"),
            *("predisposing_conditions", "adjusted_severity", "relevance", "threat_description"),
            *("likelihood", "impact_description", "risk_level", "recommendations", "resulting_risk"),
        }
    )

    def recognises(self, path: Path) -> bool:
        """Tell by the names of the API in the beginning of the file."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["} and _MARK in head

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read a file of requests or the answer of a GET; see `PlanFormat.read`."""
        system, poams = _poams(path, name)
        items = [item_of(each) for each in poams]
        return PlanDocument(
            name=name,
            layout="emass-api",
            title=self.title,
            profile="emass",
            facts={"system": system} if system else {},
            items=items,
            fields=self.carries,
            problems=[]
            if items
            else [Problem(name, "the document holds no item", "check that it is the plan")],
        )

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the requests, all or none; see `PlanFormat.write`."""
        former = _poams(writing.base, writing.base.name)[1] if writing.base else []
        known = _by_identifier(former)
        plans = [_Planned(item, poam_of(item), known.get(item.id)) for item in plan.items]
        judged = (Judged(each.item, FORM, writing.as_of, each.former_item) for each in plans)
        problems = told(judged, strict=writing.choices.get("check") == "refuse")
        problems += [problem for each in plans for problem in (*broken(each.item, each.body), *_frozen(each))]
        system = writing.choices.get("system_id", "{systemId}")
        requests = [each for each in _requests(plans, f"/api/systems/{system}") if each.body]
        file = RequestFile(
            api=_NAME,
            system=plan.facts.get("system", "") or plan.name,
            as_of=writing.as_of.isoformat(),
            requests=requests,
        )
        with saved(out) as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n")
        return Written({f"{each.method} {each.path}": _length(each) for each in requests}, tuple(problems))


FORMAT = ApiRequests()


@dataclass(frozen=True, slots=True)
class _Planned:
    """An item, its body, and what eMASS has of it."""

    item: PlanItem
    body: ApiPoam
    former: ApiPoam | None

    @property
    def former_item(self) -> PlanItem | None:
        return item_of(self.former) if self.former else None

    @property
    def is_update(self) -> bool:
        return self.former is not None and self.former.status != "Archived"


def _poams(path: Path, name: str) -> tuple[str, list[ApiPoam]]:
    """Return the system and the items of a file.

    Raises:
        DamagedInput: it is no JSON, or a field is of another kind; the message has the path in the data.
        UnknownFormat: it has neither requests nor data.
    """
    head_of(path)
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        found = msgspec.json.decode(content, type=RequestFile | list[ApiPoam])
        if isinstance(found, list):
            return "", found
        data = [found.data] if isinstance(found.data, ApiPoam) else list(found.data or ())
        for each in found.requests:
            if each.path.endswith("/poams"):
                data += msgspec.json.decode(each.body, type=list[ApiPoam])
    except msgspec.DecodeError as cause:
        what = f"the file is no list of POA&M items of the eMASS API ({cause})"
        raise DamagedInput(what, where=name, fix="give the answer of GET poams as it came") from cause
    if not found.requests and found.data is None:
        what = "the file has neither requests nor data of the eMASS API"
        raise UnknownFormat(what, where=name, fix="give the answer of GET poams as it came")
    return found.system, data


def _by_identifier(former: Sequence[ApiPoam]) -> dict[str, ApiPoam]:
    """Return what eMASS has by our identifier, and by its own numbers where that is not taken."""
    found: dict[str, ApiPoam] = {}
    for each in former:
        if each.poam_id is not None:
            for name in (each.external_uid, each.display_poam_id, each.poam_id):
                if name:
                    found.setdefault(str(name), each)
    return found


def _requests(plans: Sequence[_Planned], path: str) -> Iterator[Request]:
    """Yield the requests that have anything to send."""
    added = [_added(each) for each in plans if each.former is None]
    updated = [_updated(each.body, each.former) for each in plans if each.is_update and each.former]
    if added:
        yield Request(method="POST", path=f"{path}/poams", body=_body(added))
    if updated:
        yield Request(method="PUT", path=f"{path}/poams", body=_body(updated))
    for each in plans:
        if each.is_update and each.former:
            yield from _milestones(each.item, each.former, f"{path}/poams/{each.former.poam_id}/milestones")
    artifacts = _artifacts(plans)
    if artifacts:
        yield Request(method="PUT", path=f"{path}/artifacts", body=_body(artifacts))


def _body(several: Sequence[ApiPoam] | Sequence[ApiMilestone] | Sequence[ApiArtifact]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(several))


def _length(request: Request) -> int:
    return len(msgspec.json.decode(request.body, type=list[msgspec.Raw]))


def _added(planned: _Planned) -> ApiPoam:
    body = planned.body
    body.milestones = milestones_of(planned.item)
    return body


def _updated(body: ApiPoam, former: ApiPoam) -> ApiPoam:
    """Return an update: what the plan does not say stays as eMASS has it; milestones are sent apart."""
    accepted = body.status == "Risk Accepted"
    for name in ApiPoam.__struct_fields__:
        if getattr(body, name) in (None, ""):
            setattr(body, name, getattr(former, name))
    body.milestones = None
    if accepted:
        body.scheduled_completion_date = None
    if body.status != "Completed":
        body.completion_date = None
    return body


def _milestones(item: PlanItem, former: ApiPoam, path: str) -> Iterator[Request]:
    before = {each.description: each for each in former.milestones or ()}
    now = milestones_of(item) or []
    added = [each for each in now if each.description not in before]
    moved = [
        ApiMilestone(
            milestone_id=known.milestone_id,
            description=each.description,
            scheduled_completion_date=each.scheduled_completion_date,
        )
        for each in now
        if (known := before.get(each.description))
        and known.scheduled_completion_date != each.scheduled_completion_date
    ]
    if added:
        yield Request(method="POST", path=path, body=_body(added))
    if moved:
        yield Request(method="PUT", path=path, body=_body(moved))


def _frozen(planned: _Planned) -> Iterator[Problem]:
    if planned.former is not None and planned.former.status == "Archived":
        what = f"an archived item cannot be updated, so it is not sent [{API}]"
        yield Problem(planned.item.id, what, "open a new item")


def _artifacts(plans: Sequence[_Planned]) -> list[ApiArtifact]:
    """Return what is known about the evidence, each file name once: eMASS keeps one file of a name."""
    found: dict[str, ApiArtifact] = {}
    for each in plans:
        for piece in each.item.evidence:
            known = found.setdefault(
                piece.name,
                ApiArtifact(
                    filename=piece.name,
                    type=_KINDS.get(piece.kind, "Other"),
                    name=piece.name[:_NAME_LENGTH],
                    last_reviewed_date=seconds(each.item.last_review) or msgspec.UNSET,
                ),
            )
            known.controls = known.controls or each.body.control_acronym or msgspec.UNSET
    return list(found.values())
