"""How assets are named: hosts by their names, images without tag, sites by origin, resources by id."""

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

from milepost.domain.finding import Asset, AssetKind, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source

_NO_NAME = {"", "-", "=", "none", "n/a", "null", "unknown", "undefined"}
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_ORIGIN = re.compile(
    r"([a-z][a-z0-9+.-]*)://(?:[^/@?#\s]*@)?(\[[0-9a-f:.]+\]|[^/:?#\s]+)(?::(\d{1,5}))?", re.IGNORECASE
)
_SIGNED_IN = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/@?#\s]*@")


class Image(NamedTuple):
    """A container image: its repository without tag and digest, and the tag."""

    repository: str
    tag: str


def image_of(reference: str) -> Image:
    """Take `registry:5000/team/app:1.2@sha256:…` apart; the repository is in lower case."""
    name = reference.strip().partition("@")[0]
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = name, ""
    return Image(repository.lower(), tag)


def image_asset(image: Image) -> Asset:
    """Return the asset that an image is: the same for every tag."""
    identifier = Identifier(IdentifierKind.IMAGE, image.repository)
    return Asset(image.repository, AssetKind.IMAGE, (identifier,), image.tag)


def code_asset(name: str) -> Asset:
    """Return the asset that a directory or repository is; an address is a resource, a path a mere name.

    Who signs in to the repository with which password is no part of its address.
    """
    kind = IdentifierKind.RESOURCE if "://" in name else IdentifierKind.NAME
    shown = _SIGNED_IN.sub(r"\1", name.strip()).rstrip("/")
    return Asset(shown, AssetKind.CODE, (Identifier(kind, shown.lower()),))


def resource_asset(identifier: str, name: str = "") -> Asset:
    """Return the asset that a resource with a provider's unique id (ARN, resource path) is."""
    shown = identifier.strip()
    found = Identifier(IdentifierKind.RESOURCE, shown.lower())
    return Asset(name.strip() or shown, AssetKind.RESOURCE, (found,))


def site_asset(address: str) -> Asset | None:
    """Return the asset that a web application is: scheme, host and port of its address, if it has these."""
    match = _ORIGIN.match(address.strip())
    if match is None:
        return None
    scheme, host, port = match[1].lower(), match[2].lower().rstrip("."), match[3]
    origin = f"{scheme}://{host}"
    if port and port != _DEFAULT_PORTS.get(scheme):
        origin = f"{origin}:{port}"
    return Asset(origin, AssetKind.APPLICATION, (Identifier(IdentifierKind.RESOURCE, origin),))


def host_asset(
    *,
    uuids: Iterable[str] = (),
    resource: str = "",
    names: Iterable[str] = (),
    addresses: Iterable[str] = (),
    shown: str = "",
) -> Asset | None:
    """Return the asset that a host is, by everything that names it; None if nothing does.

    `names` may be full or bare host names; what is an address among them counts as one. `shown` names it to
    people; without it, its first name or address does.
    """
    found = [Identifier(IdentifierKind.UUID, value) for value in map(_normal, uuids) if value]
    if _normal(resource):
        found.append(Identifier(IdentifierKind.RESOURCE, _normal(resource)))
    named = [each for each in map(host_identifier, names) if each is not None]
    found += sorted(named, key=lambda each: list(IdentifierKind).index(each.kind))
    found += [each for each in map(host_identifier, addresses) if each and each.kind is IdentifierKind.IP]
    identifiers = tuple(dict.fromkeys(found))
    if not identifiers:
        return None
    plain = [each.value for each in identifiers if each.kind is not IdentifierKind.UUID]
    return Asset(shown.strip() or (plain or [identifiers[0].value])[0], AssetKind.HOST, identifiers)


def host_identifier(text: str) -> Identifier | None:
    """Take a name for an address, a full name or a bare host name; None for what names nothing."""
    name = _normal(text)
    if not name:
        return None
    try:
        address = ipaddress.ip_address(name)
        address = getattr(address, "ipv4_mapped", None) or address
    except ValueError:
        kind = IdentifierKind.FQDN if "." in name else IdentifierKind.HOSTNAME
        return Identifier(kind, name)
    return (
        None if address.is_loopback or address.is_unspecified else Identifier(IdentifierKind.IP, str(address))
    )


def unnamed_asset(source: Source, kind: AssetKind) -> tuple[Asset, Problem]:
    """Name an asset after the file, and say so, where the report does not name it."""
    stem = source.name.rpartition(".")[0].strip().lower() or source.name.lower()
    what = f"the report does not name what was scanned; it is taken as “{stem}”"
    problem = Problem(source.name, what, "name the asset with --asset, or scan it by its full name")
    return Asset(stem, kind, (Identifier(IdentifierKind.NAME, stem),)), problem


def _normal(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    return "" if name in _NO_NAME else name
