"""The asset that a checklist or result names, the same whichever format names it."""

import ipaddress
import re
from typing import NamedTuple

from milepost.domain.finding import Asset, AssetKind, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source

# What stands in the field of a name and names nothing, or names every machine.
_NO_NAME = {"", "=", "-", "none", "n/a", "unknown", "localhost", "localhost.localdomain", "localhost6"}
# Every host with virtual machines or containers has these, unless somebody changed it.
_ON_EVERY_HOST = {"192.168.122.1", "172.17.0.1"}
_LINES = re.compile(r"[\r\n,;]+")
_SEPARATORS = re.compile(r"[\s,;]+")


class Target(NamedTuple):
    """The asset as a file writes it; addresses and names may hold several, one a line."""

    host_name: str = ""
    fqdn: str = ""
    addresses: str = ""
    site: str = ""
    instance: str = ""
    uuid: str = ""


class Identified(NamedTuple):
    """The asset that a target is, and what of the target could not be taken."""

    asset: Asset
    problems: tuple[Problem, ...]


def identify(target: Target, source: Source) -> Identified:
    """Name the asset that a target is: a host, or the site or instance on it.

    A host goes by its names and addresses; loopback and link-local addresses and those of default bridges
    say nothing. Site and instance of a web server or database make an asset of their own. A target without
    any name goes by the name of the file, and a problem says so.
    """
    problems: list[Problem] = []
    hosts = [Identifier(IdentifierKind.UUID, value) for value in _values(target.uuid)]
    hosts += _names(target, source, problems)
    hosts += _addresses(target, source, problems)
    hosts = list(dict.fromkeys(hosts)) or [_after_the_file(source, problems)]
    parts = [_name(part) for part in (target.site, target.instance)]
    if not any(parts):
        asset = Asset(_display(target, hosts), AssetKind.HOST, tuple(hosts))
    else:
        whole = "|".join((hosts[0].value, *parts))
        shown = " ".join(filter(None, (_display(target, hosts), *parts)))
        asset = Asset(shown, AssetKind.APPLICATION, (Identifier(IdentifierKind.RESOURCE, whole),))
    return Identified(asset, tuple(problems))


def _after_the_file(source: Source, problems: list[Problem]) -> Identifier:
    stem = source.name.rpartition(".")[0].strip().lower() or source.name.lower()
    what = f"the file names no host; the asset is taken as “{stem}”"
    problems.append(_problem(source, what, "name the asset with --asset, or fill in the host name"))
    return Identifier(IdentifierKind.NAME, stem)


def _names(target: Target, source: Source, problems: list[Problem]) -> list[Identifier]:
    """Take full names and host names; a “full” name without a dot is a host name at best."""
    given = _host_names(target.host_name)
    full = [name for name in _values(target.fqdn) + given if "." in name and not _is_address(name)]
    bare = [name for name in given if "." not in name and not _is_address(name)]
    for name in [name for name in _values(target.fqdn) if "." not in name and not _is_address(name)]:
        if not bare:
            bare = [name]
        elif name not in bare:
            what = f"“{name}” is no full host name and was left out"
            problems.append(_problem(source, what, "give the fully qualified name, or none"))
    found = [Identifier(IdentifierKind.FQDN, name) for name in full]
    return found + [Identifier(IdentifierKind.HOSTNAME, name) for name in bare]


def _addresses(target: Target, source: Source, problems: list[Problem]) -> list[Identifier]:
    found = []
    named = [name for name in _host_names(target.host_name) + _values(target.fqdn) if _is_address(name)]
    for text in named + _values(target.addresses):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            what = f"“{text[:80]}” is no IP address and was left out"
            problems.append(_problem(source, what, "correct the address"))
            continue
        if _tells_apart(address):
            found.append(Identifier(IdentifierKind.IP, str(address)))
    return found


def _tells_apart(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    everywhere = address.is_loopback or address.is_link_local or address.is_unspecified
    return not everywhere and str(address) not in _ON_EVERY_HOST


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _problem(source: Source, what: str, fix: str) -> Problem:
    return Problem(f"{source.name}, target", what, fix)


def _values(text: str) -> list[str]:
    """Split a field that may hold several values, a line or a comma each, and drop what is no value."""
    return [name for name in map(_name, _SEPARATORS.split(text)) if name]


def _host_names(text: str) -> list[str]:
    """Split a host name as other fields, but for blanks: what is no computer has a name of several words."""
    found: list[str] = []
    for part in _LINES.split(text):
        words = _values(part)
        found += words if all(map(_is_address, words)) else [_name(" ".join(part.split()))]
    return [name for name in found if name]


def _name(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    return "" if name in _NO_NAME else name


def _display(target: Target, hosts: list[Identifier]) -> str:
    names = _host_names(target.host_name)
    return names[0] if names else hosts[0].value
