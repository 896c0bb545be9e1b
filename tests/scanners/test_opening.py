"""How a file is recognised, by content alone, and how everything else is refused."""

import gzip
import hashlib
import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from milepost.domain.errors import EmptyInput, ExtensionBroken, InputRefused, OversizedInput, UnknownFormat
from milepost.scanners import distinct, load, loaded, scanner_named, scanners
from milepost.scanners.opening import MAX_BYTES, digest, open_report
from tests.scanners.nessus_text import host, item, nessus
from tests.scanners.reading import read_text, written

NESSUS = nessus(host(item()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_format_shows_in_the_content_not_in_the_name(tmp_path: Path, encoding: str) -> None:
    """Whatever the file is called and however it is encoded."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(
        NESSUS.replace('version="1.0"', f'version="1.0" encoding="{encoding[:6]}"').encode(encoding)
    )
    scanner, source = open_report(path)
    assert (scanner.name, source.name, source.size) == ("nessus", "report.xlsx", path.stat().st_size)


def test_a_report_goes_by_the_name_that_people_know(tmp_path: Path) -> None:
    """An upload lies under a made-up name; messages name what the person gave."""
    _, source = open_report(written(tmp_path, NESSUS, "7f3a"), "March.nessus")
    assert source.name == "March.nessus"


def test_comments_and_a_document_type_may_stand_before_the_root(tmp_path: Path) -> None:
    """As in many real exports."""
    prolog = '<?xml version="1.0"?><!-- <html> --><!DOCTYPE a [<!ELEMENT a ANY>]>\n<?style x?>'
    assert open_report(written(tmp_path, prolog + NESSUS.partition("?>")[2]))[0].name == "nessus"


@pytest.mark.parametrize(
    ("content", "appearance"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "an HTML page"),
        (b"<html><body>Sign in</body></html>", "an HTML page"),
        (
            b"<?xml version='1.0'?><NessusClientData><x/></NessusClientData>",
            "root element <NessusClientData>",
        ),
        (b'{"findings": [], "meta": 1}', "JSON with the keys findings, meta"),
        (b"[1, 2]", "JSON without any known key"),
        (b"1,2,3\n4,5,6\n", "separated by commas (CSV)"),
        (b"1;2;3\n4;5;6\n", "separated by semicolons (CSV)"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x01\x00\x02 \x00", "binary data"),
        (b"hello", "text beginning with \u201chello\u201d"),
    ],
)
def test_an_unknown_file_is_told_what_it_looks_like(tmp_path: Path, content: bytes, appearance: str) -> None:
    """The person sees at once that the wrong file was given."""
    path = tmp_path / "scan.nessus"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat) as refused:
        open_report(path)
    assert appearance in refused.value.what
    assert "milepost scanners lists" in refused.value.fix


@pytest.mark.parametrize(
    ("content", "appearance", "way_out"),
    [
        (b"PK\x03\x04rest", "a ZIP archive or an Office document", "milepost import and milepost read take"),
        (gzip.compress(b"x", mtime=0), "a gzip archive", "milepost import and milepost read take"),
        (b"BZh91AY", "a bzip2 archive", "unpack it"),
        (b"\xd0\xcf\x11\xe0rest", "an encrypted or old Office file", "save it as .xlsx"),
    ],
)
def test_what_holds_reports_is_told_how_to_get_at_them(
    tmp_path: Path, content: bytes, appearance: str, way_out: str
) -> None:
    """An archive is opened before this door; what comes here as one says so."""
    path = tmp_path / "scan.nessus"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat) as refused:
        open_report(path)
    assert appearance in refused.value.what
    assert way_out in refused.value.fix


@pytest.mark.parametrize("content", ["Finding ID,Title\n1,a\n", "Nummer;Titel\n1;a\n", "\n\na\tb\n1\t2\n"])
def test_a_table_that_no_scanner_knows_is_a_table(tmp_path: Path, content: str) -> None:
    """Whatever its headings are: what they mean can be said."""
    assert open_report(written(tmp_path, content))[0].name == "table"


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is a mistake on the way, never a clean scan."""
    path = tmp_path / "scan.nessus"
    path.write_bytes(content)
    with pytest.raises(EmptyInput):
        open_report(path)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder, a name that no file system takes."""
    for path in (tmp_path / "none", tmp_path, tmp_path / "a\0b", tmp_path / ("n" * 300)):
        with pytest.raises(InputRefused):
            open_report(path)
        with pytest.raises(InputRefused):
            digest(path)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    """By its size alone."""
    path = tmp_path / "huge.nessus"
    path.touch()
    os.truncate(path, MAX_BYTES + 1)
    with pytest.raises(OversizedInput, match="more than the limit"):
        open_report(path)


def test_the_digest_is_the_sha_256_of_the_bytes(tmp_path: Path) -> None:
    """By it the same file is known again."""
    path = written(tmp_path, NESSUS)
    assert digest(path) == hashlib.sha256(path.read_bytes()).digest()


def test_a_report_without_assets_is_a_question(tmp_path: Path) -> None:
    """Nothing from a file that is not empty is no success."""
    reading = read_text(tmp_path, nessus(""))
    assert (reading.reports, reading.problems[0].what) == ([], "the report names no asset")


def test_scanners_have_names_of_their_own() -> None:
    """Each is found by its name."""
    names = [scanner.name for scanner in scanners()]
    assert len(names) == len(set(names)) >= 5
    assert [scanner_named(name) for name in names] == list(scanners())


def test_a_scanner_of_others_is_taken_by_its_entry_point() -> None:
    """A package adds one without a change here."""
    point = EntryPoint("extra", "milepost.scanners.software.grype:SCANNER", "milepost.scanners")
    assert load(point).name == "grype"


@pytest.mark.parametrize("ending", ["dist-info", "egg-info"])
def test_an_installed_package_adds_its_scanners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Its announcement lies beside it, wherever Python looks for packages; other announcements add none."""
    (tmp_path / "second_nessus.py").write_text(
        "from milepost.scanners.hosts.nessus import Nessus\n\n\n"
        "class Second(Nessus):\n    name = 'second'\n\n\nSCANNER = Second()\n",
        encoding="utf-8",
    )
    for package, group in (("second_nessus", "milepost.scanners"), ("other", "console_scripts")):
        told = tmp_path / f"{package}-1.0.{ending}"
        told.mkdir()
        (told / "METADATA").write_text(f"Name: {package}\nVersion: 1.0\n", encoding="utf-8")
        (told / "entry_points.txt").write_text(f"[{group}]\nit = {package}:SCANNER\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    scanners.cache_clear()
    loaded.cache_clear()
    try:
        assert scanners()[-1].name == "second"
    finally:
        monkeypatch.undo()
        scanners.cache_clear()
        loaded.cache_clear()
    assert "second" not in {each.name for each in scanners()}


@pytest.mark.parametrize(
    "value", ["no.such.module:X", "milepost.scanners.software.grype:NOTHING", "os:sep", "os:"]
)
def test_a_broken_scanner_of_others_is_a_clear_error(value: str) -> None:
    """It names the entry point and what to do."""
    with pytest.raises(ExtensionBroken, match=r"the added scanner extra .*repair or remove"):
        load(EntryPoint("extra", value, "milepost.scanners"))


def test_two_scanners_of_one_name_are_a_clear_error() -> None:
    """Which of them would read is nobody's guess."""
    with pytest.raises(ExtensionBroken, match="two scanners are named nessus"):
        distinct((*scanners(), scanner_named("nessus")))
