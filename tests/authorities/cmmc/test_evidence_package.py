"""Evidence packages: made byte for byte as the official script does, and checked wherever they lie."""

import hashlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.cmmc.artifact_log import (
    ARTIFACTS_LOG,
    LENGTHS,
    LOG_HASH,
    Entry,
    log_bytes,
    parts_of,
    read_log,
)
from milepost.authorities.cmmc.evidence_check import Outcome, PackageCheck, check_package
from milepost.authorities.cmmc.evidence_package import write_package
from milepost.domain.errors import DamagedInput, EmptyInput, InputRefused, WrongUse
from tests.samples import sample

ROOT = "C:\\Assess\\2026-03-02 Evidence"
_CONTENT = {"b.txt": b"policy", "A list, v2.csv": b"", "sub/AC.L2-3.1.1[a].log": b"\x00\xff", ".hidden": b"h"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with four artifacts."""
    for name, content in _CONTENT.items():
        path = tmp_path / "evidence" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "evidence"


def outcomes(check: PackageCheck) -> dict[str, Outcome]:
    """Return what became of each artifact."""
    return {each.path: each.outcome for each in check.checked}


@pytest.mark.samples
def test_the_official_example_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    """The two files of the example in the format of the DoD's script 1.11."""
    example = sample("cmmc/samples/hash_example")
    package = write_package(example / "artifacts", tmp_path, root=ROOT)
    assert package.log.read_bytes() == (example / ARTIFACTS_LOG).read_bytes()
    assert package.log_hash.read_bytes() == (example / LOG_HASH).read_bytes()
    assert package.digest == hashlib.sha256((example / ARTIFACTS_LOG).read_bytes()).hexdigest().upper()


@pytest.mark.samples
def test_the_official_example_holds() -> None:
    """Under another folder than that of its list."""
    example = sample("cmmc/samples/hash_example")
    found = check_package(example / "artifacts", example / ARTIFACTS_LOG)
    assert found.ruling.allowed
    assert set(outcomes(found).values()) == {Outcome.SAME}
    assert (len(found.checked), found.root) == (4, "Assess/2026-03-02 Evidence")


def test_a_package_holds_and_is_the_same_again(folder: Path) -> None:
    """Hidden files, blanks, commas and brackets in names included; the lists are no artifacts."""
    first = write_package(folder)
    before = first.log.read_bytes()
    assert check_package(folder).ruling.allowed
    again = write_package(folder)
    assert again.log.read_bytes() == before
    assert [parts_of(entry.path)[-1] for entry in again.entries] == [
        ".hidden",
        "A list, v2.csv",
        "b.txt",
        "AC.L2-3.1.1[a].log",
    ]
    assert {problem.what for problem in again.problems} == {
        "a list of hashes is no artifact and was left out"
    }


def test_the_hashes_are_those_of_the_files(folder: Path) -> None:
    """SHA-256 in upper case, checked with Python's own."""
    for entry in write_package(folder, root=ROOT).entries:
        content = _CONTENT["/".join(parts_of(entry.path)[2:])]
        assert entry == Entry("SHA256", hashlib.sha256(content).hexdigest().upper(), entry.path)


def test_what_changed_is_named(folder: Path) -> None:
    """Changed, missing and added artifacts, each with its outcome; the package does not hold."""
    write_package(folder)
    (folder / "b.txt").write_bytes(b"other")
    (folder / ".hidden").unlink()
    (folder / "new.txt").write_bytes(b"")
    found = check_package(folder)
    assert outcomes(found) == {
        ".hidden": Outcome.MISSING,
        "A list, v2.csv": Outcome.SAME,
        "b.txt": Outcome.CHANGED,
        "sub/AC.L2-3.1.1[a].log": Outcome.SAME,
        "new.txt": Outcome.UNLISTED,
    }
    assert not found.ruling.allowed
    assert found.ruling.reason == "artifacts: 1 missing, 1 changed, 1 not listed"


def test_a_changed_list_breaks_the_seal(folder: Path) -> None:
    """Even where every artifact agrees with it."""
    write_package(folder)
    log = folder / ARTIFACTS_LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    found = check_package(folder)
    assert set(outcomes(found).values()) == {Outcome.SAME}
    assert not found.ruling.allowed
    assert "not the one whose hash was recorded" in found.ruling.reason


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\r\n", b"\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"\xef\xbb\xbf" + content.replace(b"\r\n", b"\n"),
    ],
)
def test_endings_and_marks_that_changed_on_the_way_are_said(folder: Path, change: object) -> None:
    """The list is still recognised as the one that was hashed."""
    assert callable(change)
    write_package(folder)
    log = folder / ARTIFACTS_LOG
    log.write_bytes(change(log.read_bytes()))
    found = check_package(folder)
    assert found.ruling.allowed
    assert "changed since" in found.seal.reason


def named(name: str, separator: str) -> str:
    """Return a name in other capitals, with another separator."""
    return name.replace("/", separator).upper()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("root", ["C:\\E", "/mnt/e", "\\\\server\\share\\E", "."])
def test_lists_of_other_makers_are_read(folder: Path, encoding: str, root: str) -> None:
    """Other separators, roots and encodings, lower case hashes, names in other capitals, no headings."""
    separator = "\\" if "\\" in root else "/"
    rows = (
        "  ".join(("SHA256", hashlib.sha256(content).hexdigest(), root + separator + named(name, separator)))
        for name, content in _CONTENT.items()
    )
    log = folder / ARTIFACTS_LOG
    log.write_bytes("\n\n".join(rows).encode(encoding))
    digest = hashlib.sha256(log.read_bytes()).hexdigest()
    (folder / LOG_HASH).write_text(f"SHA256 {digest} {ARTIFACTS_LOG}")
    assert check_package(folder).ruling.allowed


def test_a_list_that_names_itself_is_read(folder: Path) -> None:
    """The official script hashes earlier lists in the folder; that is noted."""
    package = write_package(folder)
    entries = [*package.entries, Entry("SHA256", "0" * 64, str(folder / LOG_HASH))]
    package.log.write_bytes(log_bytes(entries))
    found = check_package(folder)
    assert set(outcomes(found).values()) == {Outcome.SAME}
    assert "it was passed over" in found.problems[0].what


def test_without_the_second_file_nothing_is_proved(folder: Path) -> None:
    """Agreeing artifacts alone do not make a package hold."""
    package = write_package(folder)
    package.log_hash.unlink()
    found = check_package(folder)
    assert not found.ruling.allowed
    assert LOG_HASH in found.ruling.reason


def test_weak_algorithms_are_named(folder: Path) -> None:
    """MD5 is read, and told."""
    lines = [Entry("MD5", hashlib.md5(c, usedforsecurity=False).hexdigest(), n) for n, c in _CONTENT.items()]
    (folder / ARTIFACTS_LOG).write_bytes(log_bytes(lines))
    found = check_package(folder)
    assert set(outcomes(found).values()) == {Outcome.SAME}
    assert "MD5 is no algorithm that NIST approves" in found.problems[0].what


def test_names_beyond_ascii_are_told_and_found_again(tmp_path: Path) -> None:
    """The list says a question mark, as the script's does."""
    (tmp_path / "Prüfung.txt").write_bytes(b"x")
    package = write_package(tmp_path)
    assert b"Pr?fung.txt" in package.log.read_bytes()
    assert "question mark" in package.problems[0].what
    assert check_package(tmp_path).ruling.allowed


def test_two_files_that_one_name_can_mean_are_told_apart_by_their_hash(tmp_path: Path) -> None:
    """Or reported where that does not help either."""
    for name in ("ä.txt", "ö.txt"):
        (tmp_path / name).write_bytes(name.encode())
    write_package(tmp_path)
    assert check_package(tmp_path).ruling.allowed
    (tmp_path / "ä.txt").write_bytes(b"other")
    assert Outcome.AMBIGUOUS in outcomes(check_package(tmp_path)).values()


def test_links_are_no_artifacts(folder: Path, tmp_path: Path) -> None:
    """They could lead out of the folder; that is told."""
    (tmp_path / "secret").write_bytes(b"s")
    (folder / "link").symlink_to(tmp_path / "secret")
    package = write_package(folder)
    assert len(package.entries) == len(_CONTENT)
    assert "a link is no artifact" in package.problems[0].what


def test_what_cannot_be_packed_is_refused(tmp_path: Path) -> None:
    """No folder, no artifact, a path too long: nothing is left behind."""
    with pytest.raises(WrongUse, match="no such folder"):
        write_package(tmp_path / "none")
    with pytest.raises(WrongUse, match="no such folder"):
        check_package(tmp_path / "none")
    (tmp_path / "e").mkdir()
    with pytest.raises(EmptyInput, match="no artifact"):
        write_package(tmp_path / "e")
    (tmp_path / "e" / "a").write_bytes(b"")
    with pytest.raises(InputRefused, match=r"1,024 characters"):
        write_package(tmp_path / "e", root="C:\\" + "x" * 1000)
    assert [path.name for path in (tmp_path / "e").iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Algorithm Hash Path\n", "no entry"),
        (b"SHA256 ABC x\n", "line 1"),
        (b"\0\0", "line 1"),
    ],
)
def test_damaged_lists_are_refused(folder: Path, content: bytes, said: str) -> None:
    """In a sentence with the line."""
    (folder / ARTIFACTS_LOG).write_bytes(content)
    with pytest.raises(InputRefused, match=said):
        check_package(folder)


def test_a_damaged_line_after_the_head_is_refused() -> None:
    """It is not taken for a heading."""
    with pytest.raises(DamagedInput, match="line 2"):
        read_log(f"SHA256 {'0' * 64} a\n----\n".encode(), "x")


_NAMES = st.text("abcXYZ 019,.[]-_()", min_size=1, max_size=20).map(str.strip).filter(bool)
_ENTRIES = st.lists(
    st.builds(
        lambda algorithm, seed, name: Entry(
            algorithm, (f"{seed:x}" * 128)[: LENGTHS[algorithm]].upper(), name
        ),
        st.sampled_from(sorted(LENGTHS)),
        st.integers(0, 15),
        _NAMES,
    ),
    min_size=1,
)


@given(_ENTRIES)
def test_what_is_listed_is_read_again(entries: list[Entry]) -> None:
    """Whatever the names."""
    assert read_log(log_bytes(entries), "x") == tuple(entries)


def test_a_package_that_was_moved_still_holds(folder: Path, tmp_path: Path) -> None:
    """Paths are taken from the folder on."""
    write_package(folder)
    shutil.move(folder, tmp_path / "moved")
    assert check_package(tmp_path / "moved").ruling.allowed
