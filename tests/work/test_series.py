"""Real re-scans: releases of one image, two runs of one checklist; what persists keeps item, id and date."""

import json
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.db import transaction

from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_scan import Order, import_scan
from tests.work.conftest import TODAY, Importing
from tests.work.register_content import Row, content

pytestmark = pytest.mark.samples

SERIES = {
    "grype api-artifact": ("scans/series_grype", ("2.10.13", "2.10.18", "2.11.04")),
    "trivy api-artifact": ("scans/series_trivy", ("2.11.03", "2.11.04", "2.13.03")),
    "ecr api-artifact": ("scans/series_ecr", ("2.10.13", "2.10.18", "2.11.03", "2.11.04")),
}

OF_ONE_SECOND = {"ecr api-artifact"}


def releases(samples: Path, name: str) -> list[Path]:
    """Return the scans of the releases in their order."""
    folder, versions = SERIES[name]
    return [samples / folder / f"openrmfpro-api-artifact-{version}.json" for version in versions]


@pytest.mark.parametrize("name", list(SERIES))
def test_releases_of_an_image_reconcile_as_counted_independently(
    importing: Importing, samples: Path, name: str
) -> None:
    """New, persisting and closed occurrences are those of `expected.json`, and items keep id and date.

    The scans by ECR all bear the same second, so the person says on which day each was made.
    """
    expected = json.loads((samples / "scans/expected.json").read_text())["series_expected"][name]
    frozen: dict[str, object] = {}
    for number, (path, counts) in enumerate(zip(releases(samples, name), expected, strict=True)):
        day = TODAY - timedelta(days=10 - number) if name in OF_ONE_SECOND else None
        report = importing(path, clean=True, scanned_on=day)
        seen = report.occurrences
        assert seen["new"] + seen["reappeared"] == counts["new"]
        assert seen["persisting"] + seen["changed"] == counts["persist"]
        assert seen["missing"] == counts["closed"]
        now = {
            item.source_id: (item.identifier, item.detected_on, item.scheduled_on)
            for item in Item.objects.all()
        }
        assert {source: now[source] for source in frozen} == frozen
        frozen = dict(now)


def test_issues_of_jfrog_open_one_item_each_and_go_with_the_last_release(
    importing: Importing, samples: Path
) -> None:
    """Of Xray only the issues of each release are counted independently: 18, 7, 5 and none.

    The scans bear no time, so the person says on which day each was made.
    """
    counted = json.loads((samples / "scans/expected.json").read_text())
    seen_before = 0
    for number, version in enumerate(("2.10.13", "2.10.18", "2.11.03", "2.11.04")):
        name = f"series_jfrog_cli/openrmfpro-api-artifact-{version}.json"
        day = TODAY - timedelta(days=10 - number)
        seen = importing(samples / "scans" / name, clean=True, scanned_on=day).occurrences
        if number == 0:
            assert Item.objects.count() == counted[name]["raw"]["records"]
        assert seen["persisting"] + seen["changed"] + seen["missing"] == seen_before
        seen_before = seen["new"] + seen["reappeared"] + seen["persisting"] + seen["changed"]
        assert bool(seen_before) == bool(counted[name]["raw"]["records"])


def register(paths: list[Path]) -> dict[str, list[Row]]:
    """Return what the register says after importing files in their order, and forget it."""
    with transaction.atomic():
        system = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)
        for path in paths:
            import_scan(Order(path, system.name, TODAY, clean=True))
        said = content(system)
        transaction.set_rollback(True)
    return said


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(SERIES))
def test_releases_in_every_order_end_in_the_same_register(samples: Path, name: str) -> None:
    """The order in which the releases' scans arrive leaves no trace."""
    first, *others = [register(list(order)) for order in permutations(releases(samples, name))]
    assert all(other == first for other in others)


def test_two_runs_of_a_checklist_keep_every_persisting_rule(importing: Importing, samples: Path) -> None:
    """Of 126 rules 64 stay open, 8 open after being not reviewed, and nothing is missing."""
    expected = json.loads((samples / "dod/expected_counts.json").read_text())["_series"]
    counts = expected["evalstig_XO1_WebSRG 20260314-171532.cklb -> 20260315-060609.cklb"]
    first, second = (
        samples / "dod/cklb" / f"evalstig_XO1_WebSRG_{run}.cklb"
        for run in ("20260314-171532", "20260315-060609")
    )
    importing(first)
    frozen = {
        item.source_id: (item.identifier, item.detected_on) for item in Item.objects.exclude(source_id="")
    }
    report = importing(second)
    seen = report.occurrences
    assert seen["persisting"] + seen["changed"] == counts["open->open"]
    assert seen["new"] == counts["not_reviewed->open"]
    assert seen["missing"] == 0
    now = {item.source_id: (item.identifier, item.detected_on) for item in Item.objects.exclude(source_id="")}
    assert {source: now[source] for source in frozen} == frozen


def test_checklist_in_both_formats_meets_on_one_asset(
    importing: Importing, system: System, samples: Path
) -> None:
    """The CKL and the CKLB of one run say the same: the second changes no item."""
    importing(samples / "dod/cklb/evalstig_XO1_WebSRG_20260315-060609.cklb")
    before = content(system, numbers=True)["items"]
    report = importing(samples / "dod/ckl/evalstig_XO1_WebSRG_20260315-060608.ckl")
    assert report.occurrences["new"] == 0
    assert report.items["opened"] == 0
    assert content(system, numbers=True)["items"] == before


@pytest.mark.parametrize(
    "file",
    ["dradis_example_v2", "foxx_Example1", "libnessus_report_local_3", "saf_sample", "dd_nessus_with_cvssv3"],
)
def test_nessus_items_are_one_for_each_plugin_above_informational(
    importing: Importing, samples: Path, file: str
) -> None:
    """Items are as many as plugins above informational, counted independently of the product."""
    expected = json.loads((samples / "dod/expected_counts.json").read_text())[f"nessus/{file}.nessus"]
    report = importing(samples / f"dod/nessus/{file}.nessus")
    assert report.items["opened"] == expected["poam_items_grouped_by_plugin_sev_gt_0"]
