"""The vault keeps bytes under their SHA-256, gives back only what was put in and leaves nothing half done."""

import errno
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from milepost.domain.errors import EmptyInput, EvidenceLost, OversizedInput, StorageFailed
from milepost.vault.folder import Folder
from milepost.vault.vault import Condition, Vault

MOST = 1 << 16


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return where the vault lies."""
    return tmp_path / "vault"


@pytest.fixture
def vault(root: Path) -> Vault:
    """Return an empty vault in a folder."""
    return Vault(Folder(root), most_bytes=MOST)


def files(root: Path) -> list[Path]:
    """Return every file in the vault."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_bytes_come_back_as_they_went_in(vault: Vault, root: Path) -> None:
    """What is put in piece by piece lies whole under its SHA-256, read-only, and comes back."""
    content = b"%PDF-1.7 a report" * 100
    kept = vault.put([content[:5], content[5:]], "report.exe")
    name = sha256(content).hexdigest()
    assert kept == (name, len(content), "application/pdf")
    assert files(root) == [root / "installation" / name[:2] / name]
    assert files(root)[0].stat().st_mode & 0o777 == 0o400
    with vault.read(name) as file:
        assert file.read() == content


def test_same_bytes_are_kept_once(vault: Vault, root: Path) -> None:
    """The same bytes again are the same file, which is not written anew."""
    first = vault.put([b"seen"], "a")
    before = files(root)[0].stat().st_ino
    assert vault.put([b"seen"], "b") == first
    assert [path.stat().st_ino for path in files(root)] == [before]


def test_organisations_share_no_bytes(root: Path) -> None:
    """The same bytes of two organisations lie apart: neither can find out what the other has."""
    for name in ("first", "second"):
        Vault(Folder(root), most_bytes=MOST, organisation=name).put([b"seen"], "a")
    assert len(files(root)) == 2
    with pytest.raises(ValueError, match=r"\.\."):
        Vault(Folder(root), most_bytes=MOST, organisation="../first")


def test_each_of_500_flipped_bits_is_found(vault: Vault, root: Path) -> None:
    """Whichever bit of whichever file is flipped: reading refuses that file, a look at all finds it alone."""
    chance = random.Random(20261121)  # noqa: S311 the same bits in every run
    kept = [vault.put([chance.randbytes(chance.randint(1, 400))], "x").sha256 for _ in range(8)]
    paths = {path.name: path for path in files(root)}
    for path in paths.values():
        path.chmod(0o600)
    for _ in range(500):
        name = chance.choice(kept)
        with flipped(paths[name], chance):
            assert [each for each in kept if vault.condition(each) is not Condition.SOUND] == [name]
            with pytest.raises(EvidenceLost, match="is not what was put there"):
                vault.read(name)
    assert {vault.condition(each) for each in kept} == {Condition.SOUND}


@contextmanager
def flipped(path: Path, chance: random.Random) -> Iterator[None]:
    """Let one bit of a file be the other way round for a while."""
    whole = path.read_bytes()
    damaged = bytearray(whole)
    bit = chance.randrange(8 * len(whole))
    damaged[bit // 8] ^= 1 << bit % 8
    path.write_bytes(damaged)
    yield
    path.write_bytes(whole)


def test_missing_bytes_are_said_to_be_missing(vault: Vault, root: Path) -> None:
    """A file that is gone, or that somebody replaced by a link, is not taken for what it was."""
    first, second = vault.put([b"a"], "a").sha256, vault.put([b"b"], "b").sha256
    gone, linked = (root / "installation" / name[:2] / name for name in (first, second))
    gone.unlink()
    linked.rename(root / "elsewhere")
    linked.symlink_to(root / "elsewhere")
    assert vault.condition(first) is Condition.MISSING
    assert vault.condition(second) is Condition.UNREADABLE
    assert not vault.has(first)
    with pytest.raises(EvidenceLost, match="is missing"):
        vault.read(first)
    with pytest.raises(StorageFailed):
        vault.read(second)


def test_same_file_again_heals_what_was_damaged(vault: Vault, root: Path) -> None:
    """Damaged bytes are put aside, not overwritten, and the good ones take their place."""
    kept = vault.put([b"good"], "a")
    path = files(root)[0]
    path.chmod(0o600)
    path.write_bytes(b"baad")
    vault.put([b"good"], "a")
    assert vault.condition(kept.sha256) is Condition.SOUND
    aside = [each for each in files(root) if each != path]
    assert [each.read_bytes() for each in aside] == [b"baad"]
    assert list(vault.kept_before(datetime.now(UTC) + timedelta(minutes=1))) == [kept.sha256]


@pytest.mark.parametrize("call", ["fsync", "fchmod", "utime", "open"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_full_or_failing_disk_leaves_nothing_behind(
    vault: Vault, root: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    """Whatever step fails: one sentence, no half file, what was there is as before; the next try succeeds."""
    there = vault.put([b"there"], "a")
    before = files(root)

    def fail(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        content = b"there" if call == "utime" else b"new"
        with pytest.raises(StorageFailed, match=os.strerror(error)):
            vault.put([content], "b")
    assert [path for path in files(root) if path.name.startswith(".") or not path.stat().st_size] == []
    assert set(before) <= set(files(root))
    assert vault.condition(there.sha256) is Condition.SOUND
    assert vault.condition(vault.put([b"new"], "b").sha256) is Condition.SOUND


def test_what_a_killed_process_left_is_cleared_after_a_day(vault: Vault, root: Path) -> None:
    """A file that was being written when the process ended is removed later, and never before."""
    vault.put([b"whole"], "a")
    left = root / "installation" / ".0123456789abcdef.part"
    left.write_bytes(b"ha")
    now = datetime.now(UTC)
    assert vault.clear(now - timedelta(hours=24)) == 0
    old = (now - timedelta(hours=25)).timestamp()
    os.utime(left, (old, old))
    assert vault.clear(now - timedelta(hours=24)) == 1
    assert len(files(root)) == 1


def test_limits_are_told(vault: Vault, root: Path) -> None:
    """An empty file proves nothing, and one beyond the limit is refused before the disk is full of it."""
    with pytest.raises(EmptyInput, match="no evidence"):
        vault.put([], "a.txt")
    with pytest.raises(OversizedInput, match="MILEPOST_EVIDENCE_MIB"):
        vault.put([b"x" * MOST, b"x"], "a.txt")
    assert files(root) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n"])
def test_only_a_sha256_leads_to_a_file(vault: Vault, name: str) -> None:
    """A name that is no SHA-256 is never made into a path."""
    with pytest.raises(ValueError, match=r".+"):
        vault.read(name)
