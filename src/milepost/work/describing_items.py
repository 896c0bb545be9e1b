"""What scanners say of an item, gathered from everything it covers: names, texts, tools, assets, CVEs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from milepost.domain import finding
from milepost.records import bulk


@dataclass(slots=True)
class ScannerView:
    """Scanner facts of one item; `assets` as authorities want them: `name (port/protocol)`, open ones."""

    facts: list[finding.Facts] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    tools: set[str] = field(default_factory=set)

    def worst(self, own: str) -> finding.Facts | None:
        """Return the facts that say most: the worst severity, of equals those of the item's own source id."""
        ranked = {(each.severity.rank, each.source_id == own, each.source_id): each for each in self.facts}
        return ranked[max(ranked)] if ranked else None

    @property
    def cves(self) -> list[str]:
        """Every CVE that the facts name, sorted."""
        named = {cve for facts in self.facts for cve in facts.cves}
        named |= {facts.source_id for facts in self.facts if facts.source == "cve"}
        return sorted(named)


_COVERED = (
    " FROM records_itemscope s JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " JOIN records_asset a ON a.id = o.asset_id LEFT JOIN records_sighting g ON g.id = o.sighting_id"
    " LEFT JOIN records_assessedscope t ON t.asset_id = o.asset_id AND t.scope = o.scope"
    " WHERE (s.asset_id = o.asset_id OR (s.asset_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM records_itemscope x WHERE x.weakness_id = o.weakness_id AND x.asset_id = o.asset_id)))"
)


def scanner_views(item_ids: Iterable[int]) -> dict[int, ScannerView]:
    """Return what scanners say of some items, with a constant number of statements."""
    wanted = sorted(set(item_ids))
    views: dict[int, ScannerView] = defaultdict(ScannerView)
    for item_id, facts in _facts(wanted):
        views[item_id].facts.append(facts)
    places = bulk.select(
        "SELECT s.item_id, a.name, CASE WHEN o.open THEN a.version ELSE g.asset_version END,"
        f" o.locator, o.open, t.tool{_COVERED} AND s.item_id IN ({{}}) ORDER BY a.name, o.locator",
        wanted,
    )
    opened: dict[int, list[str]] = defaultdict(list)
    gone: dict[int, list[str]] = defaultdict(list)
    for item_id, name, version, locator, is_open, tool in places:
        (opened if is_open else gone)[item_id].append(_asset(name, version, locator))
        views[item_id].tools.add(tool or "")
    for item_id, view in views.items():
        view.assets = list(dict.fromkeys(opened[item_id] or gone[item_id]))
    return views


def _asset(name: str, version: str, locator: str) -> str:
    """Name an asset as in the inventory, with the port where there is one, or the package in an image."""
    return f"{name}:{version}{_place(locator)}" if version else f"{name}{_place(locator)}"


@lru_cache(maxsize=1 << 12)
def _place(locator: str) -> str:
    port = _PORT.fullmatch(locator)
    if port:
        number, protocol = port.groups()
        return "" if number == "0" else f" ({number}/{protocol.upper()})"
    return f" ({locator})" if locator else ""


_PORT = re.compile(r"(\d+)/([a-z]+)")


def _facts(item_ids: list[int]) -> Iterator[tuple[int, finding.Facts]]:
    rows = bulk.select(
        "SELECT s.item_id, f.body FROM records_itemscope s JOIN records_weakness w ON w.id = s.weakness_id"
        " JOIN records_facts f ON f.id = w.facts_id WHERE s.item_id IN ({}) ORDER BY s.id",
        item_ids,
    )
    for item_id, body in rows:
        yield item_id, msgspec.json.decode(body, type=finding.Facts)
