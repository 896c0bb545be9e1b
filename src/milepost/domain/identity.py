"""When two reports speak of the same thing: the same asset, the same weakness."""

from collections.abc import Iterable
from typing import NamedTuple

from milepost.domain.finding import Asset, Facts, Identifier, IdentifierKind

_TRUST = tuple(IdentifierKind)
_PREFERENCE = ("cve", "stig", "nessus", "ghsa")


class KnownAsset(NamedTuple):
    """An asset of the register with every identifier that a report ever gave it."""

    id: int
    kind: str
    identifiers: frozenset[Identifier]


class AssetMatch(NamedTuple):
    """Which asset of the register a report means, and why; several `rivals` where that cannot be told."""

    asset_id: int | None
    reason: str
    rivals: tuple[int, ...] = ()


def match_asset(sighted: Asset, candidates: Iterable[KnownAsset]) -> AssetMatch:
    """Find the asset that a report means among those which share an identifier with it.

    The strongest shared identifier decides (`IdentifierKind` in order of trust). A candidate is out when a
    stronger identifier that both carry differs: one address under two host names is two hosts. Two
    candidates with equal evidence are never guessed between: both are named as rivals.
    """
    named = frozenset(sighted.identifiers)
    ranked = [(_evidence(named, known), known.id) for known in candidates if known.kind == sighted.kind]
    sound = sorted((rank, known_id) for rank, known_id in ranked if rank is not None)
    if not sound:
        return AssetMatch(None, "no asset of the system carries these identifiers")
    best = sound[0][0]
    winners = tuple(known_id for rank, known_id in sound if rank == best)
    if len(winners) > 1:
        return AssetMatch(None, f"several assets share its {_TRUST[best]}", winners)
    return AssetMatch(winners[0], f"same {_TRUST[best]}")


def _evidence(named: frozenset[Identifier], known: KnownAsset) -> int | None:
    """Return the trust rank of the strongest shared identifier; None if none or contradicted before it."""
    for rank, kind in enumerate(_TRUST):
        ours = {identifier for identifier in named if identifier.kind == kind}
        theirs = {identifier for identifier in known.identifiers if identifier.kind == kind}
        if ours & theirs:
            return rank
        if ours and theirs:
            return None
    return None


def weakness_names(facts: Facts) -> tuple[str, ...]:
    """Return every name under which a weakness is known, its own first: `cve:CVE-2024-1`, `ghsa:GHSA-…`."""
    own = f"{facts.source}:{facts.source_id}"
    if not facts.aliases:
        return (own,)
    others = (alias_name(alias) for alias in facts.aliases)
    return tuple(dict.fromkeys((own, *others)))


def preferred_name(names: Iterable[str]) -> str:
    """Choose the name that a weakness goes by, the same whichever of its names was met first."""
    return min(names, key=_preference)


def _preference(name: str) -> tuple[int, str]:
    scheme = name.partition(":")[0]
    place = _PREFERENCE.index(scheme) if scheme in _PREFERENCE else len(_PREFERENCE)
    return place, name


def alias_name(alias: str) -> str:
    """Return the name under which a weakness is known by another of its ids: `cve:CVE-2024-1`."""
    scheme = alias.partition("-")[0].lower()
    return f"{scheme if scheme in {'cve', 'ghsa'} else 'alias'}:{alias}"
