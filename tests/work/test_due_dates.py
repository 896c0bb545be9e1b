"""Due dates in the register: they follow every input, by the strictest rule, and earlier results are kept."""

import gzip
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.authorities.cisa.bod_26_04 import Assumptions, Clock
from milepost.domain.circumstances import DateKind, Evaluation
from milepost.domain.errors import MilepostError, RecordMissing, StateConflict, WrongUse
from milepost.domain.rating import Rating
from milepost.records.deadlines import KnownCve, ReferenceFile, WeaknessCve
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_reference import add_reference
from milepost.work.add_system import NewSystem, add_system
from milepost.work.date_item import evaluate_item, move_to_version, set_date
from milepost.work.due_dates import Cause, deadline_of, recompute_systems
from milepost.work.edit_item import Edit, edit_item
from milepost.work.explaining.explain_item import explain_item
from milepost.work.expose_assets import expose_assets
from milepost.work.lifecycle.extend import NewDate, decide_extension, request_extension
from milepost.work.obligations.oblige_system import NewObligation, oblige_system, release_system
from milepost.work.open_item import NewItem, open_item
from milepost.work.split_item import split_item
from milepost.work.terms import Chosen
from milepost.work.undo_import import undo_import
from tests.work.conftest import Importing
from tests.work.publications import epss, kev, record
from tests.work.reports import Image, Package, trivy

SCANNED = date(2026, 1, 5)
TODAY = date(2026, 12, 20)
WEAK = (Package("CVE-2026-1111", "zlib"), Package("CVE-2026-2222", "curl", severity="LOW"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanned(importing: Importing, tmp_path: Path) -> None:
    """Import a scan with a High and a Low vulnerability on one image."""
    importing(trivy(tmp_path / "scan.json", Image("shop", "1", WEAK)))


def item(cve: str) -> Item:
    """Return the item of a CVE as it stands now."""
    return Item.objects.get(source_id=cve)


def days(count: int) -> date:
    """Return the day so many days after the scan."""
    return SCANNED + timedelta(days=count)


def add(file: Path, *, dry_run: bool = False) -> int:
    """Put a publication on the shelf; return how many items have another date."""
    return add_reference(file, as_of=TODAY, dry_run=dry_run).items.changed


def bod(since: date = SCANNED, **assumed: object) -> NewObligation:
    """Return the obligation to BOD 26-04, from its issue on."""
    chosen = Chosen(Assumptions(**assumed))  # type: ignore[arg-type] # named by the test
    return NewObligation("cisa-bod-26-04", max(since, date(2026, 6, 10)), "", chosen)


@pytest.mark.usefixtures("scanned")
def test_import_computes_due_dates_by_the_profile() -> None:
    """After an import the High is due in 30 days and the Low in 180, by FedRAMP's days."""
    high, low = item("CVE-2026-1111"), item("CVE-2026-2222")
    assert (high.rule_due_on, low.rule_due_on) == (days(30), days(180))
    assert high.rule_due_by.endswith(":high")
    assert high.opened_under.startswith("fedramp-rev5@")
    assert set(WeaknessCve.objects.values_list("cve", flat=True)) == {"CVE-2026-1111", "CVE-2026-2222"}


@pytest.mark.usefixtures("scanned")
def test_new_catalog_moves_dates_and_keeps_the_old_results(tmp_path: Path) -> None:
    """An entry in CISA's catalog makes its item due on CISA's day; the date that held before is kept."""
    assert add(kev(tmp_path / "kev.json", ("CVE-2026-1111", "2026-01-10", "2026-01-20"))) == 1
    high = item("CVE-2026-1111")
    assert high.rule_due_on == date(2026, 1, 20)
    assert high.due_order == date(2026, 1, 20)
    before = high.deadline_results.get()
    assert (before.due_on, before.replaced_on) == (days(30), TODAY)
    assert "2026.12.01" in before.cause
    assert item("CVE-2026-2222").rule_due_on == days(180)
    told = explain_item(high.identifier, as_of=TODAY).as_text()
    assert "known to be exploited" in told
    assert "earlier result" in told


@pytest.mark.usefixtures("scanned")
def test_same_catalog_twice_changes_nothing(tmp_path: Path) -> None:
    """The same file again is recognised by its bytes."""
    file = kev(tmp_path / "kev.json", ("CVE-2026-1111", "2026-01-10", "2026-01-20"))
    assert add(file) == 1
    assert add_reference(file, as_of=TODAY).again
    assert ReferenceFile.objects.count() == 1


@pytest.mark.usefixtures("scanned")
def test_entry_taken_out_of_the_catalog_gives_the_time_back(tmp_path: Path) -> None:
    """A newer catalog without the entry lets the authority's own days hold again."""
    add(kev(tmp_path / "old.json", ("CVE-2026-1111", "2026-01-10", "2026-01-20")))
    assert add(kev(tmp_path / "new.json", version="2026.12.02")) == 1
    assert item("CVE-2026-1111").rule_due_on == days(30)
    assert item("CVE-2026-1111").deadline_results.count() == 2


@pytest.mark.usefixtures("scanned")
def test_older_catalog_is_refused(tmp_path: Path) -> None:
    """Dates never go back to a catalog that no longer holds."""
    add(kev(tmp_path / "new.json", ("CVE-2026-1111", "2026-01-10", "2026-01-20"), version="2026.12.02"))
    with pytest.raises(StateConflict, match=r"2026\.12\.02 is there already"):
        add(kev(tmp_path / "old.json", version="2026.12.01"))
    assert item("CVE-2026-1111").rule_due_on == date(2026, 1, 20)


@pytest.mark.usefixtures("scanned")
def test_dry_run_shows_and_changes_nothing(tmp_path: Path) -> None:
    """A dry run tells how many items would have another date, and leaves everything as it was."""
    assert add(kev(tmp_path / "kev.json", ("CVE-2026-1111", "2026-01-10", "2026-01-20")), dry_run=True) == 1
    assert item("CVE-2026-1111").rule_due_on == days(30)
    assert not KnownCve.objects.exists()
    assert not ReferenceFile.objects.exists()


@pytest.mark.usefixtures("scanned")
def test_directive_asks_of_each_asset(system: System, importing: Importing, tmp_path: Path) -> None:
    """Under BOD 26-04 the exposed image decides: its three days beat the fourteen of the internal one."""
    importing(trivy(tmp_path / "b.json", Image("intern", "1", WEAK[:1], scanned="2026-01-02T12:00:00Z")))
    add(record(tmp_path / "cve.json", "CVE-2026-1111", automatable="yes", impact="partial"))
    add(kev(tmp_path / "kev.json", ("CVE-2026-1111", "2026-01-20", "2026-02-20")))
    expose_assets(system, ["shop"], exposed=True, as_of=TODAY)
    expose_assets(system, ["intern"], exposed=False, as_of=TODAY)
    oblige_system(system, bod(clock=Clock.EARLIER), as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(3)
    dates = {each.due for each in deadline_of(item("CVE-2026-1111")).candidates}
    assert {days(3), date(2026, 1, 16)} <= dates
    expose_assets(system, ["shop"], exposed=False, as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == date(2026, 1, 16)


@pytest.mark.usefixtures("scanned")
def test_item_of_its_own_asks_of_its_own_assets(system: System, importing: Importing, tmp_path: Path) -> None:
    """After a split each item is dated by the assets that it covers, not by those of the other."""
    importing(trivy(tmp_path / "b.json", Image("intern", "1", WEAK[:1])))
    add(record(tmp_path / "cve.json", "CVE-2026-1111", automatable="yes", impact="total"))
    oblige_system(system, bod(), as_of=TODAY)
    whole = item("CVE-2026-1111")
    part = split_item(whole.identifier, ["intern"], person="Ines", reason="another team", as_of=TODAY)
    expose_assets(system, ["shop"], exposed=True, as_of=TODAY)
    expose_assets(system, ["intern"], exposed=False, as_of=TODAY)
    whole.refresh_from_db()
    part.refresh_from_db()
    assert (whole.rule_due_on, part.rule_due_on) == (days(3), days(30))


@pytest.mark.usefixtures("scanned")
def test_missing_answers_are_a_setting(system: System) -> None:
    """Unknown exposure counts as exposed, as internal, or gives sixty days, as the system chose."""
    for wishes, due in ((bod(), 14), (bod(exposed=False), 30), (bod(sixty_days=True), 30)):
        oblige_system(system, wishes, as_of=TODAY)
        assert item("CVE-2026-1111").rule_due_on == days(due)
    release_system(system, "cisa-bod-26-04", as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(30)


@pytest.mark.usefixtures("scanned")
def test_system_under_several_authorities_has_the_strictest_date(system: System) -> None:
    """A provider under FedRAMP and HHS: HHS's 365 days for a Low are later, so FedRAMP's 180 hold."""
    oblige_system(system, NewObligation("hhs", SCANNED), as_of=TODAY)
    found = deadline_of(item("CVE-2026-2222"))
    assert found.due == days(180)
    assert days(365) in {each.due for each in found.candidates}


def test_obligations_are_checked(system: System) -> None:
    """An unknown profile, level or repetition of the first authority is refused in a sentence."""
    with pytest.raises(WrongUse, match="no profile"):
        oblige_system(system, NewObligation("nobody", TODAY), as_of=TODAY)
    with pytest.raises(WrongUse, match="use one of A, B, C, D"):
        oblige_system(system, NewObligation("fedramp-vdr", TODAY, "moderate"), as_of=TODAY)
    with pytest.raises(StateConflict, match="first already"):
        oblige_system(system, NewObligation("fedramp-rev5", TODAY), as_of=TODAY)
    with pytest.raises(RecordMissing, match="does not answer to hhs"):
        release_system(system, "hhs", as_of=TODAY)
    with pytest.raises(RecordMissing, match="no asset goes by nowhere"):
        expose_assets(system, ["nowhere"], exposed=True, as_of=TODAY)


@pytest.mark.usefixtures("scanned")
def test_dates_from_outside_move_the_due_date_with_their_source() -> None:
    """A contract's date holds when it is the earliest; the last one of a kind counts, and needs a source."""
    high = item("CVE-2026-1111")
    set_date(high, DateKind.CONTRACT, days(9), "contract 47-A", person="Ines", as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(9)
    set_date(high, DateKind.CONTRACT, days(12), "contract 47-B", person="Ines", as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(12)
    assert "contract 47-B" in explain_item(high.identifier, as_of=TODAY).as_text()
    with pytest.raises(WrongUse, match="source"):
        set_date(high, DateKind.CONTRACT, days(12), " ", person="Ines", as_of=TODAY)


def test_evaluation_decides_under_the_rules_of_2026(tmp_path: Path) -> None:
    """Before its evaluation an item is due for it; then for its reduction, in the system's own day."""
    cloud = add_system(NewSystem("Cloud", "fedramp-vdr", "d", time_zone="America/New_York"), as_of=TODAY)
    assert cloud.impact == "D"
    opened = open_item(
        NewItem(system="Cloud", name="Open port", detected_on=TODAY, person="Ines", risk=Rating.HIGH),
        as_of=TODAY,
    )
    assert opened.rule_due_on == TODAY + timedelta(days=2)
    at = datetime(2026, 12, 20, 15, 0, tzinfo=UTC)
    worst = Evaluation(at, 5, internet_reachable=True, likely_exploitable=True)
    evaluate_item(opened, worst, person="Ines", as_of=TODAY)
    found = deadline_of(Item.objects.get(pk=opened.pk))
    assert found.due == date(2026, 12, 20)
    assert found.candidates[0].at == datetime(2026, 12, 21, 3, 0, tzinfo=UTC)
    mild = Evaluation(at + timedelta(hours=1), 1, internet_reachable=False, likely_exploitable=False)
    evaluate_item(opened, mild, person="Ines", as_of=TODAY)
    assert deadline_of(Item.objects.get(pk=opened.pk)).due == date(2026, 12, 20) + timedelta(days=192)
    with pytest.raises(WrongUse, match="1 to 5"):
        evaluate_item(
            opened,
            Evaluation(at, 6, internet_reachable=True, likely_exploitable=True),
            person="I",
            as_of=TODAY,
        )
    naive = Evaluation(at.replace(tzinfo=None), 2, internet_reachable=True, likely_exploitable=True)
    with pytest.raises(WrongUse, match="time zone"):
        evaluate_item(opened, naive, person="Ines", as_of=TODAY)
    assert tmp_path.is_dir()


@pytest.mark.usefixtures("scanned")
def test_vendor_dependency_is_excused_while_the_vendor_is_asked() -> None:
    """A check-in excuses for thirty days; the day after, the item is overdue again."""
    low = item("CVE-2026-2222")
    asked_on = days(200)
    values = {"vendor_dependency": "yes", "vendor_product": "curl", "vendor_checked_on": f"{asked_on}"}
    edit_item(Edit(low.identifier, values, "Ines"), as_of=asked_on)
    assert item("CVE-2026-2222").excused_until == asked_on + timedelta(days=30)
    assert not explain_item(low.identifier, as_of=asked_on + timedelta(days=30)).overdue
    assert explain_item(low.identifier, as_of=asked_on + timedelta(days=31)).overdue


@pytest.mark.usefixtures("scanned")
def test_approved_extension_is_the_date_that_holds() -> None:
    """A later date that somebody else approved holds instead of the days; a denied one changes nothing."""
    high = item("CVE-2026-1111")
    for new_on, approve, due in ((days(99), False, days(30)), (days(60), True, days(60))):
        wanted = NewDate(high.identifier, new_on, "the patch is late", "a filter in front", person="Ines")
        request_extension(wanted, as_of=days(5))
        decide_extension(high.identifier, approve=approve, person="Omar", reason="seen", as_of=days(6))
        assert item("CVE-2026-1111").rule_due_on == due
    assert "extension" in explain_item(high.identifier, as_of=days(40)).as_text()
    assert not explain_item(high.identifier, as_of=days(60)).overdue


@pytest.mark.usefixtures("scanned")
def test_cmmc_plan_closes_out_180_days_after_the_status(system: System) -> None:
    """Items on the plan of a conditional status are due with it; others are not."""
    chosen = Chosen(conditional_since=days(-160))
    oblige_system(system, NewObligation("cmmc-l2", SCANNED, "2", chosen), as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(30)
    edit_item(Edit(item("CVE-2026-1111").identifier, {"plan": "cmmc"}, "Ines"), as_of=TODAY)
    assert item("CVE-2026-1111").rule_due_on == days(20)


@pytest.mark.usefixtures("scanned")
def test_item_moves_to_another_version_only_with_a_reason() -> None:
    """An item stands under the version it was opened under until someone moves it, and says why."""
    high = item("CVE-2026-1111")
    other = "hhs@" + "2.0"
    with pytest.raises(WrongUse, match="reason"):
        move_to_version(high, other, person="Ines", reason="", as_of=TODAY)
    with pytest.raises(MilepostError, match="has no version"):
        move_to_version(high, "hhs@0", person="Ines", reason="x", as_of=TODAY)
    move_to_version(high, other, person="Ines", reason="the agency asked for it", as_of=TODAY)
    assert item("CVE-2026-1111").opened_under.endswith(f",{other}")


@pytest.mark.usefixtures("system")
def test_item_by_hand_follows_the_cves_that_it_names(tmp_path: Path) -> None:
    """An item that no scanner reported is dated by CISA's catalog, too, if it names the CVE."""
    new = NewItem(
        system="Harbor",
        name="Old library",
        detected_on=SCANNED,
        person="Ines",
        risk=Rating.HIGH,
        cves="see cve-2026-3333, and more",
    )
    opened = open_item(new, as_of=SCANNED)
    add(kev(tmp_path / "kev.json", ("CVE-2026-3333", "2026-01-06", "2026-01-09")))
    assert Item.objects.get(pk=opened.pk).rule_due_on == date(2026, 1, 9)


def test_undone_import_leaves_no_result_behind(importing: Importing, tmp_path: Path) -> None:
    """What an import did to a due date goes with it, and no earlier result is told that never held."""
    importing(trivy(tmp_path / "a.json", Image("shop", "1", WEAK[:1])))
    older = Image("shop", "1", WEAK[:1], scanned="2025-11-05T12:00:00Z")
    importing(trivy(tmp_path / "b.json", older))
    assert item("CVE-2026-1111").rule_due_on == date(2025, 12, 5)
    assert item("CVE-2026-1111").deadline_results.count() == 1
    undo_import(Import.objects.latest("pk").pk)
    assert item("CVE-2026-1111").rule_due_on == days(30)
    assert item("CVE-2026-1111").deadline_results.count() == 0


@pytest.mark.usefixtures("scanned")
def test_recomputing_takes_as_many_statements_for_many_items_as_for_few(
    system: System, importing: Importing, tmp_path: Path
) -> None:
    """Fifty items more cost no statement more."""
    oblige_system(system, bod(), as_of=TODAY)
    few = _statements(system)
    packages = tuple(Package(f"CVE-2026-{number}", "zlib") for number in range(5000, 5050))
    importing(trivy(tmp_path / "many.json", Image("other", "1", packages)))
    assert _statements(system) == few


def _statements(system: System) -> int:
    with CaptureQueriesContext(connection) as taken:
        recompute_systems([system], Cause("test", TODAY))
    return len(taken)


@pytest.mark.usefixtures("db")
def test_each_publication_is_recognised_by_content(tmp_path: Path) -> None:
    """A catalog, a record, an archive of records and packed scores are told apart whatever their names."""
    scores = epss(tmp_path / "scores", ("CVE-2026-1", 0.5, 0.9), ("CVE-2026-2", 0.0, 1.0))
    (tmp_path / "packed").write_bytes(gzip.compress(scores.read_bytes()))
    one = record(tmp_path / "one", "CVE-2026-1", automatable="no", impact="total")
    with zipfile.ZipFile(tmp_path / "several", "w") as archive:
        archive.write(one, "2026/CVE-2026-1.json")
        archive.writestr("2026/CVE-2026-2.json", '{"cveMetadata": {"cveId": "CVE-2026-2"}}')
        archive.writestr("README.md", "not a record")
    for name, kind, entries in (
        ("packed", "EPSS", 2),
        ("one", "CISA Vulnrichment", 1),
        ("several", "CISA Vulnrichment", 1),
    ):
        added = add_reference(tmp_path / name, as_of=TODAY)
        assert (added.publication.kind, added.publication.entries) == (kind, entries)
    known = KnownCve.objects.get(cve="CVE-2026-1")
    assert (known.epss, known.automatable, known.technical_impact) == (0.5, False, "total")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nothing known", b"hello"),
        ("catalog cut off", b'{"catalogVersion": "2026", "count": 1, "vulnerabilities": [{"cveID"'),
        ("catalog short", b'{"catalogVersion": "2026", "count": 2, "vulnerabilities": []}'),
        ("scores without columns", b"#model_version:v1\ncve,score\n"),
        ("score no number", b"cve,epss,percentile\nCVE-2026-1,high,1\n"),
        ("score too large", b"cve,epss,percentile\nCVE-2026-1,1.5,1\n"),
        ("record cut off", b'{"dataType": "CVE_RECORD", "cveMetadata":'),
        ("archive damaged", b"PK\x03\x04 and no more"),
        ("packed damaged", b"\x1f\x8b and no more"),
    ],
)
def test_broken_publications_are_refused_in_a_sentence(tmp_path: Path, name: str, body: bytes) -> None:
    """What cannot be read is refused with the file's name, and nothing is kept."""
    (tmp_path / name).write_bytes(body)
    with pytest.raises(MilepostError) as refused:
        add_reference(tmp_path / name, as_of=TODAY)
    assert name in refused.value.where
    assert refused.value.fix
    assert not ReferenceFile.objects.exists()


@pytest.mark.samples
@pytest.mark.usefixtures("db")
def test_cisa_s_own_catalog_is_read_whole(samples: Path) -> None:
    """The published catalog of 2026-07-23 has 1,653 entries, each with both its dates."""
    file = samples / "fedramp" / "kev" / "known_exploited_vulnerabilities-2026.07.23.json"
    added = add_reference(file, as_of=TODAY)
    assert (added.publication.version, added.publication.entries, added.changed) == ("2026.07.23", 1653, 1653)
    assert KnownCve.objects.filter(kev_added_on=None).count() == 0
