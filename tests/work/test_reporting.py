"""Reports and sign-offs from the register, through the verbs, read back from the PDF."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from milepost.domain.errors import InputRefused, NotAllowed, RecordMissing, StateConflict, WrongUse
from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.domain.roles import Role
from milepost.records.systems import System
from milepost.reports.kinds import KINDS
from milepost.reports.sign_off import Attestor
from milepost.work.close_item import close_verified
from milepost.work.deviate import Support, decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.accept_risk import Risk, decide_acceptance, request_acceptance
from milepost.work.lifecycle.assign_role import Assignment, assign_role
from milepost.work.lifecycle.fix import Claim, claim_fixed, verify_fix
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone
from milepost.work.reporting.confirm_role import confirm_role
from milepost.work.reporting.sign_document import Signing, check_sign_off, sign_document
from milepost.work.reporting.write_report import Wish, Written, write_report

MARCH = date(2026, 3, 31)
INES = Attestor(name="Ines", title="ISSO", organisation="Northwind", role="isso")
AT = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(system: System) -> str:
    """Fill a register: V-1 fixed and closed in March, V-2 accepted, V-3 late, V-4 found in April."""
    for number, rating in enumerate((Rating.MODERATE, Rating.LOW, Rating.HIGH), 1):
        _opened(system.name, number, rating, date(2026, 2, 1))
    claim = Claim("V-1", "Sam", "change-4711.pdf", done="tokens handed out", explanation="bought before")
    claim_fixed(claim, as_of=date(2026, 3, 5))
    verify_fix("V-1", method="test", person="Vera", as_of=date(2026, 3, 6), remark="asked for a token")
    close_verified("V-1", person="Omar", as_of=date(2026, 3, 7))
    risk = Risk("V-2", "no fix exists", "a guest", "port closed", "low", date(2026, 4, 15), "Ines")
    request_acceptance(risk, as_of=date(2026, 3, 2))
    decide_acceptance("V-2", approve=True, person="Omar", as_of=date(2026, 3, 3))
    _opened(system.name, 4, Rating.HIGH, date(2026, 4, 10))
    return system.name


def _opened(system: str, number: int, rating: Rating, on: date) -> None:
    new = NewItem(
        system,
        f"Weakness number {number}",
        on,
        "Ines",
        risk=rating,
        description="Administrators sign in with a password alone.",
        controls="IA-2(1)",
        remediation_plan="Switch it on",
        point_of_contact="Ines",
    )
    item = open_item(new, as_of=max(on, date(2026, 3, 1)))
    if rating is Rating.MODERATE:
        add_milestone(item, "Order tokens", date(2026, 3, 4))


def written(tmp_path: Path, kind: str, system: str, **wishes: object) -> tuple[Written, str]:
    """Write a report as PDF as of 31 March; return what the verb said and the PDF's text in one line."""
    out = tmp_path / f"{kind}.pdf"
    told = {"kind": kind, "system": system, "out": out, "as_of": MARCH, **wishes}
    done = write_report(Wish(**told))  # type: ignore[arg-type] # named by the test
    pages = PdfReader(io.BytesIO(out.read_bytes())).pages
    text = " ".join(page.extract_text() for page in pages).replace("\u200b", "")
    return done, " ".join(text.split())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_report_is_written_in_both_forms(tmp_path: Path, register: str, kind: str) -> None:
    """Each kind has its title, the system and a sign-off page, as tagged PDF and as HTML."""
    done, text = written(tmp_path, kind, register, item="V-1")
    assert text.startswith(f"{done.title} Harbor As of 2026-03-31")
    assert "Sign-off" in text
    root = PdfReader(tmp_path / f"{kind}.pdf").root_object
    assert "'/Marked': True" in str(root["/MarkInfo"])
    page = tmp_path / f"{kind}.html"
    write_report(Wish(kind=kind, system=register, out=page, as_of=MARCH, item="V-1"))
    assert f"<h1>{done.title}</h1>" in page.read_text(encoding="utf-8")


def test_plan_tells_open_carried_and_ended_items(tmp_path: Path, register: str) -> None:
    """The plan of March has V-3 as overdue, V-2 as carried, V-1 as closed, and nothing of April."""
    _, text = written(tmp_path, "poam", register)
    opened, rest = text.split("Carried risks")
    carried, ended = rest.split("Ended items")
    assert "V-3 Weakness number 3" in opened
    assert "OVERDUE by 28 days" in opened
    assert "V-2 Weakness number 2" in carried
    assert "V-1 Weakness number 1 Moderate 2026-02-01 2026-03-07 closed" in ended
    assert "V-4" not in text


def test_review_of_a_month_counts_what_moved(tmp_path: Path, register: str) -> None:
    """In March one item was closed, one is late since 3 March, an acceptance ends within thirty days."""
    done, text = written(tmp_path, "monthly", register, as_of=date(2026, 5, 1), period="2026-03")
    assert (done.title, done.as_of) == ("Monthly review 2026-03", MARCH)
    assert "Open before the period 3 + opened: found in the period 0" in text
    assert "− closed, or ended otherwise 1 = open on the day of the report 2" in text
    assert "28" in text.split("Overdue items, the latest first")[1].split("Slipped")[0]
    expiring = text.split("Expiring acceptances")[1]
    assert "V-2" in expiring
    assert "in force, 15 days left" in expiring


def test_moved_date_is_a_slip_with_its_reason(tmp_path: Path, register: str) -> None:
    """A date that was moved in the period stands with both days and the reason."""
    edit_item(
        Edit("V-3", {"scheduled_on": "2026-04-20"}, "Ines", reason="vendor late"), as_of=date(2026, 3, 20)
    )
    _, text = written(tmp_path, "quarterly", register)
    slipped = text.split("Slipped")[1]
    assert "V-3 scheduled date 2026-03-03 2026-04-20 48 vendor late" in slipped


def test_dossier_tells_dates_with_reasons_evidence_and_history(tmp_path: Path, register: str) -> None:
    """What an auditor asks of an item stands in its dossier."""
    _, text = written(tmp_path, "item", register, item="V-1")
    assert "original detection date 2026-02-01" in text
    assert "FedRAMP POA&M Template" in text
    assert "1 Order tokens 2026-03-04" in text
    assert "change-4711.pdf" in text
    assert "2026-03-07 by Omar" in text
    assert "closure: approved Omar" in text


def test_certificate_only_for_what_is_closed(tmp_path: Path, register: str) -> None:
    """The certificate names who fixed, verified and closed; an open item has none."""
    _, text = written(tmp_path, "closure", register, item="V-1")
    assert "2026-03-06 by Vera, method: test" in text
    assert "milestone 1: planned for 2026-03-04, not completed" in text
    with pytest.raises(StateConflict, match="V-3 is not closed"):
        written(tmp_path, "closure", register, item="V-3")
    with pytest.raises(StateConflict, match="V-1 is not closed on 2026-03-06"):
        written(tmp_path, "closure", register, item="V-1", as_of=date(2026, 3, 6))


def test_register_of_acceptances_sees_their_end(tmp_path: Path, register: str) -> None:
    """What is in force in March has ended in May; an operational requirement stands there, too."""
    new = NewItem(register, "Old protocol", date(2026, 3, 10), "Ines", risk=Rating.LOW)
    required = request_deviation(
        open_item(new, as_of=date(2026, 3, 10)),
        DeviationKind.OPERATIONAL_REQUIREMENT,
        "needed by the bank",
        person="Ines",
        as_of=date(2026, 3, 10),
        support=Support(until=date(2026, 9, 1)),
    )
    decide_deviation(required, approve=True, person="Omar", as_of=date(2026, 3, 11))
    _, text = written(tmp_path, "acceptances", register)
    in_force = text.split("Risks that are carried")[1]
    assert "V-2 Weakness number 2" in in_force
    assert "operational requirement needed by the bank" in in_force
    assert "in force, 154 days left" in in_force
    _, later = written(tmp_path, "acceptances", register, as_of=date(2026, 4, 20))
    assert "ENDED 5 days ago" in later


def test_nothing_is_written_where_a_report_is_refused(tmp_path: Path, register: str) -> None:
    """Unknown kinds, endings, systems and items are refused in a sentence; no file appears."""
    wishes: list[tuple[type[Exception], dict[str, object]]] = [
        (WrongUse, {"kind": "yearly"}),
        (WrongUse, {"out": tmp_path / "plan.docx"}),
        (WrongUse, {"kind": "item"}),
        (RecordMissing, {"kind": "item", "item": "V-9"}),
        (RecordMissing, {"system": "Quay"}),
        (WrongUse, {"out": tmp_path / "missing" / "plan.pdf"}),
    ]
    for error, wish in wishes:
        told = {"kind": "poam", "system": register, "out": tmp_path / "plan.pdf", "as_of": MARCH, **wish}
        with pytest.raises(error):
            write_report(Wish(**told))  # type: ignore[arg-type] # each case names what it changes
    assert list(tmp_path.iterdir()) == []


def signing(tmp_path: Path, attestor: Attestor = INES) -> Signing:
    """Return a document to be signed."""
    document = tmp_path / "plan.pdf"
    document.write_bytes(b"%PDF the plan")
    return Signing(path=document, attestor=attestor, location="vault://plans", folder=tmp_path / "records")


def test_signed_document_holds_until_it_is_changed(tmp_path: Path) -> None:
    """The record finds its document beside it or where it is told; one byte more voids it."""
    wanted = signing(tmp_path)
    signed = sign_document(wanted, at=AT)
    assert signed.json_file.name == "plan.pdf.sign-off.Ines.20260331T090000Z.json"
    assert check_sign_off(signed.json_file, wanted.path).faults == ()
    wanted.path.write_bytes(b"%PDF the plan.")
    assert "was changed" in check_sign_off(signed.json_file, wanted.path).faults[0]
    assert "is not there" in check_sign_off(signed.json_file).faults[0]
    (tmp_path / "records" / "plan.pdf").write_bytes(b"%PDF the plan")
    assert check_sign_off(signed.json_file).faults == ()


def test_sign_off_is_never_overwritten(tmp_path: Path) -> None:
    """The same person signs the same document twice only at different times."""
    sign_document(signing(tmp_path), at=AT)
    with pytest.raises(StateConflict, match="there already"):
        sign_document(signing(tmp_path), at=AT)
    with pytest.raises(InputRefused):
        check_sign_off(tmp_path / "records")


def test_register_confirms_a_role_or_refuses_it(system: System) -> None:
    """Ines signs as ISSO while she is; a role she does not hold, or nobody knows, is refused."""
    assign_role(Assignment(system.name, "Ines", Role.ISSO, "Adam", until=MARCH), as_of=date(2026, 3, 1))
    confirmed = confirm_role(INES, system.name, as_of=MARCH)
    assert confirmed.role_known_by == "confirmed by the register for Harbor on 2026-03-31"
    with pytest.raises(NotAllowed, match="is not information system security officer"):
        confirm_role(INES, system.name, as_of=date(2026, 4, 1))
    nobody = Attestor(name="Ines", title="x", organisation="x", role="boss")
    with pytest.raises(WrongUse, match="no role boss"):
        confirm_role(nobody, system.name, as_of=MARCH)
