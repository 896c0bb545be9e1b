"""What a second scan finds out: new, persisting, changed, missing, not re-tested, reappeared."""

from dataclasses import replace
from pathlib import Path

import pytest

from milepost.domain.errors import RecordMissing
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.import_scan import Order, import_scan
from tests.work.conftest import TODAY, Importing
from tests.work.register_content import content
from tests.work.reports import DAY, START, Found, Host, Image, Package, nessus, trivy

WEB = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")
LATER = START + 30 * DAY


def _frozen() -> list[tuple[object, ...]]:
    items = Item.objects.order_by("number")
    return list(items.values_list("identifier", "detected_on", "scheduled_on", "original_risk"))


def shown(counts: dict[str, int]) -> dict[str, int]:
    """Return the counts that are not zero."""
    return {name: count for name, count in counts.items() if count}


def test_first_scan_is_all_new(importing: Importing, tmp_path: Path) -> None:
    """The first scan of a host opens an item for each weakness above informational."""
    report = importing(nessus(tmp_path / "a.nessus", WEB))
    assert shown(report.occurrences) == {"new": 3}
    assert shown(report.weaknesses) == {"new": 3}
    assert report.items["opened"] == 2


def test_same_file_twice_changes_nothing(importing: Importing, system: System, tmp_path: Path) -> None:
    """The same bytes are recognised and leave the register as it is."""
    path = nessus(tmp_path / "a.nessus", WEB)
    first = importing(path)
    before = content(system, numbers=True)
    again = importing(path)
    assert again.already_imported
    assert again.number == first.number
    assert shown(again.occurrences) == {}
    assert content(system, numbers=True) == before


def test_shuffled_findings_persist(importing: Importing, tmp_path: Path) -> None:
    """The same findings in another order, a month later, all persist."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    shuffled = replace(WEB, found=WEB.found[::-1], scanned=LATER)
    report = importing(nessus(tmp_path / "b.nessus", shuffled))
    assert shown(report.occurrences) == {"persisting": 3}
    assert report.items["opened"] == 0


@pytest.mark.parametrize(
    "reworded",
    [
        replace(WEB.found[0], title="Another name"),
        replace(WEB.found[0], description="Told in other words."),
        replace(WEB.found[0], severity=4),
        replace(WEB.found[0], solution="Do something else."),
    ],
    ids=["title", "description", "severity", "solution"],
)
def test_new_wording_is_the_same_item_changed(importing: Importing, tmp_path: Path, reworded: Found) -> None:
    """Title, description, severity and solution are no identity: the same item, changed."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    before = _frozen()
    report = importing(
        nessus(tmp_path / "b.nessus", replace(WEB, found=(reworded, WEB.found[1]), scanned=LATER))
    )
    assert shown(report.occurrences) == {"persisting": 2, "changed": 1}
    assert shown(report.weaknesses) == {"persisting": 2, "changed": 1}
    assert _frozen() == before
    changed = [line for line in report.lines if line.outcome == "changed"]
    assert [line.name for line in changed] == ["nessus:100"]
    assert changed[0].changes


def test_new_output_alone_persists_and_is_kept(importing: Importing, system: System, tmp_path: Path) -> None:
    """Tool output differs from run to run: it is refreshed, and nobody is told of a change."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    told = replace(WEB, found=(replace(WEB.found[0], output="up for 3 days"), WEB.found[1]), scanned=LATER)
    report = importing(nessus(tmp_path / "b.nessus", told))
    assert shown(report.occurrences) == {"persisting": 3}
    assert "up for 3 days" in repr(content(system)["occurrences"])


def test_new_image_tag_and_package_version_are_the_same_items(importing: Importing, tmp_path: Path) -> None:
    """An image goes by its repository, a package by its name: a new release keeps every item."""
    packages = (Package("CVE-2026-1", "zlib", "1.2.1"), Package("CVE-2026-2", "openssl", "3.0.1"))
    image = Image("registry.example.com/shop/api", "1.0", packages)
    importing(trivy(tmp_path / "a.json", image))
    before = _frozen()
    newer = tuple(replace(each, version="9.0") for each in packages)
    second = Image(image.repository, "2.0", newer, "2026-02-05T12:00:00Z")
    report = importing(trivy(tmp_path / "b.json", second))
    assert shown(report.occurrences) == {"changed": 2}
    assert _frozen() == before
    told = {change for line in report.lines for change in line.changes}
    assert ("asset version", "1.0", "2.0") in told
    assert ("version", "1.2.1", "9.0") in told


def test_absence_in_a_covering_scan_is_a_closure_candidate(importing: Importing, tmp_path: Path) -> None:
    """What a covering scan no longer shows is missing; its item is a candidate and stays open."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    report = importing(nessus(tmp_path / "b.nessus", replace(WEB, found=WEB.found[:1], scanned=LATER)))
    assert shown(report.occurrences) == {"persisting": 2, "missing": 1}
    assert report.items["closure_candidates"] == 1
    assert Item.objects.get(source_id="200").status == "open"


def test_host_left_out_is_not_retested(importing: Importing, tmp_path: Path) -> None:
    """A host that a scan did not look at is not re-tested, and nothing of it is missing."""
    app = Host("10.0.0.2", (Found(300),), "app.example.com")
    importing(nessus(tmp_path / "a.nessus", WEB, app))
    report = importing(nessus(tmp_path / "b.nessus", replace(WEB, scanned=LATER)))
    assert shown(report.occurrences) == {"persisting": 3, "not_retested": 2}
    assert report.weaknesses["not_retested"] == 1
    assert report.items["closure_candidates"] == 0


@pytest.mark.parametrize("credentialed", [False, None])
def test_unauthenticated_scan_closes_nothing(
    importing: Importing, tmp_path: Path, *, credentialed: bool | None
) -> None:
    """After a credentialed scan, one without credentials proves no absence."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    blind = replace(WEB, found=WEB.found[:1], scanned=LATER, credentialed=credentialed)
    report = importing(nessus(tmp_path / "b.nessus", blind))
    assert shown(report.occurrences) == {"persisting": 2, "not_retested": 1}


def test_plugin_outside_the_plugin_set_is_not_retested(importing: Importing, tmp_path: Path) -> None:
    """A scan whose policy leaves a plugin out says nothing about what that plugin found before."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    partial = replace(WEB, found=WEB.found[:1], scanned=LATER)
    report = importing(nessus(tmp_path / "b.nessus", partial, plugin_set="19506;100"))
    assert shown(report.occurrences) == {"persisting": 2, "not_retested": 1}


def test_what_comes_back_before_closing_is_the_same_item(importing: Importing, tmp_path: Path) -> None:
    """A weakness that was missing and is seen again reappears under its item, with its first date."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    importing(nessus(tmp_path / "b.nessus", replace(WEB, found=WEB.found[:1], scanned=LATER)))
    report = importing(nessus(tmp_path / "c.nessus", replace(WEB, scanned=LATER + 30 * DAY)))
    assert shown(report.occurrences) == {"persisting": 2, "reappeared": 1}
    assert report.items["opened"] == 0
    assert f"{Item.objects.get(source_id='200').detected_on}" == "2026-01-05"


def test_host_keeps_its_identity_when_its_address_changes(importing: Importing, tmp_path: Path) -> None:
    """A host with a name keeps its occurrences under a new address."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    report = importing(nessus(tmp_path / "b.nessus", replace(WEB, ip="10.0.9.9", scanned=LATER)))
    assert shown(report.occurrences) == {"persisting": 3}


def test_another_host_at_the_same_address_is_another_host(importing: Importing, tmp_path: Path) -> None:
    """One address under two names is two hosts: nothing of the first is taken as missing."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    other = Host(WEB.ip, (Found(100),), "other.example.com", scanned=LATER)
    report = importing(nessus(tmp_path / "b.nessus", other))
    assert shown(report.occurrences) == {"new": 2, "not_retested": 3}


def test_ambiguous_address_is_reported_and_not_guessed(importing: Importing, tmp_path: Path) -> None:
    """An address that two hosts carried, without a name, becomes an asset of its own and a problem."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    importing(nessus(tmp_path / "b.nessus", replace(WEB, fqdn="other.example.com", scanned=LATER)))
    report = importing(nessus(tmp_path / "c.nessus", replace(WEB, fqdn="", scanned=LATER + DAY)))
    assert report.occurrences["new"] == 3
    assert any("cannot tell which asset" in problem.what for problem in report.problems)


def test_report_without_findings_asks_first(importing: Importing, tmp_path: Path) -> None:
    """An empty report takes nothing as missing until someone says that the scan was clean."""
    image = Image("registry.example.com/shop/api", "1.0", (Package("CVE-2026-1", "zlib"),))
    importing(trivy(tmp_path / "a.json", image))
    empty = trivy(tmp_path / "b.json", Image(image.repository, "1.1", (), "2026-02-05T12:00:00Z"))
    asked = importing(empty)
    assert asked.question
    assert shown(asked.occurrences) == {"not_retested": 1}
    assert Item.objects.get().open_count == 1
    answered = importing(empty, clean=True)
    assert shown(answered.occurrences) == {"missing": 1}
    assert answered.items["closure_candidates"] == 1


def test_dry_run_says_what_the_import_does_and_changes_nothing(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """A preview is the import itself, taken back: the same counts, and an untouched register."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    before = content(system, numbers=True)
    second = nessus(tmp_path / "b.nessus", replace(WEB, found=(Found(300), WEB.found[0]), scanned=LATER))
    preview = importing(second, dry_run=True)
    assert preview.number is None
    assert content(system, numbers=True) == before
    done = importing(second)
    assert replace(preview, number=done.number) == done


def test_scan_of_an_unknown_system_is_refused(db: None, tmp_path: Path) -> None:
    """A system has to be made before scans can go into it, and the refusal says how."""
    del db
    with pytest.raises(RecordMissing, match="milepost system add"):
        import_scan(Order(nessus(tmp_path / "a.nessus", WEB), "Nowhere", TODAY))


def test_duplicate_lines_of_one_occurrence_are_one(importing: Importing, tmp_path: Path) -> None:
    """A plugin reported twice at one port is one occurrence with both outputs and the worse severity."""
    twice = (Found(100, 443, 2, output="one"), Found(100, 443, 3, output="two"))
    report = importing(nessus(tmp_path / "a.nessus", Host("10.0.0.1", twice)))
    assert report.occurrences["new"] == 2
    assert Item.objects.get().original_risk == "High"


def test_host_named_twice_in_one_file_is_one_look(importing: Importing, tmp_path: Path) -> None:
    """Two parts of a report about one host add up: neither takes the other's findings as missing."""
    parts = (replace(WEB, found=WEB.found[:1]), replace(WEB, found=WEB.found[1:]))
    report = importing(nessus(tmp_path / "a.nessus", *parts))
    assert shown(report.occurrences) == {"new": 3}
    again = importing(nessus(tmp_path / "b.nessus", replace(WEB, scanned=LATER)))
    assert shown(again.occurrences) == {"persisting": 3}
