"""FedRAMP's 2026 reports as documents: recognised, read, written, and valid by FedRAMP's own schemas."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import format_named, read_document, recognised_format
from milepost.authorities.documents.contract import PlanFormat, Writing, losses
from milepost.authorities.fedramp_vdr.vulnerability import Disposition, RatingEvent, Vulnerability
from milepost.domain.errors import DamagedInput, NotAllowed
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, State
from tests.authorities.fedramp_vdr.reports import URI, avi, detail, mrh, saved, schema_errors, vdt

AS_OF = date(2026, 8, 1)
WRITING = Writing(as_of=AS_OF)
FIELDS = sorted(Vulnerability.__dataclass_fields__)
FULL = detail(
    title="Parser weakness",
    potentialAgencyImpact="One agency is disrupted.",
    painHistory=[
        {"evaluatedAt": "2026-07-03T09:00:00Z", "rating": 4},
        {"evaluatedAt": "2026-07-10T09:00:00Z", "rating": 3},
    ],
    painReductions=[{"reducedAt": "2026-07-10T09:00:00Z", "rating": 3, "note": "rule added"}],
    projectedNextReduction={"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 1},
    overdueStatus={"isOverdue": True, "explanation": "The vendor is late."},
    supplementaryRiskInformation="Filtered at the edge.",
    affectedResources=["web-1", "web-2"],
    cves=["CVE-2026-0001"],
    kevDueDate="2026-08-20",
    providerNote={"kept": [1, None, 2.5]},
)


def values(plan: PlanDocument) -> list[dict[str, object]]:
    """Return the items field by field."""
    return [{name: getattr(item, name) for name in FIELDS if hasattr(item, name)} for item in plan.items]


def test_an_agency_reads_what_a_provider_reports(tmp_path: Path) -> None:
    """Identifier, detection, evaluation, ratings with history, delay, resources: each in its field."""
    plan = read_document(saved(tmp_path / "a.json", vdt(FULL)))
    (item,) = plan.items
    assert isinstance(item, Vulnerability)
    assert (plan.layout, plan.dated, list(plan.problems)) == ("vdr-vdt", date(2026, 7, 31), [])
    assert (item.id, item.identified_date, item.source_text) == ("V-1", date(2026, 7, 2), "Nessus")
    assert item.detected_at == datetime(2026, 7, 2, 6, 15, tzinfo=UTC)
    assert (item.raw_severity, item.rating, item.status) == ("N3", 3, State.IN_PROGRESS)
    assert item.reductions == (RatingEvent(datetime(2026, 7, 10, 9, tzinfo=UTC), 3),)
    assert item.next_reduction == RatingEvent(datetime(2026, 8, 9, tzinfo=UTC), 1)
    assert (item.overdue, item.delay_reason) == (True, "The vendor is late.")
    assert (item.assets, item.cves, item.kev_due) == (
        ("web-1", "web-2"),
        ("CVE-2026-0001",),
        date(2026, 8, 20),
    )


@pytest.mark.parametrize(
    ("final", "remediated", "status"),
    [
        ("Fully Mitigated", None, State.CLOSED_COMPLETED),
        ("Fully Mitigated", True, State.CLOSED_COMPLETED),
        ("False Positive", None, State.CLOSED_FALSE_POSITIVE),
        ("Partially Mitigated", None, State.IN_PROGRESS),
    ],
)
def test_final_dispositions_become_states(
    tmp_path: Path, final: str, remediated: object, status: State
) -> None:
    """What is only partially mitigated is still exploitable and so no closed item (FRD)."""
    more = {"finalDisposition": final} | ({} if remediated is None else {"isRemediated": remediated})
    (item,) = read_document(saved(tmp_path / "a.json", vdt(detail(**more)))).items
    assert isinstance(item, Vulnerability)
    assert item.status is status
    assert item.disposition == (Disposition.REMEDIATED if remediated else Disposition(final))


def test_accepted_ones_say_why(tmp_path: Path) -> None:
    """An accepted vulnerability is a carried risk with the provider's rationale."""
    (item,) = read_document(saved(tmp_path / "a.json", avi(detail()))).items
    assert (item.status, item.deviation_rationale) == (State.RISK_ACCEPTED, "Isolated by design.")


@pytest.mark.parametrize(
    ("name", "tree"),
    [("vdr-vdt", vdt(FULL)), ("vdr-avi", avi(FULL)), ("vdr-mrh", mrh([FULL], [detail("V-2")]))],
)
def test_written_into_itself_a_report_does_not_change(tmp_path: Path, name: str, tree: object) -> None:
    """Every member stays as it was: spelling of instants, unknown members, the order of all."""
    base = saved(tmp_path / "a.json", tree)
    known = format_named(name)
    assert isinstance(known, PlanFormat)
    assert recognised_format(base) is known
    known.write(read_document(base), tmp_path / "b.json", Writing(as_of=AS_OF, base=base))
    assert (tmp_path / "b.json").read_text() == base.read_text() + "\n"


def test_only_what_changed_is_written_into_a_base(tmp_path: Path) -> None:
    """A new rating is set, a gone item is taken out, and the provider's own note stays."""
    base = saved(tmp_path / "a.json", vdt(FULL, detail("V-2")))
    plan = read_document(base)
    plan.items = [item for item in plan.items if item.id == "V-1"]
    plan.items[0].raw_severity = "N2"
    format_named("vdr-vdt").write(plan, tmp_path / "b.json", Writing(as_of=AS_OF, base=base))
    assert json.loads((tmp_path / "b.json").read_text()) == vdt({**FULL, "currentRating": 2})


@pytest.mark.samples
@pytest.mark.parametrize("report", ["vdt", "avi", "mrh"])
def test_what_is_written_is_valid_by_fedramps_schema(tmp_path: Path, report: str) -> None:
    """With history, delay and dispositions; the schemas' unresolvable addresses are mended for the test."""
    plan = read_document(saved(tmp_path / "a.json", mrh([FULL, detail("V-3")], [detail("V-2")])))
    plan.items[1].status = State.CLOSED_COMPLETED
    period = {"from": "2026-07-01T00:00:00Z", "to": "2026-07-31T00:00:00Z"}
    out = tmp_path / "b.json"
    format_named(f"vdr-{report}").write(plan, out, Writing(as_of=AS_OF, choices=period))
    assert schema_errors(report, json.loads(out.read_text())) == []


@pytest.mark.samples
def test_the_schema_of_the_test_finds_faults() -> None:
    """The mended schema is not blind: a rating of 6 and an unexplained delay are refused by it."""
    wrong = vdt(detail(currentRating=6, overdueStatus={"isOverdue": True}))
    assert len(schema_errors("vdt", wrong)) == 2


def test_remediated_has_no_word_in_the_schema_and_is_told_beside(tmp_path: Path) -> None:
    """A closed item is written as fully mitigated, with our own member that says it is remediated."""
    item = PlanItem(
        id="V-9",
        description="Old TLS",
        source_text="audit",
        identified_date=date(2026, 7, 1),
        status=State.CLOSED_COMPLETED,
    )
    plan = PlanDocument(name="p", layout="register", items=[item])
    choices = {"uri": URI, "from": "2026-07-01T00:00:00Z", "to": "2026-07-31T00:00:00Z"}
    known = format_named("vdr-vdt")
    known.write(plan, tmp_path / "a.json", Writing(as_of=AS_OF, choices=choices))
    (found,) = json.loads((tmp_path / "a.json").read_text())["vulnerabilities"]
    assert (found["finalDisposition"], found["isRemediated"]) == ("Fully Mitigated", True)
    assert losses(plan, known) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source_text": ""}, "what detected it"),
        ({"identified_date": None}, "when it was detected"),
        ({"id": ""}, "its identifier"),
        ({"description": ""}, "what it is"),
    ],
)
def test_what_fedramp_demands_must_be_said(tmp_path: Path, change: dict[str, object], words: str) -> None:
    """Without it nothing is written, and the sentence names the item and the rule."""
    said = {"id": "V-9", "description": "Old", "source_text": "audit", "identified_date": AS_OF} | change
    plan = PlanDocument(name="p", layout="register", items=[PlanItem(**said)])  # type: ignore[arg-type] # by case
    choices = {"uri": URI, "from": "2026-07-01T00:00:00Z", "to": "2026-07-31T00:00:00Z"}
    with pytest.raises(NotAllowed, match=f"{words} .*VER-RPT-VDT"):
        format_named("vdr-vdt").write(plan, tmp_path / "a.json", Writing(as_of=AS_OF, choices=choices))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("uri", ["", "harbor", "https://harbor example", "http://[broken"])
def test_the_package_has_an_address(tmp_path: Path, uri: str) -> None:
    """A report without the address of the package overview is refused."""
    plan = PlanDocument(name="p", layout="register")
    with pytest.raises(NotAllowed, match="no address of the Certification Package Overview"):
        format_named("vdr-mrh").write(plan, tmp_path / "a.json", Writing(as_of=AS_OF, choices={"uri": uri}))


def test_what_is_odd_is_told_with_its_path(tmp_path: Path) -> None:
    """Instants without zone, wrong ratings and words, entries that are none: each a problem, none a crash."""
    odd = detail(
        "V-2",
        evaluationCompletedAt="2026-07-03T09:00:00",
        currentRating=7,
        finalDisposition="Remediated",
        painReductions=[{"reducedAt": "soon", "rating": 2}],
        isInternetReachable="yes",
    )
    path = saved(tmp_path / "a.json", vdt(odd, more=1) | {"vulnerabilities": [odd, "text"]})
    plan = read_document(path)
    told = {each.where.removeprefix("a.json: "): each.what for each in plan.problems}
    assert sorted(told) == [
        "vulnerabilities[0].currentRating",
        "vulnerabilities[0].evaluationCompletedAt",
        "vulnerabilities[0].finalDisposition",
        "vulnerabilities[0].isInternetReachable",
        "vulnerabilities[0].painReductions",
        "vulnerabilities[1]",
    ]
    assert "taken as UTC" in told["vulnerabilities[0].evaluationCompletedAt"]
    format_named("vdr-vdt").write(plan, tmp_path / "b.json", Writing(as_of=AS_OF, base=path))
    assert json.loads((tmp_path / "b.json").read_text())["vulnerabilities"] == [odd]


@pytest.mark.parametrize("name", ["vdr-vdt", "vdr-avi", "vdr-mrh"])
def test_other_json_is_left_alone(tmp_path: Path, name: str) -> None:
    """FedRAMP's quarterly report (its accepted ones are a text) is none, nor is any other JSON."""
    other = vdt(acceptedVulnerabilities="two")
    del other["vulnerabilities"]
    trees: list[object] = [other, [], {"vulnerabilities": []}, "text"]
    for tree in trees:
        assert not format_named(name).recognises(saved(tmp_path / "a.json", tree))
    assert not format_named(name).recognises(tmp_path / "none.json")


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    """One sentence with the member's name."""
    path = saved(tmp_path / "a.json", vdt() | {"vulnerabilities": {}})
    with pytest.raises(DamagedInput, match="vulnerabilities is no list"):
        format_named("vdr-vdt").read(path, "a.json")


INSTANTS = st.integers(1_767_225_600, 1_798_761_600).map(lambda at: datetime.fromtimestamp(at, UTC))
EVENTS = st.builds(RatingEvent, INSTANTS, st.integers(1, 5))
WORDS = st.text(min_size=1, max_size=20)
STATES: dict[State, list[Disposition | None]] = {
    State.IN_PROGRESS: [None, Disposition.PARTIALLY_MITIGATED],
    State.CLOSED_COMPLETED: [Disposition.REMEDIATED, Disposition.FULLY_MITIGATED],
    State.CLOSED_FALSE_POSITIVE: [Disposition.FALSE_POSITIVE],
}


@st.composite
def vulnerabilities(draw: st.DrawFn) -> Vulnerability:
    """Draw a vulnerability in all fields that a report carries."""
    detected = draw(INSTANTS)
    overdue = draw(st.none() | st.booleans())
    status = draw(st.sampled_from([*STATES]))
    rating = draw(st.none() | st.integers(1, 5))
    return Vulnerability(
        title=draw(st.just("") | WORDS),
        description=draw(WORDS),
        source_text=draw(WORDS),
        detected_at=detected,
        identified_date=detected.date(),
        impact_description=draw(st.just("") | WORDS),
        evaluated_at=draw(st.none() | INSTANTS),
        internet_reachable=draw(st.none() | st.booleans()),
        likely_exploitable=draw(st.none() | st.booleans()),
        raw_severity=f"N{rating}" if rating else "",
        ratings=tuple(draw(st.lists(EVENTS, max_size=2))),
        reductions=tuple(draw(st.lists(EVENTS, max_size=2))),
        next_reduction=draw(st.none() | EVENTS),
        overdue=overdue,
        delay_reason="" if overdue is None else draw(WORDS),
        supplementary=draw(st.just("") | WORDS),
        assets=tuple(draw(st.lists(WORDS, max_size=2))),
        cves=tuple(draw(st.lists(WORDS, max_size=2))),
        kev_due=draw(st.none() | st.dates()),
        deviation_rationale=draw(st.just("") | WORDS),
        status=status,
        disposition=draw(st.sampled_from(STATES[status])),
    )


@settings(max_examples=60)
@given(st.lists(vulnerabilities(), max_size=4))
def test_what_was_written_reads_the_same(items: list[Vulnerability]) -> None:
    """Every field of every vulnerability comes back as it was, whatever stands in it."""
    for number, item in enumerate(items):
        item.id = f"V-{number}"
    facts = {"certification_package_overview_uri": URI}
    plan = PlanDocument(name="p", layout="register", items=items, facts=facts)
    known = format_named("vdr-mrh")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "a.json"
        known.write(plan, out, WRITING)
        again = known.read(out, "a.json")
        assert values(again) == values(plan)
        known.write(again, Path(folder) / "b.json", Writing(as_of=AS_OF, base=out))
        assert (Path(folder) / "b.json").read_bytes() == out.read_bytes()
