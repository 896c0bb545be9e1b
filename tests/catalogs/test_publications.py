"""What CISA and FIRST publish of CVEs: the catalog of exploited ones, decision points, EPSS scores."""

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from milepost.catalogs.epss import EpssScore, looks_like_epss, read_epss
from milepost.catalogs.kev import KevEntry, looks_like_kev, read_kev
from milepost.catalogs.vulnrichment import (
    LARGEST_RECORD,
    DecisionPoints,
    looks_like_vulnrichment,
    read_vulnrichment,
)
from milepost.domain.circumstances import TechnicalImpact
from milepost.domain.errors import DamagedInput, OversizedInput

NESTED = b'{"cveMetadata":{"x":' + b"[" * 200_000
"""Deeper than anything that is published, and never closed."""


def kev(*entries: Mapping[str, str], **others: object) -> bytes:
    """Return a catalog as CISA writes one, with other values at its top where given."""
    top: dict[str, object] = {"title": "Catalog", "catalogVersion": "2026.07.23", "count": len(entries)}
    return json.dumps(top | {"vulnerabilities": entries} | others).encode()


def kev_entry(**others: str) -> dict[str, str]:
    """Return an entry, with other values where given; an empty one is left out."""
    usual = {"cveID": "CVE-2026-0001", "dateAdded": "2026-06-30", "dueDate": "2026-07-03"}
    return {name: value for name, value in (usual | others).items() if value}


def record(cve: str = "CVE-2026-0001", kind: str = "ssvc", **options: str) -> dict[str, object]:
    """Return a CVE record with decision points: `automatable="yes"` stands as `Automatable`."""
    named = [{name.replace("_", " ").title(): value} for name, value in options.items()]
    score = {"cvssV3_1": {"baseScore": 9.8}}
    points = {"other": {"type": kind, "content": {"id": cve, "options": named}}}
    return {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": cve},
        "containers": {
            "cna": {},
            "adp": [{"metrics": [score]}, {"metrics": [score, points]}],
        },
    }


def archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip archive."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed.getvalue()


def points(**options: str) -> DecisionPoints:
    """Return the decision points that one record gives."""
    (found,) = read_vulnrichment(json.dumps(record(**options)).encode(), "record.json")
    return found


def test_the_catalog_keeps_both_dates_and_the_use_by_ransomware() -> None:
    """CISA's two dates, the CVE in capitals; only `Known` means that ransomware uses it."""
    body = kev(
        kev_entry(cveID=" cve-2026-0002 ", knownRansomwareCampaignUse="Known"),
        kev_entry(knownRansomwareCampaignUse="Unknown"),
        kev_entry(),
    )
    read = read_kev(body, "kev.json")
    assert read.version == "2026.07.23"
    assert read.entries == (
        KevEntry("CVE-2026-0002", date(2026, 6, 30), date(2026, 7, 3), ransomware=True),
        KevEntry("CVE-2026-0001", date(2026, 6, 30), date(2026, 7, 3), ransomware=False),
        KevEntry("CVE-2026-0001", date(2026, 6, 30), date(2026, 7, 3), ransomware=False),
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "no catalog"),
        (b"", "no catalog"),
        (b'{"catalogVersion": "\xff"}', "no catalog"),
        (NESTED, "no catalog"),
        (kev(kev_entry(dueDate="")), "dueDate"),
        (kev(kev_entry(dueDate="soon")), "date"),
        (kev(kev_entry(cveID="")), "cveID"),
        (kev(kev_entry(), count=2), "2 entries and has 1"),
        (kev(kev_entry(), count=0), "0 entries and has 1"),
    ],
)
def test_what_is_no_whole_catalog_is_refused(body: bytes, words: str) -> None:
    """A file that is cut off, no catalog, or counts otherwise than it says, with its name and a way out."""
    with pytest.raises(DamagedInput, match=words) as refused:
        read_kev(body, "kev.json")
    assert refused.value.where == "kev.json"
    assert refused.value.fix


@pytest.mark.samples
def test_the_published_catalog_is_read(samples: Path) -> None:
    """It has 1653 entries; of the 36 added since BOD 26-04, 32 have 3 days and 4 have 14."""
    path = samples / "fedramp/kev/known_exploited_vulnerabilities-2026.07.23.json"
    read = read_kev(path.read_bytes(), path.name)
    recent = [each for each in read.entries if each.added_on >= date(2026, 6, 10)]
    days = [(each.due_on - each.added_on).days for each in recent]
    assert (read.version, len(read.entries)) == ("2026.07.23", 1653)
    assert (days.count(3), days.count(14), len(days)) == (32, 4, 36)
    assert 0 < sum(each.ransomware for each in read.entries) < len(read.entries)


EPSS = b"#model_version:v2026.03.01,score_date:2026-12-01\ncve,epss,percentile\n"


def test_scores_are_read_under_their_version() -> None:
    """Probability and percentile in this order, from 0 up to 1, under the first line without its mark."""
    read = read_epss(
        EPSS + b"cve-2026-0001,0.00043,0.09\nCVE-2026-0002,0,0\nCVE-2026-0003,1,1.0\n", "epss.csv"
    )
    assert read.version == "model_version:v2026.03.01,score_date:2026-12-01"
    assert read.scores == (
        EpssScore("CVE-2026-0001", 0.00043, 0.09),
        EpssScore("CVE-2026-0002", 0.0, 0.0),
        EpssScore("CVE-2026-0003", 1.0, 1.0),
    )


def test_scores_without_a_version_are_read() -> None:
    """The line of the version may be missing: then it says so, and no line of scores is lost."""
    read = read_epss(b"cve,epss,percentile\nCVE-2026-0001,0.5,0.75\n", "epss.csv")
    assert read.scores == (EpssScore("CVE-2026-0001", 0.5, 0.75),)
    assert "without" in read.version


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"CVE-2026-0002,high,0.5", "not a number"),
        (b"CVE-2026-0002,0.5,high", "not a number"),
        (b"CVE-2026-0002,0.5", "not a number"),
        (b"", "not a number"),
        (b"CVE-2026-0002,-0.01,0.5", "between 0 and 1"),
        (b"CVE-2026-0002,1.01,0.5", "between 0 and 1"),
        (b"CVE-2026-0002,0.5,-0.01", "between 0 and 1"),
        (b"CVE-2026-0002,0.5,1.01", "between 0 and 1"),
        (b"CVE-2026-0002,nan,0.5", "between 0 and 1"),
    ],
)
def test_a_line_without_scores_is_refused_by_its_number(line: bytes, words: str) -> None:
    """The line is counted from the first of the file, with and without the line of the version."""
    scores = b"CVE-2026-0001,0.5,0.5\n" + line + b"\nCVE-2026-0003,0.5,0.5\n"
    for head, where in ((EPSS, "epss.csv, line 4"), (b"cve,epss,percentile\n", "epss.csv, line 3")):
        with pytest.raises(DamagedInput, match=words) as refused:
            read_epss(head + scores, "epss.csv")
        assert refused.value.where == where
        assert refused.value.fix


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "columns"),
        (b"#model_version:v1\n", "columns"),
        (b"cve,percentile,epss\n", "columns"),
        (b"#a\n#b\ncve,epss,percentile\n", "columns"),
        (b"\xffcve,epss,percentile\n", "columns"),
        (EPSS + b"CVE-2026-0001," + b"1" * 200_000 + b",0.5\n", "CSV"),
        (b"9" * 200_000, "CSV"),
    ],
)
def test_other_columns_are_refused(body: bytes, words: str) -> None:
    """The columns have their published names and order, below one line of the version at most."""
    with pytest.raises(DamagedInput, match=words) as refused:
        read_epss(body, "epss.csv")
    assert refused.value.where == "epss.csv"
    assert refused.value.fix


@pytest.mark.parametrize(
    ("said", "automatable", "impact"),
    [
        ({"automatable": "yes", "technical_impact": "total"}, True, TechnicalImpact.TOTAL),
        ({"automatable": "no", "technical_impact": "partial"}, False, TechnicalImpact.PARTIAL),
        ({"automatable": "Yes", "technical_impact": "Total"}, True, TechnicalImpact.TOTAL),
        ({"automatable": "maybe", "technical_impact": "severe"}, None, None),
        ({"exploitation": "active"}, None, None),
    ],
)
def test_decision_points_are_read(
    said: dict[str, str], *, automatable: bool | None, impact: TechnicalImpact | None
) -> None:
    """Automatable and technical impact as CISA words them; None for what is not said, or said otherwise."""
    assert points(**said) == DecisionPoints("CVE-2026-0001", automatable, impact)


def test_the_identifier_is_put_in_capitals() -> None:
    """A record is found again under the name that scanners use."""
    assert points(cve="cve-2026-0001", automatable="no").cve == "CVE-2026-0001"


@pytest.mark.parametrize("said", [record(), record(kind="kev", automatable="yes"), {}, {"containers": {}}])
def test_a_record_without_decision_points_is_left_out(said: dict[str, object]) -> None:
    """Most records have none, or have something else in the same place."""
    assert read_vulnrichment(json.dumps(said).encode(), "record.json") == ()


def test_an_archive_gives_all_of_its_records() -> None:
    """Every JSON file in it is a record; other files and records without decision points are passed over."""
    found = read_vulnrichment(
        archive(
            {
                "README.md": b"# not a record",
                "2026/1.json": json.dumps(record("CVE-2026-0001", automatable="yes")).encode(),
                "2026/2.json": json.dumps(record("CVE-2026-0002")).encode(),
                "2026/3.json": json.dumps(record("CVE-2026-0003", automatable="no")).encode(),
            }
        ),
        "records.zip",
    )
    assert [(each.cve, each.automatable) for each in found] == [
        ("CVE-2026-0001", True),
        ("CVE-2026-0003", False),
    ]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b'{"cveMetadata": {"cveId": "\xff"}}',
        b'{"x": ' + b"[" * 200_000,
        json.dumps(record(automatable="yes")).encode()[:-1],
        json.dumps(record("", automatable="yes")).encode(),
        json.dumps(record(" ", automatable="yes")).encode(),
        json.dumps(record(automatable="yes") | {"cveMetadata": {}}).encode(),
    ],
)
def test_a_damaged_record_is_refused_with_its_place(said: bytes) -> None:
    """The file, and in an archive the file within it; decision points of no CVE belong to nobody."""
    for body, where in (
        (said, "given"),
        (archive({"2026/9.json": said}), "given, 2026/9.json"),
    ):
        with pytest.raises(DamagedInput) as refused:
            read_vulnrichment(body, "given")
        assert refused.value.what
        assert refused.value.where == where
        assert refused.value.fix


def _locked(whole: bytearray, directory: int) -> None:
    whole[6] |= 1
    whole[directory + 8] |= 1


def _packed_otherwise(whole: bytearray, directory: int) -> None:
    whole[8] = whole[directory + 10] = 97


def _overwritten(whole: bytearray, directory: int) -> None:
    whole[36:directory] = b"\xff" * (directory - 36)


def _cut_off(whole: bytearray, directory: int) -> None:
    del whole[directory:]


@pytest.mark.parametrize("damage", [_locked, _packed_otherwise, _overwritten, _cut_off])
def test_a_damaged_archive_is_refused(damage: Callable[[bytearray, int], None]) -> None:
    """Locked by a password, packed in a way that nobody reads, overwritten, or cut off: one sentence."""
    whole = bytearray(archive({"1.json": json.dumps(record(automatable="yes")).encode() * 9}))
    damage(whole, whole.rfind(b"PK\x01\x02"))
    with pytest.raises(DamagedInput) as refused:
        read_vulnrichment(bytes(whole), "records.zip")
    assert refused.value.what
    assert refused.value.where == "records.zip"
    assert refused.value.fix


def test_a_record_of_the_largest_size_is_read_and_no_larger_one() -> None:
    """No record comes near the limit; what a name alone unpacks to is told before it is unpacked."""
    said = json.dumps(record(automatable="yes")).encode()
    largest = said + b" " * (LARGEST_RECORD - len(said))
    assert len(read_vulnrichment(archive({"1.json": largest}), "records.zip")) == 1
    with pytest.raises(OversizedInput, match=str(LARGEST_RECORD + 1)) as refused:
        read_vulnrichment(archive({"1.json": largest + b" "}), "records.zip")
    assert refused.value.where == "records.zip, 1.json"
    assert refused.value.fix


@pytest.mark.parametrize(
    ("tells", "heads"),
    [
        (looks_like_kev, [kev()]),
        (looks_like_epss, [EPSS, b"cve,epss,percentile\n"]),
        (
            looks_like_vulnrichment,
            [b'{"dataType":"CVE_RECORD"', b'{"cveMetadata": {', archive({"1.json": b"{}"})],
        ),
    ],
)
def test_each_publication_is_told_from_the_others(tells: Callable[[bytes], bool], heads: list[bytes]) -> None:
    """By its first bytes, and no file is taken for two of them."""
    everything = (kev(), EPSS, b"cve,epss,percentile\n", b'"CVE_RECORD"', b'{"cveMetadata": {', archive({}))
    others = [head for head in everything if not any(head in each or each in head for each in heads)]
    assert all(tells(head) for head in heads)
    assert not any(tells(head) for head in (*others, b"", b"x"))
