"""CSAF 2.0 documents."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.opening import open_report, read_report
from tests.samples import sample
from tests.scanners.reading import written

PURL = "pkg:rpm/redhat/openssl@3.0.7"


def document(*vulnerabilities: object, version: str = "2.0") -> str:
    """Return an advisory with a product in branches, one by name, and one as part of another."""
    openssl = {"product_id": "P1", "name": "OpenSSL", "product_identification_helper": {"purl": PURL}}
    tree = {
        "branches": [
            {
                "category": "vendor",
                "branches": [
                    {"product": openssl},
                    {"product": {"product_id": "P2", "name": "Linux 9"}},
                ],
            }
        ],
        "full_product_names": [{"product_id": "P3", "name": "Agent 1"}],
        "relationships": [
            {
                "category": "default_component_of",
                "full_product_name": {"product_id": "P4", "name": "OpenSSL in Linux 9"},
                "product_reference": "P1",
                "relates_to_product_reference": "P2",
            }
        ],
        "product_groups": [{"group_id": "G1", "product_ids": ["P3"]}],
    }
    head = {
        "csaf_version": version,
        "publisher": {"name": "Vendor"},
        "tracking": {"id": "V-1", "current_release_date": "2026-03-01T00:00:00Z"},
    }
    whole = {"document": head, "product_tree": tree, "vulnerabilities": list(vulnerabilities)}
    return msgspec.json.encode(whole).decode()


def parts(path: Path) -> tuple[list[Statement], list[Problem]]:
    """Return what a document states, and its problems."""
    scanner, source = open_report(path)
    assert scanner.name == "csaf"
    read = list(read_report(source, scanner))
    stated = [part for part in read if isinstance(part, Statement)]
    return stated, [part for part in read if isinstance(part, Problem)]


@pytest.mark.samples
def test_the_real_advisory_states_one_thing() -> None:
    """One product known to be affected, with what to do."""
    (stated,), problems = parts(sample("scans/csaf/csaf_one_vuln.json"))
    assert (stated.names, stated.status) == (("CVE-2026-10001",), StatementStatus.AFFECTED)
    assert (stated.product, stated.action) == ("Generic App 1.0.0", "Upgrade to Generic App 1.0.1.")
    assert (stated.document, stated.author) == ("EXAMPLE-2026-0001", "Example Corp")
    assert stated.stated_at == datetime(2026, 7, 29, tzinfo=UTC)
    assert not problems


def test_every_product_of_every_status_is_stated_of(tmp_path: Path) -> None:
    """Products by identifier or name, a component with what it is part of, reasons where they concern it."""
    vulnerability = {
        "cve": "CVE-2026-1",
        "ids": [{"system_name": "Bug", "text": "BUG-7"}],
        "product_status": {
            "known_not_affected": ["P4", "P3"],
            "fixed": ["P1"],
            "under_investigation": ["P2"],
            "recommended": ["P2"],
        },
        "flags": [
            {"label": "component_not_present", "product_ids": ["P4"]},
            {"label": "inline_mitigations_already_exist", "group_ids": ["G1"]},
        ],
        "threats": [
            {"category": "impact", "details": "Not built in.", "product_ids": ["P4"]},
            {"category": "exploit_status", "details": "Seen.", "product_ids": ["P4"]},
        ],
        "remediations": [{"category": "vendor_fix", "details": "Update."}],
    }
    stated, problems = parts(written(tmp_path, document(vulnerability)))
    assert [(each.status, each.product, each.component, each.justification) for each in stated] == [
        (StatementStatus.NOT_AFFECTED, "Linux 9", PURL, "component_not_present"),
        (StatementStatus.NOT_AFFECTED, "Agent 1", "", "inline_mitigations_already_exist"),
        (StatementStatus.FIXED, PURL, "", ""),
        (StatementStatus.UNDER_INVESTIGATION, "Linux 9", "", ""),
    ]
    assert stated[0].names == ("CVE-2026-1", "BUG-7")
    assert (stated[0].text, stated[1].text, stated[0].action) == ("Not built in.", "", "Update.")
    assert not problems


def test_what_cannot_be_told_is_named_and_loses_nothing_else(tmp_path: Path) -> None:
    """A product that the tree lacks, a vulnerability without a name, a wrong shape."""
    good = {"cve": "CVE-2026-1", "product_status": {"fixed": ["P1", "P9"]}}
    nameless = {"product_status": {"fixed": ["P1"]}}
    stated, problems = parts(written(tmp_path, document(nameless, good, {"cve": 7}, None)))
    assert [each.product for each in stated] == [PURL]
    assert [problem.where.split("[")[1][:1] for problem in problems] == ["0", "1", "2", "3"]


def test_another_version_is_refused_by_name(tmp_path: Path) -> None:
    """CSAF 2.1 means other things by some of its words."""
    with pytest.raises(UnknownFormat, match=r"CSAF 2\.1"):
        parts(written(tmp_path, document(version="2.1")))
