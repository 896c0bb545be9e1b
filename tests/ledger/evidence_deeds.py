"""Every verb of evidence and of moving once: what has to be there first, and then the deed itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from milepost.domain.rating import Rating
from milepost.records.systems import System
from milepost.vault.opening import opened
from milepost.vault.vault import Vault
from milepost.work.evidence.add_evidence import NewEvidence, NewVersion, add_evidence, add_version
from milepost.work.evidence.hold_evidence import hold_evidence, release_evidence
from milepost.work.evidence.link_evidence import About, link_evidence
from milepost.work.evidence.remove_evidence import remove_evidence
from milepost.work.evidence.sweep_vault import sweep_vault
from milepost.work.moving.export_system import export_system
from milepost.work.moving.import_system import import_system
from milepost.work.open_item import NewItem, open_item
from tests.ledger.conftest import TODAY

_NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
_MATTER: Final = "matter 7"
Deed = Callable[[], object]
Act = Callable[[Vault, Path], object]


def _vault(folder: Path) -> Vault:
    return opened(str(folder / "vault"), most_bytes=1 << 20, clock=lambda: _NOON)


def _file(folder: Path, text: str) -> Path:
    path = folder / "scan.txt"
    path.write_text(text, encoding="utf-8")
    return path


def _add(vault: Vault, folder: Path) -> object:
    return add_evidence(NewEvidence("V-1", _file(folder, "clean"), "Sam"), vault, as_of=TODAY)


def _renew(vault: Vault, folder: Path) -> object:
    return add_version(NewVersion("E-1", _file(folder, "cleaner"), "Sam"), vault, as_of=TODAY)


def _hold() -> object:
    return hold_evidence("E-1", person="Ines", reason=_MATTER, as_of=TODAY)


def _after(act: Act, *first: Act) -> Callable[[System, Path], Deed]:
    """Open an item, do what has to be done first, and return the deed."""

    def prepare(system: System, folder: Path) -> Deed:
        open_item(NewItem(system.name, "No MFA", TODAY, "Ines", risk=Rating.MODERATE), as_of=TODAY)
        vault = _vault(folder)
        for each in first:
            each(vault, folder)
        return lambda: act(vault, folder)

    return prepare


def _import_system(system: System, folder: Path) -> Deed:
    """Write a system to a file, give it another name, and return taking it in again."""
    vault, file = _vault(folder), folder / "system.milepost"
    export_system(system.name, vault, file, now=_NOON)
    System.objects.filter(pk=system.pk).update(name="Quay")
    return lambda: import_system(file, vault)


EVIDENCE_DEEDS: Final = {
    "add_evidence": _after(_add),
    "add_version": _after(_renew, _add),
    "hold_evidence": _after(lambda _, __: _hold(), _add),
    "import_system": _import_system,
    "link_evidence": _after(
        lambda _, __: link_evidence("E-1", About(objective="3.1.1"), person="Ines", as_of=TODAY), _add
    ),
    "release_evidence": _after(
        lambda _, __: release_evidence("E-1", person="Ines", reason="over", as_of=TODAY),
        _add,
        lambda _, __: _hold(),
    ),
    "remove_evidence": _after(
        lambda vault, _: remove_evidence(
            "E-1", vault, person="Ines", reason="not needed", as_of=date(2040, 1, 1)
        ),
        _add,
    ),
    "sweep_vault": _after(lambda vault, _: sweep_vault(vault, now=_NOON), _add),
}
"""Each verb of evidence by its name."""
