"""Which assets a row of a table is about: hosts, sites, images, cloud resources, or things with a name."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from milepost.domain.finding import Asset, AssetKind, Identifier, IdentifierKind
from milepost.scanners.assets import host_asset, image_asset, image_of, resource_asset, site_asset

WHOLE = Asset(
    "the system as a whole",
    AssetKind.APPLICATION,
    (Identifier(IdentifierKind.NAME, "the system as a whole"),),
)
"""What a finding is about whose row names no asset."""
NAMING = ("asset", "host", "ip", "url", "image")
"""The fields that name assets."""
_PARTS = re.compile(r"[\n;,|]+")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+")
_NOTHING = frozenset({"", "-", "n/a", "na", "none", "tbd", "various", "multiple"})


def assets_of(said: Mapping[str, str]) -> tuple[Asset, ...]:
    """Return the assets of a row by what its fields say; one cell may list several.

    A host name and an address in the same row are one host, unless either of them lists several.
    """
    return _assets(*map(said.get, NAMING))


@lru_cache(maxsize=1 << 14)
def _assets(
    asset: str | None, name: str | None, ip: str | None, url: str | None, image: str | None
) -> tuple[Asset, ...]:
    if url:
        return _each(_parts(url), _named)
    if image:
        return _each(_parts(image), _image)
    names, addresses, listed = _parts(name or ""), _parts(ip or ""), _parts(asset or "")
    if len(names) > 1 or len(addresses) > 1 or not (names or addresses):
        return _each([*names, *addresses] or listed, _named)
    host = host_asset(names=[*names, *filter(_HOST.fullmatch, listed[:1])], addresses=addresses)
    return (host,) if host else _each(listed, _named)


def _each(parts: Iterable[str], read: Callable[[str], Asset]) -> tuple[Asset, ...]:
    found = {asset.identifiers: asset for asset in map(read, parts)}
    return tuple(found.values()) or (WHOLE,)


@lru_cache(maxsize=1 << 12)
def _named(text: str) -> Asset:
    """Return what a name means: a site, a cloud resource, a host, or else a thing of that name."""
    site = site_asset(text) if "://" in text else None
    if site is not None:
        return site
    if text.lower().startswith("arn:"):
        return resource_asset(text)
    host = host_asset(names=[text]) if _HOST.fullmatch(text) else None
    return host or Asset(text, AssetKind.APPLICATION, (Identifier(IdentifierKind.NAME, text.lower()),))


def _image(text: str) -> Asset:
    return image_asset(image_of(text))


@lru_cache(maxsize=1 << 12)
def _parts(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in _PARTS.split(text))
    return tuple(part for part in parts if part.casefold() not in _NOTHING)
