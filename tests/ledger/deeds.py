"""Every verb once, on a small register: what has to be there first, and then the deed itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from milepost.domain.case import Proposal
from milepost.domain.circumstances import DateKind, Evaluation
from milepost.domain.item import DeviationKind, ResourceKind, SourceKind
from milepost.domain.rating import Rating
from milepost.domain.roles import Role
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.reports.sign_off import Attestor
from milepost.scanners.archives import Given, taken
from milepost.scanners.isolation import surveyed
from milepost.work.add_reference import add_reference
from milepost.work.add_system import NewSystem, add_system
from milepost.work.close_item import Closing, close_item, close_verified
from milepost.work.comment_item import comment_item
from milepost.work.date_item import evaluate_item, move_to_version, set_date
from milepost.work.deviate import Support, decide_deviation, request_deviation
from milepost.work.document_item import document_item
from milepost.work.documents.import_plan import PlanImport, import_plan
from milepost.work.edit_item import Edit, edit_item
from milepost.work.edit_system import edit_system
from milepost.work.expose_assets import expose_assets
from milepost.work.import_scan import Order, import_scan
from milepost.work.importing.column_mappings import mapping_of, remove_mapping, save_mapping
from milepost.work.importing.import_bundle import import_bundle
from milepost.work.importing.report_finding import ReportedFinding, report_finding
from milepost.work.lifecycle.accept_risk import (
    Risk,
    decide_acceptance,
    end_decision,
    request_acceptance,
    return_lapsed,
)
from milepost.work.lifecycle.assign_role import Assignment, assign_role
from milepost.work.lifecycle.cancel_item import cancel_item
from milepost.work.lifecycle.extend import NewDate, decide_extension, request_extension
from milepost.work.lifecycle.fix import Claim, claim_fixed, reject_fix, verify_fix, withdraw_claim
from milepost.work.lifecycle.reopen_item import reopen_item
from milepost.work.lifecycle.submit_plan import decide_plan, submit_plan
from milepost.work.lifecycle.take_step import StepTaken, take_step
from milepost.work.lifecycle.transfer_item import decide_transfer, request_transfer
from milepost.work.merge_items import merge_items
from milepost.work.obligations.oblige_system import NewObligation, oblige_system, release_system
from milepost.work.open_item import NewItem, open_item
from milepost.work.own_profiles import add_profile
from milepost.work.plan_milestones import add_milestone, complete_milestone, move_milestone
from milepost.work.plan_resources import NewResource, add_resource
from milepost.work.reporting.seal_sign_off import seal_sign_off
from milepost.work.reporting.sign_document import Signing
from milepost.work.reporting.sign_item import sign_item
from milepost.work.split_item import split_item
from milepost.work.undo_import import undo_bundle, undo_import
from milepost.work.vdr.move_system import Move, move_to_vdr
from tests.ledger.conftest import TODAY
from tests.ledger.evidence_deeds import EVIDENCE_DEEDS
from tests.work.publications import kev
from tests.work.reports import Found, Host, nessus

Deed = Callable[[], object]
Prepared = Callable[[System, Path], Deed]
JUNE: Final = date(2026, 6, 1)
JULY: Final = date(2026, 7, 5)
SYSTEM: Final = "Harbor"
CLAIM: Final = Claim("V-1", "Sam", "change.pdf", done="switched on")
RISK: Final = Risk("V-1", "no fix exists", "a guest", "port closed", "low", JUNE, "Ines")
LATER: Final = NewDate("V-1", date(2026, 8, 1), "vendor late", "port closed", "Sam")
ISSO: Final = Attestor(name="Ines", title="ISSO", organisation="Harbor", role=Role.ISSO)
PLAN: Final = (
    "POAM ID,Controls,Weakness Name,Weakness Description,Weakness Detector Source,"
    "Weakness Source Identifier,Asset Identifier,Point of Contact,Original Detection Date,"
    "Scheduled Completion Date,Planned Milestones,Status Date,Original Risk Rating,False Positive,Comments\n"
    "V-7,SC-8,Old TLS,It accepts TLS 1.0.,Nessus,104743,10.0.0.1,A. Lee,2026-01-05,2026-04-05,"
    "(01) 2026-03-01: Upgrade,2026-01-06,Moderate,No,Waits\n"
)
PROFILE: Final = (
    'name = "northwind"\ntitle = "Policy"\napplies_to = "all"\nextends = ["hhs"]\nsource = "Policy 7"\n'
    '[[version]]\nversion = "1"\neffective_from = 2026-01-01\n[version.facts]\nreview_days = 14\n'
)


def item(name: str = "No MFA") -> Item:
    """Open an item that is ready to be planned."""
    new = NewItem(
        SYSTEM,
        name,
        date(2026, 2, 1),
        "Ines",
        risk=Rating.MODERATE,
        description="A password alone.",
        controls="IA-2(1)",
        affected_assets="vpn-1",
        remediation_plan="Switch it on",
        point_of_contact="Ines",
        source_name="Audit",
    )
    return open_item(new, as_of=TODAY)


def planned() -> Item:
    """Open an item with a milestone."""
    opened = item()
    add_milestone(opened, "Order tokens", date(2026, 3, 10))
    return opened


def scan(folder: Path, name: str = "scan.nessus") -> Path:
    """Write a report with two hosts that share a weakness."""
    found = (Found(1001, 443, 3), Found(1002, 22, 2))
    return nessus(folder / name, Host("10.0.0.1", found), Host("10.0.0.2", found))


def imported(folder: Path) -> int:
    """Import the report."""
    return import_scan(Order(scan(folder), SYSTEM, TODAY)).number or 0


def bundled(folder: Path) -> int:
    """Import the report as one of several files that came together."""
    given = Given(scan(folder), "scan.nessus")
    with taken([given], folder) as found:
        return import_bundle("together", found, Order(folder, SYSTEM, TODAY)).number or 0


def table(folder: Path) -> Path:
    """Write a table with headings of its own."""
    path = folder / "table.csv"
    path.write_text("Ref,Titel,Criticality,Server\nPT-1,SQL injection,High,web1\n", encoding="utf-8")
    return path


def receiver() -> None:
    """Add a system that items can be handed to."""
    add_system(NewSystem("Quay", "fedramp-rev5", "moderate"), as_of=TODAY)


def requested() -> Item:
    """Ask for a false positive."""
    opened = item()
    request_deviation(opened, DeviationKind.FALSE_POSITIVE, "it is no host", person="Ines", as_of=TODAY)
    return opened


def close_as_false_positive(_system: System, _folder: Path) -> Deed:
    """Close an approved false positive, which has evidence only now."""
    opened = requested()
    decide_deviation(opened.deviations.get(), approve=True, person="Olga", as_of=TODAY)
    given = Proposal(person="Vera", as_of=TODAY, reason="agreed", evidence="shot.png")
    return lambda: take_step(StepTaken("close_false_positive", "V-1", SYSTEM, given))


def after(*steps: Deed) -> None:
    """Take steps that have to come first."""
    for step in steps:
        step()


def moved(_system: System, _folder: Path) -> Deed:
    """Move a system with an evaluated item to the rules of 2026."""
    opened = item()
    at = datetime(2026, 12, 6, 9, tzinfo=UTC)
    evaluation = Evaluation(at, 3, internet_reachable=True, likely_exploitable=True)
    evaluate_item(opened, evaluation, person="Ines", as_of=date(2026, 12, 6))
    day = date(2026, 12, 7)
    return lambda: move_to_vdr(Move(SYSTEM, day, "C", "Ines"), as_of=day)


def signing(_system: System, folder: Path) -> Deed:
    """Sign a document off as ISSO."""
    assign_role(Assignment(SYSTEM, "Ines", Role.ISSO, "Olga"), as_of=TODAY)
    (folder / "plan.txt").write_text("the plan", encoding="utf-8")
    wanted = Signing(path=folder / "plan.txt", attestor=ISSO, location="the safe", folder=folder / "records")
    return lambda: seal_sign_off(wanted, SYSTEM, at=datetime(2026, 3, 1, 12, tzinfo=UTC))


def signing_item(_system: System, _folder: Path) -> Deed:
    """Sign an item off as ISSO."""
    assign_role(Assignment(SYSTEM, "Ines", Role.ISSO, "Olga"), as_of=TODAY)
    item()
    return lambda: sign_item("V-1", ISSO, "it is true", as_of=TODAY)


def _of_item(act: Callable[[Item], object]) -> Prepared:
    def prepare(_system: System, _folder: Path) -> Deed:
        opened = planned()
        return lambda: act(opened)

    return prepare


def _after(*steps: Deed, then: Deed) -> Prepared:
    def prepare(_system: System, _folder: Path) -> Deed:
        planned()
        after(*steps)
        return then

    return prepare


def _of_file(first: Callable[[Path], object], act: Callable[[System, Path], object]) -> Prepared:
    def prepare(system: System, folder: Path) -> Deed:
        first(folder)
        return lambda: act(system, folder)

    return prepare


def _nothing(_folder: Path) -> None:
    """Nothing has to be there first."""


def _claimed() -> object:
    return claim_fixed(replace(CLAIM, explanation="later"), as_of=TODAY)


def _verified() -> object:
    return verify_fix("V-1", method="test", person="Vera", as_of=TODAY)


def _asked() -> object:
    return request_acceptance(RISK, as_of=TODAY)


def _accepted() -> object:
    return decide_acceptance("V-1", approve=True, person="Olga", as_of=TODAY)


def _handed() -> object:
    return request_transfer("V-1", "Quay", person="Ines", reason="theirs", as_of=TODAY)


def _closed() -> object:
    return close_item(
        Closing("V-1", "Sam", "Vera", "shot.png", "seen", method="test", fixed_on=TODAY), as_of=TODAY
    )


def _evaluate(opened: Item) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    evaluation = Evaluation(at, 3, internet_reachable=True, likely_exploitable=False)
    evaluate_item(opened, evaluation, person="Ines", as_of=TODAY)


def _requested_of(opened: Item) -> object:
    support = Support("shot.png")
    return request_deviation(
        opened, DeviationKind.FALSE_POSITIVE, "no host", person="Ines", as_of=TODAY, support=support
    )


def _undo(undo: Callable[[int], object], number: int) -> Deed:
    return lambda: undo(number)


def _save(folder: Path) -> None:
    mapping = mapping_of(surveyed(table(folder)), [("title", "Titel")], name="pentest")
    save_mapping(mapping, as_of=TODAY)


def _profile(folder: Path) -> None:
    (folder / "own.toml").write_text(PROFILE, encoding="utf-8")


def _plan(folder: Path) -> None:
    (folder / "plan.csv").write_text(PLAN, encoding="utf-8")


def _finding() -> object:
    new = ReportedFinding(SYSTEM, "Weak lock", TODAY, SourceKind.SELF_ASSESSMENT, severity="high")
    return report_finding(new, as_of=TODAY)


def _two(_folder: Path) -> None:
    item()
    item("No lock")


def _obliged(system: System) -> object:
    return oblige_system(system, NewObligation("cisa-bod-26-04", JULY), as_of=JULY)


def _catalog(folder: Path) -> object:
    path = kev(folder / "kev.json", ("CVE-2026-0001", "2026-03-01", "2026-03-22"))
    return add_reference(path, person="Ines", as_of=JUNE)


DEEDS: Final[dict[str, Prepared]] = {
    "add_milestone": _of_item(lambda opened: add_milestone(opened, "Test", TODAY)),
    "add_profile": _of_file(
        _profile, lambda _, folder: add_profile(folder / "own.toml", person="Ines", as_of=TODAY)
    ),
    "add_reference": _of_file(_nothing, lambda _, folder: _catalog(folder)),
    "add_resource": _of_item(
        lambda _: add_resource(NewResource("V-1", ResourceKind.OTHER, "a window", "Ines"), as_of=TODAY)
    ),
    "add_system": _of_file(_nothing, lambda _, __: receiver()),
    "assign_role": _of_file(
        _nothing, lambda _, __: assign_role(Assignment(SYSTEM, "Vera", Role.ISSO, "Ines"), as_of=TODAY)
    ),
    "cancel_item": _of_item(lambda _: cancel_item("V-1", person="Olga", reason="an error", as_of=TODAY)),
    "claim_fixed": _after(then=_claimed),
    "close_false_positive": close_as_false_positive,
    "close_item": _after(then=_closed),
    "close_verified": _after(
        _claimed, _verified, then=lambda: close_verified("V-1", person="Vera", as_of=TODAY)
    ),
    "comment_item": _of_item(lambda _: comment_item("V-1", "seen", person="Sam", as_of=TODAY)),
    "complete_milestone": _of_item(lambda opened: complete_milestone(opened, 1, person="Sam", as_of=TODAY)),
    "decide_acceptance": _after(_asked, then=_accepted),
    "decide_deviation": _of_file(
        lambda _: requested(),
        lambda _, __: decide_deviation(
            Item.objects.get().deviations.get(), approve=True, person="Olga", as_of=TODAY
        ),
    ),
    "decide_extension": _after(
        lambda: request_extension(LATER, as_of=TODAY),
        then=lambda: decide_extension("V-1", approve=True, person="Olga", as_of=TODAY),
    ),
    "decide_plan": _after(
        lambda: submit_plan("V-1", person="Ines", as_of=TODAY),
        then=lambda: decide_plan("V-1", approve=True, person="Olga", as_of=TODAY),
    ),
    "decide_transfer": _after(
        receiver,
        _handed,
        then=lambda: decide_transfer("V-1", accept=True, person="Quinn", as_of=TODAY, system=SYSTEM),
    ),
    "document_item": _of_item(
        lambda _: document_item("V-1", "Report", "scan.pdf", person="Sam", as_of=TODAY)
    ),
    "edit_item": _of_item(lambda _: edit_item(Edit("V-1", {"responsible": "Sam"}, "Ines"), as_of=TODAY)),
    "edit_system": _of_file(_nothing, lambda _, __: edit_system(SYSTEM, {"provider": "Northwind"})),
    "end_decision": _after(
        _asked, _accepted, then=lambda: end_decision("V-1", person="Olga", reason="fixed", as_of=TODAY)
    ),
    "evaluate_item": _of_item(_evaluate),
    "expose_assets": _of_file(
        imported, lambda system, _: expose_assets(system, ["10.0.0.1"], exposed=True, as_of=TODAY)
    ),
    "import_plan": _of_file(
        _plan, lambda _, folder: import_plan(PlanImport(folder / "plan.csv", SYSTEM, TODAY, "Kim"))
    ),
    "import_scan": _of_file(_nothing, lambda _, folder: imported(folder)),
    "merge_items": _of_file(
        _two, lambda _, __: merge_items("V-1", "V-2", person="Ines", reason="one", as_of=TODAY)
    ),
    "move_milestone": _of_item(
        lambda opened: move_milestone(opened, 1, JUNE, reason="late", person="Sam", as_of=TODAY)
    ),
    "move_to_vdr": moved,
    "move_to_version": _of_item(
        lambda opened: move_to_version(
            opened, opened.opened_under.split(",")[0], person="Ines", reason="to try", as_of=TODAY
        )
    ),
    "oblige_system": _of_file(_nothing, lambda system, _: _obliged(system)),
    "open_item": _of_file(_nothing, lambda _, __: item()),
    "reject_fix": _after(
        _claimed, then=lambda: reject_fix("V-1", person="Vera", reason="not enough", as_of=TODAY)
    ),
    "release_system": lambda system, _: (
        _obliged(system),
        lambda: release_system(system, "cisa-bod-26-04", as_of=JULY),
    )[1],
    "remove_mapping": _of_file(_save, lambda _, __: remove_mapping("pentest")),
    "reopen_item": _after(
        _closed, then=lambda: reopen_item("V-1", person="Ines", reason="it is back", as_of=TODAY)
    ),
    "report_finding": _of_file(_nothing, lambda _, __: _finding()),
    "request_acceptance": _after(then=_asked),
    "request_deviation": _of_item(_requested_of),
    "request_extension": _after(then=lambda: request_extension(LATER, as_of=TODAY)),
    "request_transfer": _after(receiver, then=_handed),
    "return_lapsed": _after(_asked, _accepted, then=lambda: return_lapsed(SYSTEM, as_of=date(2026, 6, 2))),
    "save_mapping": _of_file(_nothing, lambda _, folder: _save(folder)),
    "seal_sign_off": signing,
    "set_date": _of_item(
        lambda opened: set_date(opened, DateKind.CONTRACT, JUNE, "contract 7", person="Ines", as_of=TODAY)
    ),
    "sign_item": signing_item,
    "split_item": _of_file(
        imported,
        lambda _, __: split_item("V-1", ["10.0.0.2"], person="Ines", reason="another team", as_of=TODAY),
    ),
    "submit_plan": _after(then=lambda: submit_plan("V-1", person="Ines", as_of=TODAY)),
    "undo_bundle": lambda _, folder: _undo(undo_bundle, bundled(folder)),
    "undo_import": lambda _, folder: _undo(undo_import, imported(folder)),
    "verify_fix": _after(_claimed, then=_verified),
    "withdraw_claim": _after(
        _claimed, then=lambda: withdraw_claim("V-1", person="Sam", reason="too early", as_of=TODAY)
    ),
    **EVIDENCE_DEEDS,
}
"""Each verb by its name."""
