"""Evidence through its verbs: added, renewed, linked, held, removed, swept and handed over."""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from milepost.authorities.cmmc.evidence_check import check_package
from milepost.domain.errors import (
    EmptyInput,
    InputRefused,
    NotAllowed,
    RecordMissing,
    StateConflict,
    StorageFailed,
    WrongUse,
)
from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.records.evidence import Content, Evidence, EvidenceLink, EvidenceVersion
from milepost.records.items import Item, ItemChange
from milepost.records.queries.evidence import evidence_of_item
from milepost.records.systems import System
from milepost.vault.opening import opened
from milepost.vault.vault import Condition, Vault
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import Support, request_deviation
from milepost.work.evidence.add_evidence import NewEvidence, NewVersion, add_evidence, add_version
from milepost.work.evidence.hold_evidence import hold_evidence, release_evidence
from milepost.work.evidence.link_evidence import About, link_evidence
from milepost.work.evidence.package_evidence import PackageOrder, package_evidence
from milepost.work.evidence.remove_evidence import remove_evidence
from milepost.work.evidence.sweep_vault import remove_stray, sweep_vault
from milepost.work.lifecycle.fix import Claim, claim_fixed
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone

TODAY = date(2026, 3, 1)
Adding = Callable[..., EvidenceVersion]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Return an empty vault in a folder."""
    return opened(str(tmp_path / "vault"), most_bytes=1 << 20, clock=lambda: datetime.now(UTC))


@pytest.fixture
def item(system: System) -> Item:
    """Return an item that Ines opened."""
    return open_item(NewItem(system.name, "No MFA", TODAY, "Ines", risk=Rating.MODERATE), as_of=TODAY)


@pytest.fixture
def contractor(db: None) -> Item:
    """Return an item of a system that answers to CMMC Level 2."""
    del db
    add_system(NewSystem("Foundry", "cmmc-l2", "2"), as_of=TODAY)
    return open_item(NewItem("Foundry", "No MFA", TODAY, "Ines"), as_of=TODAY)


@pytest.fixture
def adding(tmp_path: Path, vault: Vault) -> Adding:
    """Return a way to add bytes as evidence of an item."""

    def add(item: Item, content: bytes = b"seen", name: str = "seen.txt", **said: object) -> EvidenceVersion:
        file = tmp_path / "given"
        file.write_bytes(content)
        new = NewEvidence(item.identifier, file, "Sam", name, system=item.system.name, **said)  # type: ignore[arg-type] # named by the test
        return add_evidence(new, vault, as_of=TODAY)

    return add


def files(vault_of: Path) -> list[Path]:
    """Return every file in the vault beside a test's folder."""
    return [path for path in (vault_of / "vault").rglob("*") if path.is_file()]


def test_evidence_stands_beside_its_item(item: Item, adding: Adding, vault: Vault) -> None:
    """Bytes, hash, type, who and when are on record, the item's history names them, the bytes come back."""
    added = adding(item, b"%PDF-1.7 scan", "scan.exe")
    assert (str(added.evidence), added.number, added.media_type) == ("E-1", 1, "application/pdf")
    assert added.sha256 == hashlib.sha256(b"%PDF-1.7 scan").hexdigest()
    view = evidence_of_item(item.system_id, item.identifier)[0]
    assert (view.identifier, view.newest.name, view.about) == ("E-1", "scan.exe", (item.identifier,))
    change = ItemChange.objects.get(item=item, field="evidence")
    assert added.sha256 in change.after
    with vault.read(added.sha256) as file:
        assert file.read() == b"%PDF-1.7 scan"


def test_newer_version_keeps_the_earlier(item: Item, adding: Adding, vault: Vault, tmp_path: Path) -> None:
    """A newer file is version 2 beside version 1; the same bytes again are none."""
    adding(item, b"first")
    (tmp_path / "given").write_bytes(b"second")
    new = NewVersion("E-1", tmp_path / "given", "Sam", "seen.txt", "with dates")
    assert add_version(new, vault, as_of=TODAY).number == 2
    with pytest.raises(StateConflict, match="same bytes"):
        add_version(new, vault, as_of=TODAY)
    view = evidence_of_item(item.system_id, item.identifier)[0]
    assert [(each.number, each.remark) for each in view.versions] == [(2, "with dates"), (1, "")]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "a\0b.txt", "\u202egpj.exe"]
)
def test_hostile_names_stay_names(item: Item, adding: Adding, tmp_path: Path, name: str) -> None:
    """Whatever a file is called, it lies under its hash, its shown name holds no folder or trick."""
    added = adding(item, b"x", name)
    assert [path.name for path in files(tmp_path)] == [added.sha256]
    assert not set(added.name) & set("/\\\0\u202e")


def test_evidence_is_linked_to_parts_and_objectives(item: Item, adding: Adding) -> None:
    """A milestone, a deviation, a fix and an objective each get their link, once; what is missing is said."""
    adding(item)
    add_milestone(item, "Patch", TODAY + timedelta(days=9))
    request_deviation(
        item, DeviationKind.FALSE_POSITIVE, "not there", person="Sam", as_of=TODAY, support=Support("E-1")
    )
    for about in (About(item.identifier, milestone=1), About(objective="3.1.1[a]")):
        for _ in range(2):
            link_evidence("E-1", about, person="Sam", as_of=TODAY)
    view = evidence_of_item(item.system_id, item.identifier)[0]
    whole = item.identifier
    assert view.about == (
        whole,
        f"{whole} false positive of 2026-03-01",
        f"{whole} milestone 1",
        "objective 3.1.1[a]",
    )
    with pytest.raises(RecordMissing, match="no reported fix"):
        link_evidence("E-1", About(whole, fix=True), person="Sam", as_of=TODAY)
    with pytest.raises(InputRefused):
        link_evidence("E-1", About(objective="9.9.9"), person="Sam", as_of=TODAY)
    with pytest.raises(WrongUse):
        link_evidence("E-1", About(), person="Sam", as_of=TODAY)


@pytest.mark.parametrize(("named", "links"), [("E-1 and change 7", 1), ("change.pdf", 0), ("E-12, RE-1x", 0)])
def test_claim_names_evidence_in_the_vault(item: Item, adding: Adding, named: str, links: int) -> None:
    """The free text stays as written; what it names in the vault is linked to the fix, the rest is text."""
    adding(item)
    fix = claim_fixed(Claim(item.identifier, "Sam", named), as_of=TODAY)
    assert fix.evidence == named
    assert EvidenceLink.objects.filter(fix=fix).count() == links


def test_cmmc_evidence_is_kept_six_years(contractor: Item, adding: Adding, vault: Vault) -> None:
    """Within six years of the status date removing is refused with rule and source; afterwards it is done."""
    added = adding(contractor, since=date(2026, 2, 28))
    with pytest.raises(NotAllowed, match=r"kept until 2032-02-28.*32 CFR Part 170.*170\.17\(c\)\(4\)"):
        remove_evidence("E-1", vault, person="Ana", reason="old", as_of=date(2032, 2, 28))
    assert vault.has(added.sha256)
    gone = remove_evidence("E-1", vault, person="Ana", reason="old", as_of=date(2032, 2, 29))
    assert (gone.removed_by, vault.has(added.sha256)) == ("Ana", False)
    view = evidence_of_item(contractor.system_id, contractor.identifier)[0]
    assert (view.removal_reason, view.newest.sha256) == ("old", added.sha256)
    with pytest.raises(StateConflict, match="already"):
        remove_evidence("E-1", vault, person="Ana", reason="old", as_of=date(2032, 3, 1))


def test_keep_until_can_only_be_later_than_the_rule(contractor: Item, adding: Adding) -> None:
    """A day of one's own counts where it is later than the rule's; an earlier one is refused."""
    assert adding(contractor, keep_until=date(2040, 1, 1)).evidence.keep_until == date(2040, 1, 1)
    with pytest.raises(WrongUse, match="before 2032-03-01"):
        adding(contractor, keep_until=date(2027, 1, 1))


def test_legal_hold_goes_before_everything(item: Item, adding: Adding, vault: Vault) -> None:
    """On hold, nothing is removed, whatever its retention; released, it can go."""
    adding(item)
    hold_evidence("E-1", person="Lea", reason="matter 12", as_of=TODAY)
    with pytest.raises(NotAllowed, match="legal hold: matter 12"):
        remove_evidence("E-1", vault, person="Ana", reason="old", as_of=date(2090, 1, 1))
    release_evidence("E-1", person="Lea", reason="settled", as_of=TODAY)
    with pytest.raises(StateConflict, match="not on hold"):
        release_evidence("E-1", person="Lea", reason="settled", as_of=TODAY)
    assert remove_evidence("E-1", vault, person="Ana", reason="old", as_of=TODAY).removed_on == TODAY
    with pytest.raises(StateConflict, match="was removed"):
        hold_evidence("E-1", person="Lea", reason="matter 13", as_of=TODAY)


def test_database_itself_keeps_what_is_held(contractor: Item, adding: Adding) -> None:
    """Past every verb, the database refuses to note as removed what is on hold or within its retention."""
    evidence = adding(contractor).evidence
    for held, day in ((True, date(2090, 1, 1)), (False, TODAY)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.filter(pk=evidence.pk).update(held=held, removed_on=day)


def test_bytes_stay_while_other_evidence_has_them(item: Item, adding: Adding, vault: Vault) -> None:
    """The same bytes under two names are kept once, and go with the last of the two."""
    first, second = adding(item, name="a.txt"), adding(item, name="b.txt")
    assert first.sha256 == second.sha256
    remove_evidence("E-1", vault, person="Ana", reason="twice", as_of=TODAY)
    assert vault.has(first.sha256)
    remove_evidence("E-2", vault, person="Ana", reason="twice", as_of=TODAY)
    assert not vault.has(first.sha256)


def test_full_disk_leaves_no_row(
    item: Item, adding: Adding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bytes cannot be kept there is no row, no half file, and the next try succeeds."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="No space left"):
            adding(item)
    assert (Evidence.objects.count(), Content.objects.count(), files(tmp_path)) == (0, 0, [])
    assert adding(item).number == 1


def test_crash_between_file_and_row_is_swept_after_a_day(
    item: Item, adding: Adding, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose row never came is left alone for 24 hours, then taken away; others stay."""
    kept = adding(item, b"whole")
    with monkeypatch.context() as broken:
        broken.setattr(EvidenceVersion.objects, "create", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            adding(item, b"lost")
    assert (Evidence.objects.count(), len(files(tmp_path))) == (1, 2)
    now = datetime.now(UTC)
    assert sweep_vault(vault, now=now + timedelta(hours=23)).strays == 0
    assert sweep_vault(vault, now=now + timedelta(hours=25)).strays == 1
    assert [path.name for path in files(tmp_path)] == [kept.sha256]


def _interrupted(**_: object) -> None:
    raise KeyboardInterrupt


def test_what_has_a_row_is_no_stray(item: Item, adding: Adding, vault: Vault) -> None:
    """Bytes that a row names are never taken away, also when somebody asks for just these."""
    added = adding(item)
    assert not remove_stray(added.sha256, vault)
    assert vault.has(added.sha256)


def test_there_is_never_a_row_without_bytes(
    item: Item, adding: Adding, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that a sweep took away between file and row are noticed before the row is there."""
    put = vault.put

    def swept(chunks: object, name: str) -> object:
        kept = put(chunks, name)  # type: ignore[arg-type] # handed on
        assert remove_stray(kept.sha256, vault)
        return kept

    monkeypatch.setattr(vault, "put", swept)
    with pytest.raises(StateConflict, match="add it again"):
        adding(item)
    assert (Evidence.objects.count(), Content.objects.count()) == (0, 0)


def test_sweep_names_what_is_lost(item: Item, adding: Adding, vault: Vault, tmp_path: Path) -> None:
    """Damaged and missing files are reported with the evidence they are of; seven days see all of them."""
    names = [adding(item, bytes([number]) * 9, f"{number}.bin").sha256 for number in range(1, 13)]
    paths = {path.name: path for path in files(tmp_path)}
    paths[names[3]].unlink()
    paths[names[8]].chmod(0o600)
    paths[names[8]].write_bytes(bytes([8]) * 9)
    now = datetime.now(UTC)
    swept = sweep_vault(vault, now=now)
    assert swept.looked_at == 12
    assert {(each.sha256, each.condition, each.evidence) for each in swept.lost} == {
        (names[3], Condition.MISSING, ("Harbor E-4 version 1: 4.bin",)),
        (names[8], Condition.DAMAGED, ("Harbor E-9 version 1: 9.bin",)),
    }
    week = [sweep_vault(vault, now=now + timedelta(days=day), whole=False) for day in range(7)]
    assert sum(each.looked_at for each in week) == 12
    assert sorted(lost.sha256 for each in week for lost in each.lost) == sorted([names[3], names[8]])
    conditions = [each.newest.condition for each in evidence_of_item(item.system_id, item.identifier)]
    assert conditions.count("sound") == 10


@pytest.mark.parametrize("out", ["package.zip", "package"])
def test_package_is_taken_by_the_check_of_cmmc(
    item: Item, adding: Adding, vault: Vault, tmp_path: Path, out: str
) -> None:
    """A package holds every version with hash lists, manifest and sums; one changed byte and it fails."""
    adding(item, b"%PDF-1.7", "Größe/../CON.pdf")
    adding(item, b"second", "日本.txt")
    made = package_evidence(PackageOrder("Harbor", tmp_path / out), vault, as_of=TODAY)
    folder = tmp_path / "package"
    if out.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / out) as packed:
            packed.extractall(tmp_path)
    assert (made.files, made.problems) == (2, ())
    assert check_package(folder).ruling.allowed
    names = {path.name for path in folder.iterdir()}
    assert {"E-1 v1 _CON.pdf", "E-2 v1 file.txt", "manifest.json", "SHA256SUMS"} < names
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["evidence"][1]["versions"][0]["name"] == "日本.txt"
    (folder / "E-2 v1 file.txt").write_bytes(b"Second")
    assert not check_package(folder).ruling.allowed


def test_package_is_whole_or_not_there(item: Item, adding: Adding, vault: Vault, tmp_path: Path) -> None:
    """With nothing to hand over, something there already, or a damaged file, nothing is written."""
    order = PackageOrder("Harbor", tmp_path / "out.zip", (item.identifier,))
    with pytest.raises(EmptyInput):
        package_evidence(order, vault, as_of=TODAY)
    adding(item)
    files(tmp_path)[0].unlink()
    with pytest.raises(Exception, match="is missing"):
        package_evidence(order, vault, as_of=TODAY)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    (tmp_path / "out.zip").touch()
    with pytest.raises(StateConflict, match="there already"):
        package_evidence(order, vault, as_of=TODAY)


def test_wrong_use_is_told(item: Item, adding: Adding, vault: Vault, tmp_path: Path) -> None:
    """No person, no reason, no such evidence, no such file: each is one sentence, and nothing changes."""
    with pytest.raises(InputRefused, match="cannot be read"):
        add_evidence(NewEvidence(item.identifier, tmp_path / "none", "Sam"), vault, as_of=TODAY)
    with pytest.raises(WrongUse, match="who adds it"):
        add_evidence(NewEvidence(item.identifier, tmp_path / "none", " "), vault, as_of=TODAY)
    with pytest.raises(RecordMissing, match="no evidence E-9"):
        hold_evidence("E-9", person="Lea", reason="x", as_of=TODAY)
    with pytest.raises(WrongUse, match="a reason"):
        hold_evidence("E-9", person="Lea", reason=" ", as_of=TODAY)
    add_system(NewSystem("Quay", "fedramp-rev5", "low"), as_of=TODAY)
    adding(item)
    adding(open_item(NewItem("Quay", "Leavers", TODAY, "Ines"), as_of=TODAY))
    with pytest.raises(WrongUse, match="several systems"):
        remove_evidence("E-1", vault, person="Ana", reason="x", as_of=TODAY)
