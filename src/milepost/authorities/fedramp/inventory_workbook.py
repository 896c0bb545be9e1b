"""FedRAMP's Integrated Inventory Workbook: read in both shapes, written, and held against the scans."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.documents.contract import Written
from milepost.authorities.fedramp.form_writing import Filling, write_form
from milepost.authorities.fedramp.forms import Form, FormRow, FormTable, form_named, read_form
from milepost.authorities.intake.cells import text_of
from milepost.domain.ruling import Citation

_RULE = Citation("FedRAMP RFC-0003 Review Initiation Checks", "check 5J; Vulnerability Scanning Requirements")
_NAMES = ("identifier", "addresses", "dns_name", "netbios_name")
_YES, _NO = "Yes", "No"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedAsset:
    """An asset as the scans know it: every name, when it was last looked at, whether with credentials."""

    name: str
    names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    dns_name: str = ""
    kind: str = ""
    product: str = ""
    exposed: bool | None = None
    last_look: date | None = None
    credentialed: bool | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What inventory and scans say differently of one asset."""

    asset: str
    what: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Inventory and scans beside each other; names of assets, sorted.

    `unscanned` are listed and in no scan of the time, `unlisted` were scanned and are not listed, `absent`
    are listed as not to be scanned and were not, `repeated` are identifiers listed more than once.
    """

    since: date
    matched: int
    unscanned: tuple[str, ...]
    unlisted: tuple[str, ...]
    absent: tuple[str, ...]
    repeated: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    citation: Citation = _RULE

    @property
    def agrees(self) -> bool:
        """Whether nothing has to be explained."""
        return not (self.unscanned or self.unlisted or self.repeated or self.disagreements)


def inventory_form() -> Form:
    """Return the form."""
    return form_named("inventory_form")


def read_inventory_rows(path: Path, name: str = "") -> FormTable:
    """Read the assets of an inventory with all columns, with or without the label column and guidance.

    Raises:
        InputRefused: the file cannot be taken, or is no such inventory.
    """
    return read_form(path, inventory_form(), name)


def write_inventory(filling: Filling, out: Path, base: Path | None = None) -> Written:
    """Write an inventory into the official workbook, or as a plain table of the same columns.

    Raises:
        InputRefused: the base is no such inventory.
    """
    return write_form(inventory_form(), filling, out, base)


def inventory_rows(listed: Sequence[FormRow], scanned: Iterable[ScannedAsset], since: date) -> list[FormRow]:
    """Return the listed assets as people described them, and after them those that only scans know."""
    known = {name for row in listed for name in _names(row)}
    new = [asset for asset in scanned if known.isdisjoint(_all_names(asset))]
    return [*listed, *(_row(asset, since) for asset in new)]


def reconcile(listed: Sequence[FormRow], scanned: Sequence[ScannedAsset], since: date) -> Reconciled:
    """Hold an inventory against the scans since a day: no component appears or vanishes unexplained."""
    by_name: dict[str, ScannedAsset] = {name: asset for asset in scanned for name in _all_names(asset)}
    met: set[int] = set()
    unscanned: list[str] = []
    absent: list[str] = []
    disagreements: list[Disagreement] = []
    for row in listed:
        identifier = text_of(row.get("identifier"))
        asset = next((by_name[name] for name in _names(row) if name in by_name), None)
        if asset is not None:
            met.add(id(asset))
            disagreements += [Disagreement(identifier, what) for what in _differing(row, asset, since)]
        if asset is None or not _looked_at(asset, since):
            (absent if _said(row, "in_latest_scan") == _NO else unscanned).append(identifier)
    times = Counter(text_of(row.get("identifier")).casefold() for row in listed)
    recent = [asset for asset in scanned if id(asset) not in met and _looked_at(asset, since)]
    return Reconciled(
        since=since,
        matched=len(met),
        unscanned=tuple(sorted(unscanned)),
        unlisted=tuple(sorted(asset.name for asset in recent)),
        absent=tuple(sorted(absent)),
        repeated=tuple(sorted(name for name, count in times.items() if count > 1)),
        disagreements=tuple(disagreements),
    )


def reconciliation_text(found: Reconciled) -> str:
    """Return a reconciliation in Markdown."""
    lines = [
        "# Inventory and scans",
        "",
        f"{found.matched} assets are in both. Scans since {found.since:%Y-%m-%d} count ({found.citation}).",
    ]
    parts: Mapping[str, Sequence[str]] = {
        "In the inventory, not scanned": found.unscanned,
        "Scanned, not in the inventory": found.unlisted,
        "Not scanned, and listed so": found.absent,
        "Listed more than once": found.repeated,
        "Said differently": [f"{each.asset}: {each.what}" for each in found.disagreements],
    }
    for heading, names in parts.items():
        lines += ["", f"## {heading}: {len(names)}", "", *([f"- {name}" for name in names] or ["None."])]
    return "\n".join(lines).rstrip() + "\n"


def _differing(row: FormRow, asset: ScannedAsset, since: date) -> Iterator[str]:
    looked = _looked_at(asset, since)
    if looked and _said(row, "in_latest_scan") == _NO:
        yield "listed as not in the latest scan, but it was scanned"
    if looked and _said(row, "authenticated_scan") == _YES and asset.credentialed is False:
        yield "listed with authenticated scans, but no scan had credentials"
    public = {_YES: True, _NO: False}.get(_said(row, "public"))
    if public is not None and asset.exposed is not None and public is not asset.exposed:
        yield f"listed as {'public' if public else 'not public'}, but the register says otherwise"


def _said(row: FormRow, name: str) -> str:
    return text_of(row.get(name)).capitalize()


def _looked_at(asset: ScannedAsset, since: date) -> bool:
    return asset.last_look is not None and asset.last_look >= since


def _names(row: FormRow) -> Iterator[str]:
    for field in _NAMES:
        yield from (
            part.casefold() for part in text_of(row.get(field)).replace(",", "\n").split("\n") if part
        )


def _all_names(asset: ScannedAsset) -> set[str]:
    return {name.casefold() for name in (asset.name, *asset.names)}


def _row(asset: ScannedAsset, since: date) -> FormRow:
    answers = {True: _YES, False: _NO}
    said = {
        "identifier": asset.name,
        "addresses": "\n".join(asset.addresses),
        "public": answers.get(asset.exposed) if asset.exposed is not None else "",
        "dns_name": asset.dns_name,
        "authenticated_scan": answers[asset.credentialed] if asset.credentialed is not None else "",
        "asset_type": asset.kind,
        "in_latest_scan": answers[_looked_at(asset, since)],
        "product": asset.product,
    }
    return {name: value for name, value in said.items() if value}
