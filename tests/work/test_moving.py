"""A system that goes to another installation: there it is what it was, and goes on as it would have here."""

import json
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from milepost.domain.errors import DamagedInput, MilepostError, StateConflict, UnknownFormat
from milepost.domain.rating import Rating
from milepost.records.imports import Import
from milepost.records.items import Item, ItemChange
from milepost.records.queries.evidence import evidence_of_system
from milepost.records.queries.item_decisions import decisions_on
from milepost.records.systems import System
from milepost.vault.opening import opened
from milepost.vault.vault import Vault
from milepost.work.close_item import close_verified
from milepost.work.evidence.add_evidence import NewEvidence, add_evidence
from milepost.work.evidence.sweep_vault import sweep_vault
from milepost.work.explaining.explain_item import explain_item
from milepost.work.import_scan import Order, import_scan
from milepost.work.lifecycle.fix import Claim, claim_fixed, verify_fix
from milepost.work.moving.export_system import export_system
from milepost.work.moving.import_system import import_system
from milepost.work.moving.system_rows import GO_ALONG, STAY_BEHIND, moved_tables, rows_of
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone
from milepost.work.undo_import import undo_import
from tests.work.reports import DAY, START, Found, Host, nessus

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEB = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")


def vault_at(folder: Path) -> Vault:
    """Open the vault in a folder."""
    return opened(str(folder), most_bytes=1 << 20, clock=lambda: NOW)


@pytest.fixture
def moved(system: System, tmp_path: Path) -> Path:
    """Fill a system with scans, items, a closing and evidence; return the file that it was written to."""
    for day, host in ((0, WEB), (10, Host(WEB.ip, WEB.found[:1], WEB.fqdn, scanned=START + 10 * DAY))):
        import_scan(Order(nessus(tmp_path / f"{day}.nessus", host), system.name, TODAY))
    item = Item.objects.get(source_id="100")
    add_milestone(item, "Patch", TODAY)
    (tmp_path / "proof.txt").write_text("proof")
    by_hand = open_item(NewItem(system.name, "Leavers", TODAY, "Ines", risk=Rating.LOW), as_of=TODAY)
    new = NewEvidence(by_hand.identifier, tmp_path / "proof.txt", "Sam")
    add_evidence(new, vault_at(tmp_path / "here"), as_of=TODAY)
    claim_fixed(Claim(by_hand.identifier, "Sam", "E-1"), as_of=TODAY)
    verify_fix(by_hand.identifier, method="test", person="Vera", as_of=TODAY)
    close_verified(by_hand.identifier, person="Olga", as_of=TODAY)
    out = tmp_path / "harbor.milepost"
    export_system(system.name, vault_at(tmp_path / "here"), out, now=NOW)
    return out


def rows(system: System) -> dict[str, list[dict[str, object]]]:
    """Return every row of a system, by table."""
    found = {title: list(rows_of(table, system)) for title, table in moved_tables().items()}
    return {title: [_plain(row) for row in each] for title, each in found.items()}


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Return a row without the number of its bytes, which every installation gives itself."""
    plain = {name: bytes(each) if isinstance(each, memoryview) else each for name, each in row.items()}
    return {name: each for name, each in plain.items() if name != "content_id"}


def forget_everything() -> None:
    """Empty every table, as in an installation that was just made."""
    with connection.cursor() as cursor:
        for name in (*moved_tables(), "content", "transfer"):
            cursor.execute(f"DELETE FROM records_{name}")  # noqa: S608 the product's own names


def test_empty_register_gets_the_same_rows(system: System, moved: Path, tmp_path: Path) -> None:
    """Exported, forgotten and taken in: every row is as it was, its number too, and every file."""
    before = rows(system)
    assert {title for title, each in before.items() if each} > {"coverage", "sighting", "fix", "evidencelink"}
    forget_everything()
    there = vault_at(tmp_path / "there")
    done = import_system(moved, there)
    assert (done.system, done.evidence, done.problems) == ("Harbor", 1, ())
    assert rows(System.objects.get(name="Harbor")) == before
    connection.check_constraints()
    swept = sweep_vault(there, now=NOW)
    assert (swept.looked_at, swept.lost) == (1, ())


def test_beside_others_it_says_and_does_the_same(system: System, moved: Path, tmp_path: Path) -> None:
    """In a register with rows of its own, views are equal; the next scan and an undo end alike."""
    System.objects.filter(pk=system.pk).update(name="Harbor before")
    import_system(moved, vault_at(tmp_path / "there"))
    connection.check_constraints()
    both = System.objects.get(name="Harbor before"), System.objects.get(name="Harbor")
    assert both[0].pk != both[1].pk
    assert views(both[0]) == views(both[1])
    gone = Host(WEB.ip, (Found(300),), WEB.fqdn, scanned=START + 40 * DAY)
    third = nessus(tmp_path / "third.nessus", gone)
    reports = [import_scan(Order(third, each.name, TODAY)) for each in both]
    assert reports[0].occurrences == reports[1].occurrences
    assert reports[0].items == reports[1].items
    assert views(both[0]) == views(both[1])
    for each in both:
        undo_import(Import.objects.filter(system=each).order_by("scanned_at")[1].pk)
    assert views(both[0]) == views(both[1])


def views(system: System) -> list[object]:
    """Return what people see of a system: items, why their dates, decisions, changes, evidence."""
    items = Item.objects.filter(system=system).order_by("number")
    shown: list[object] = [(each.identifier, each.status, each.severity, each.open_count) for each in items]
    shown += [explain_item(each.identifier, system.name, as_of=TODAY).parts for each in items]
    shown += [decisions_on(system.pk, each.identifier) for each in items]
    changed = ItemChange.objects.filter(item__system=system).order_by("pk")
    shown += list(changed.values_list("item__identifier", "field", "before", "after", "person"))
    shown += [(each.identifier, each.about, each.versions[0].sha256) for each in evidence_of_system(system)]
    return shown


@pytest.mark.django_db
def test_every_table_goes_along_or_is_named() -> None:
    """Each model leads to its system or is named as staying; each bare number that may be an id is known."""
    for table in moved_tables().values():
        assert next(rows_of(table, System(pk=0)), None) is None
    every = set(apps.get_app_config("records").get_models())
    assert set(moved_tables().values()) | set(STAY_BEHIND) | set(GO_ALONG) == every
    numbers = {
        f"{table.__name__}.{field.name}"
        for table in moved_tables().values()
        for field in table._meta.concrete_fields
        if isinstance(field, models.BigIntegerField) and not field.primary_key
    }
    moments = {"AssessedScope.last_look", "Coverage.at", "Import.scanned_at", "Occurrence.gone_at"}
    moments |= {f"{name}.first_seen" for name in ("Item", "Occurrence", "Sighting", "Weakness")}
    digests = {"Facts.digest", "Occurrence.output_digest", "Sighting.output_digest", "TestedIds.digest"}
    ids = {"DeadlineResult.source_import", "Item.opened_by", "ItemChange.source_import"}
    ids |= {"Occurrence.sighting_id", "Signature.subject"}
    assert numbers == moments | digests | ids | {"EvidenceVersion.size"}


@pytest.mark.usefixtures("system")
def test_what_does_not_fit_is_refused_whole(moved: Path, tmp_path: Path) -> None:
    """A name that is taken, a backup, a damaged file: refused in a sentence, and no row is there."""
    there = vault_at(tmp_path / "there")
    count = Item.objects.count()
    with pytest.raises(StateConflict, match="a system named Harbor already"):
        import_system(moved, there)
    System.objects.update(name="Harbor before")
    whole = moved.read_bytes()
    for place in range(0, len(whole), len(whole) // 40):
        moved.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            import_system(moved, there)
        except MilepostError:
            assert Item.objects.count() == count
        else:
            System.objects.filter(name="Harbor").update(name=f"Harbor {place}")
            count = Item.objects.count()
    foreign(whole, moved)
    with pytest.raises(DamagedInput, match="rows that do not fit"):
        import_system(moved, there)
    moved.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnknownFormat):
        import_system(moved, there)


def test_a_part_that_claims_to_be_encrypted_is_refused(moved: Path, tmp_path: Path) -> None:
    """The flag is one bit of each entry of the zip's directory, so that damage can set it."""
    System.objects.update(name="Harbor before")
    whole, place, refused = moved.read_bytes(), -1, 0
    while (place := whole.find(b"PK\x01\x02", place + 1)) >= 0:
        flags = place + 8
        moved.write_bytes(whole[:flags] + bytes([whole[flags] | 1]) + whole[flags + 1 :])
        with pytest.raises((DamagedInput, UnknownFormat)):
            import_system(moved, vault_at(tmp_path / "there"))
        refused += 1
    assert refused == len(zipfile.ZipFile(BytesIO(whole)).namelist())


def foreign(whole: bytes, out: Path) -> None:
    """Write a file whose hashes agree, and whose items are none."""
    with zipfile.ZipFile(BytesIO(whole)) as good, zipfile.ZipFile(out, "w") as bad:
        manifest = json.loads(good.read("manifest.json"))
        for part in manifest["parts"]:
            body = (
                b'{"id": 1, "system_id": "x"}\n' if part["name"] == "tables/item" else good.read(part["name"])
            )
            part |= {"size": len(body), "sha256": sha256(body).hexdigest()}
            bad.writestr(part["name"], body)
        bad.writestr("manifest.json", json.dumps(manifest))
