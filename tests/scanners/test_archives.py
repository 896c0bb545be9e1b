"""Archives and folders: what is taken out of them, and what refuses them."""

import csv
import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import gettempdir

import pytest

from milepost.domain.errors import InputRefused, MilepostError
from milepost.scanners.archives import Given, Kind, kind_of, natural, shown, taken
from tests.samples import sample

REPORT = b"<NessusClientData_v2/>"


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """Write a ZIP archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(members: Mapping[str, bytes | tarfile.TarInfo]) -> bytes:
    """Return a tar archive; a ready header stands for a member without content."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            data = b"" if isinstance(content, tarfile.TarInfo) else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def named(path: Path, content: bytes) -> Path:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def contents(path: Path, room: Path) -> dict[str, bytes]:
    """Return what is in an archive or folder, by the names that are shown."""
    with taken([Given(path, path.name)], room) as found:
        assert (found.refusals, found.problems) == ([], [])
        return {file.name: file.path.read_bytes() for file in found.files}


def refusal(path: Path, room: Path) -> MilepostError:
    """Return why an archive is refused; nothing of it is left over."""
    with taken([Given(path, path.name)], room) as found:
        assert found.files == []
        (refused,) = found.refusals
    assert list(room.glob("*")) == []
    return refused


@pytest.mark.parametrize("form", ["zip", "tar", "tgz", "folder"])
def test_every_member_comes_out_by_its_own_name(tmp_path: Path, form: str) -> None:
    """In the order in which people count, directories apart, whatever the archive is called."""
    members = {"b/scan-10.nessus": b"ten", "b/scan-2.nessus": b"two", "a.json": b"{}"}
    path = tmp_path / "reports"
    if form == "folder":
        for name, content in members.items():
            named(path / name, content)
    elif form == "zip":
        zipped(path, {"b/": b"", **members})
    else:
        path.write_bytes(gzip.compress(tarred(members)) if form == "tgz" else tarred(members))
    found = contents(path, tmp_path / "room")
    assert list(found.items()) == [
        ("a.json", b"{}"),
        ("b/scan-2.nessus", b"two"),
        ("b/scan-10.nessus", b"ten"),
    ]
    assert list((tmp_path / "room").iterdir()) == []


def test_a_single_compressed_report_loses_the_ending_of_its_name(tmp_path: Path) -> None:
    """`scan.nessus.gz` holds `scan.nessus`."""
    path = named(tmp_path / "scan.nessus.gz", gzip.compress(REPORT))
    assert contents(path, tmp_path / "room") == {"scan.nessus": REPORT}


def test_several_files_and_archives_are_taken_together(tmp_path: Path) -> None:
    """In the order in which they were given; a refused one is named, and the others go on."""
    good = zipped(tmp_path / "good.zip", {"x.nessus": REPORT})
    bad = zipped(tmp_path / "bad.zip", {"../x": b"1"})
    plain = named(tmp_path / "plain.json", b"{}")
    given = [Given(path, path.name) for path in (good, bad, plain)]
    with taken(given, tmp_path / "room") as found:
        assert [file.name for file in found.files] == ["x.nessus", "plain.json"]
        assert [refused.where for refused in found.refusals] == ["bad.zip"]


def test_archives_in_a_folder_are_opened_and_links_are_not_followed(tmp_path: Path) -> None:
    """A folder is no archive: one level of archive below it is open."""
    folder = tmp_path / "folder"
    zipped(named(folder / "in.zip", b""), {"x.nessus": REPORT})
    (folder / "secret").symlink_to("/etc/passwd")
    (folder / "around").symlink_to(folder, target_is_directory=True)
    with taken([Given(folder, "folder")], tmp_path / "room") as found:
        assert [file.name for file in found.files] == ["in.zip/x.nessus"]
        assert [problem.where for problem in found.problems] == ["around", "secret"]


def test_what_is_unpacked_lies_below_the_room_and_is_its_owners_alone(tmp_path: Path) -> None:
    """In a fresh folder, under names that nobody chose; gone with the block, also after a failure."""
    path = zipped(tmp_path / "a.zip", {"sub/x.nessus": REPORT})
    room = tmp_path / "home" / "unpacked"
    with taken([Given(path, "a.zip")], room) as seen:
        (file,) = seen.files
        assert file.path.is_relative_to(room)
        assert "nessus" not in file.path.name
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert not file.path.exists()
    with pytest.raises(ZeroDivisionError), taken([Given(path, "a.zip")], room):
        _ = 1 / 0
    assert list(room.iterdir()) == []


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    """Return a member that is a link or a device."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def linked(path: Path) -> None:
    """Write a ZIP archive with a symbolic link in it."""
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")


def raw(content: bytes) -> Callable[[Path], object]:
    """Return what writes these bytes."""
    return lambda path: path.write_bytes(content)


def packed(members: dict[str, bytes]) -> Callable[[Path], object]:
    """Return what writes a ZIP archive."""
    return lambda path: zipped(path, members)


INNER = tarred({"x": REPORT})
CASES: list[tuple[str, Callable[[Path], object], str]] = [
    ("zip parent", packed({"../x": b"1"}), "leads out"),
    ("zip absolute", packed({"/x": b"1"}), "leads out"),
    ("zip backslash", packed({"a\\x": b"1"}), "leads out"),
    ("zip drive", packed({"C:/x": b"1"}), "leads out"),
    ("zip link", linked, "symbolic link"),
    ("zip bomb", packed({"x": bytes(1 << 23)}), "100 times"),
    ("zip members", packed({str(n): b"" for n in range(1_001)}), "1,001 members"),
    ("zip in zip", packed({"x": b"PK\x05\x06" + bytes(18)}), "archive in the archive"),
    ("gzip in zip", packed({"x": gzip.compress(b"1")}), "archive in the archive"),
    ("tar in zip", packed({"x": INNER}), "archive in the archive"),
    ("zip without files", packed({"a/": b""}), "no file in the archive"),
    ("zip cut off", raw(b"PK\x03\x04" + bytes(100)), "damaged or cut off"),
    ("tar parent", raw(tarred({"../x": b"1"})), "leads out"),
    ("tar absolute", raw(tarred({"/x": b"1"})), "leads out"),
    ("tar link", raw(tarred({"x": link("x", tarfile.SYMTYPE)})), "is a link"),
    ("tar hard link", raw(tarred({"x": link("x", tarfile.LNKTYPE)})), "is a link"),
    ("tar device", raw(tarred({"x": link("x", tarfile.CHRTYPE)})), "no plain file"),
    ("tar members", raw(tarred({str(n): b"" for n in range(1_001)})), "more than 1,000 members"),
    ("tar twice", raw(tarred({"x": b"1", "y": tarfile.TarInfo("x")})), "same name"),
    ("tar without its end", raw(tarred({"x": REPORT})[:1024]), "damaged or cut off"),
    ("tar cut in a member", raw(tarred({"x": bytes(9_000)})[:2_000]), "damaged or cut off"),
    ("tgz bomb", raw(gzip.compress(tarred({"x": bytes(1 << 24)}))), "100 times"),
    ("tgz cut off", raw(gzip.compress(tarred({"x": os.urandom(9_000)}))[:5_000]), "damaged or cut off"),
    ("gzip bomb", raw(gzip.compress(bytes(1 << 24))), "100 times"),
    ("gzip of gzip", raw(gzip.compress(gzip.compress(b"1"))), "archive in the archive"),
    ("gzip checksum", raw(gzip.compress(REPORT)[:-8] + bytes(8)), "damaged or cut off"),
    ("bzip2", raw(b"BZh91AY"), "not opened"),
]


@pytest.mark.parametrize(("make", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_harm_is_refused_for_its_reason(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    """By name, with a way out, and nothing is left over inside or outside."""
    path = tmp_path / "reports.zip"
    make(path)
    refused = refusal(path, tmp_path / "room")
    assert words in refused.what
    assert refused.where == "reports.zip"
    assert refused.fix
    assert sorted(each.name for each in tmp_path.iterdir()) in (["reports.zip"], ["reports.zip", "room"])


def test_a_header_that_claims_more_than_there_is_takes_no_memory(tmp_path: Path) -> None:
    """An extended header of a gigabyte is refused before it is read."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    path = named(tmp_path / "a.tar", info.tobuf(tarfile.USTAR_FORMAT) + bytes(4096))
    assert "claims more" in refusal(path, tmp_path / "room").what


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """It is a mistake on the way."""
    (tmp_path / "folder").mkdir()
    assert "no file in the folder" in refusal(tmp_path / "folder", tmp_path / "room").what


@pytest.mark.samples
def test_hostile_archives_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    """Each that must be rejected is; no file appears elsewhere."""
    rows = csv.DictReader(sample("hostile/EXPECT.csv").read_text(encoding="utf-8").splitlines())
    names = {row["file"] for row in rows if row["file"].startswith("archives/") and row["must"] == "reject"}
    assert len(names) == 6
    for name in names:
        path = sample(f"hostile/{name}")
        assert isinstance(refusal(path, tmp_path / "room"), InputRefused), name
    assert list(Path(gettempdir()).glob("hostile_*")) == []


@pytest.mark.samples
def test_what_is_called_an_archive_and_is_none_is_a_file(tmp_path: Path) -> None:
    """The content decides: a document with an archive behind it is the document."""
    assert kind_of(sample("hostile/archives/polyglot.zip")) is Kind.FILE
    assert kind_of(sample("hostile/spreadsheet/ok_baseline.xlsx")) is Kind.WORKBOOK
    assert kind_of(tmp_path / "nowhere") is Kind.FILE


def test_names_are_shown_without_what_does_not_show() -> None:
    """Control characters and marks that turn text around are left out; long names keep their end."""
    assert shown("a\x00b\u202e/c\n.json ") == "ab/c.json"
    assert shown("x" * 400 + ".json").endswith("x.json")
    assert len(shown("x" * 400)) == 301


def test_names_are_sorted_as_people_count() -> None:
    """Numbers by their value, whatever the case."""
    names = ["Scan-10", "scan-9", "scan-9b", "scan", "5", "a"]
    assert sorted(names, key=natural) == ["5", "a", "scan", "scan-9", "scan-9b", "Scan-10"]
