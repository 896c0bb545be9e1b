"""Files that were made to do harm, handed in as reports."""

import csv
from pathlib import Path

import pytest

from milepost.domain.errors import InputRefused
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.isolation import Limits, read_isolated
from tests.samples import sample
from tests.scanners.nessus_text import host, item, nessus

FOLDERS = ("xml", "json", "archives", "csv", "spreadsheet")
READABLE = {
    "xml/markup_in_output.nessus",
    "xml/ok_baseline.nessus",
    "xml/unknown_severity.nessus",
    "xml/utf16.nessus",
}
TIGHT = Limits(memory_bytes=200 << 20, cpu_seconds=2)

Parts = list[AssetReport | Problem]


def taken(path: Path) -> Parts | InputRefused:
    """Read a file with two seconds of processor time and 200 MB of address space."""
    try:
        return list(read_isolated(path, limits=TIGHT))
    except InputRefused as refused:
        return refused


def stopped(refused: InputRefused) -> bool:
    """Tell whether the limits had to end the reader, or it broke."""
    return "time or memory" in refused.what or "without an answer" in refused.what


@pytest.mark.samples
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_hostile_file_is_refused_with_a_sentence_or_read(folder: str) -> None:
    """Within two seconds and 200 MB, by a decision of the reader, never by its death."""
    files = sorted(path for path in sample(f"hostile/{folder}").iterdir() if path.is_file())
    assert files
    for path in files:
        outcome = taken(path)
        if f"{folder}/{path.name}" in READABLE:
            assert isinstance(outcome, list), outcome
        else:
            assert isinstance(outcome, InputRefused), path.name
            assert not stopped(outcome), path.name
            assert path.name in str(outcome)
            assert outcome.fix


@pytest.mark.samples
def test_the_list_of_expectations_agrees() -> None:
    """No file that must be accepted as a Nessus report is refused, none that must be refused is read."""
    rows = csv.DictReader(sample("hostile/EXPECT.csv").read_text(encoding="utf-8").splitlines())
    must = {row["file"]: row["must"] for row in rows if row["format"] == "nessus"}
    assert {name for name, verdict in must.items() if verdict == "accept"} <= READABLE
    assert not {name for name, verdict in must.items() if verdict == "reject"} & READABLE


@pytest.mark.samples
def test_no_line_of_another_file_comes_in() -> None:
    """Neither into what was read nor into the message."""
    for name in ("xxe_file.nessus", "external_file.xml"):
        assert "root:" not in repr(taken(sample(f"hostile/xml/{name}")))


@pytest.mark.samples
def test_markup_and_formulas_stay_the_text_that_they_are() -> None:
    """What is shown or exported is the business of those doors; here nothing is lost or changed."""
    (report,) = (part for part in taken_parts("markup_in_output.nessus") if isinstance(part, AssetReport))
    (finding,) = report.findings
    assert finding.facts.title == "<img src=x onerror=alert(1)>"
    assert finding.output.startswith("<script>alert(document.cookie)</script>\n")
    assert finding.output.endswith("=cmd|' /C calc'!A0")


@pytest.mark.samples
def test_utf_16_is_read_character_for_character() -> None:
    """One item, an accented letter."""
    (report,) = (part for part in taken_parts("utf16.nessus") if isinstance(part, AssetReport))
    assert report.findings[0].output == "Café"


def taken_parts(name: str) -> Parts:
    """Read a file that must be readable."""
    outcome = taken(sample(f"hostile/xml/{name}"))
    assert isinstance(outcome, list)
    return outcome


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{BOMB}]><NessusClientData_v2>&l9;</NessusClientData_v2>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><NessusClientData_v2>&x;</NessusClientData_v2>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><NessusClientData_v2/>',
        "<NessusClientData_v2>" + "<a>" * 200_000,
        "<NessusClientData_v2><a b='" + "x" * 20_000_000,
        nessus(host(item(output="x" * 12_000_000))),
        nessus(host(item(output="\x00"))),
        '{"SchemaVersion": 2, "ArtifactName": "a", "Results": ' + "[" * 300_000,
        '{"SchemaVersion": 2, "ArtifactName": "a", "SchemaVersion": 2}',
        '{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": NaN}]}',
        '{"matches": [], "descriptor": {"name": "grype"}, "source": "' + "\\ud800" + '"}',
        "<!--" * 16_000,
        "<?a?>" * 12_000,
        "{" + '"a":{' * 10_000,
        "\ufeff" * 1_000,
    ],
    ids=range(15),
)
def test_small_made_files_are_refused_too(tmp_path: Path, content: str) -> None:
    """On any machine, without the samples."""
    path = tmp_path / "scan"
    path.write_bytes(content.encode())
    outcome = taken(path)
    assert isinstance(outcome, InputRefused)
    assert not stopped(outcome)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_report_cut_anywhere_is_refused(tmp_path: Path, cut: int) -> None:
    """All or nothing."""
    text = nessus(host(item("1"), item("2"))).encode()
    path = tmp_path / "scan.nessus"
    path.write_bytes(text[: len(text.rstrip()) * cut // 12])
    assert isinstance(taken(path), InputRefused)
