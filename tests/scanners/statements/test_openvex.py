"""OpenVEX documents."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.opening import open_report, read_report
from tests.samples import sample
from tests.scanners.reading import written

PURL = "pkg:apk/alpine/libcurl@8.5.0-r0"


def document(*statements: object, **more: object) -> str:
    """Return a document with these statements."""
    whole: dict[str, object] = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://vex.example/1",
        "author": "Example Org",
        "timestamp": "2026-03-01T00:00:00Z",
        "statements": list(statements),
    }
    return msgspec.json.encode(whole | more).decode()


def parts(path: Path) -> tuple[list[Statement], list[str]]:
    """Return what a document states, and the places of its problems."""
    scanner, source = open_report(path)
    assert scanner.name == "openvex"
    read = list(read_report(source, scanner))
    stated = [part for part in read if isinstance(part, Statement)]
    return stated, [part.where for part in read if not isinstance(part, Statement) and hasattr(part, "where")]


@pytest.mark.samples
def test_the_real_document_states_one_thing() -> None:
    """One statement on one package, without a problem."""
    (stated,), problems = parts(sample("scans/openvex/openvex_one_vuln.json"))
    assert stated.names == ("CVE-2024-10001",)
    assert stated.status is StatementStatus.NOT_AFFECTED
    assert stated.product == "pkg:apk/alpine/apk-tools@2.10.6-r0?arch=x86_64&distro=alpine-3.10.9"
    assert (stated.justification, stated.author) == ("vulnerable_code_not_present", "Example Org")
    assert stated.stated_at == datetime(2026, 7, 29, tzinfo=UTC)
    assert not problems


def test_every_product_and_subcomponent_is_stated_of(tmp_path: Path) -> None:
    """With aliases, reasons and the statement's own time."""
    products = [
        {"@id": "pkg:oci/app", "subcomponents": [{"@id": "a"}, {"identifiers": {"purl": PURL}}]},
        {"@id": "x", "identifiers": {"cpe23": "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"}},
    ]
    statement = {
        "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-aaaa-bbbb-cccc", "CVE-2026-1"]},
        "products": products,
        "status": "not_affected",
        "justification": "component_not_present",
        "impact_statement": "Not linked.",
        "timestamp": "2026-03-02T00:00:00Z",
    }
    stated, problems = parts(written(tmp_path, document(statement)))
    assert [(each.product, each.component) for each in stated] == [
        ("pkg:oci/app", "a"),
        ("pkg:oci/app", PURL),
        ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", ""),
    ]
    assert stated[0].names == ("CVE-2026-1", "GHSA-aaaa-bbbb-cccc")
    assert (stated[0].text, stated[0].stated_at) == ("Not linked.", datetime(2026, 3, 2, tzinfo=UTC))
    assert not problems


def test_documents_of_the_first_version_are_read(tmp_path: Path) -> None:
    """There a vulnerability is a text, products are texts, and subcomponents stand in the statement."""
    old: dict[str, object] = {"vulnerability": "CVE-2023-1", "products": ["pkg:oci/app"]}
    old |= {"subcomponents": [PURL], "status": "fixed"}
    context = {"@context": "https://openvex.dev/ns"}
    (stated,), problems = parts(written(tmp_path, document(old, **context)))
    assert (stated.names, stated.product, stated.component) == (("CVE-2023-1",), "pkg:oci/app", PURL)
    assert stated.status is StatementStatus.FIXED
    assert not problems


def test_a_broken_statement_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An unknown status, a nameless vulnerability, a wrong shape."""
    good = {"vulnerability": {"name": "CVE-2026-1"}, "status": "under_investigation"}
    broken: list[object] = [
        {"vulnerability": {"name": "CVE-2026-2"}, "status": "dunno"},
        {"vulnerability": {}, "status": "fixed"},
        {"vulnerability": 7, "status": "fixed"},
        None,
    ]
    stated, problems = parts(written(tmp_path, document(*broken, good)))
    assert [each.names for each in stated] == [("CVE-2026-1",)]
    assert [where.split("[")[1][:1] for where in problems] == ["0", "1", "2", "3"]


def test_a_document_that_states_nothing_is_a_question(tmp_path: Path) -> None:
    """Nothing from a file that is not empty is no success."""
    stated, problems = parts(written(tmp_path, document()))
    assert (stated, len(problems)) == ([], 1)
