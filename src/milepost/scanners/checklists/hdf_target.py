"""Which asset an HDF document is about, and from which report it was made."""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import msgspec

from milepost.domain.finding import Asset
from milepost.domain.problem import Problem
from milepost.scanners.assets import resource_asset
from milepost.scanners.checklists.hdf_document import (
    NONE,
    Auxiliary,
    Checklist,
    ChecklistAsset,
    Document,
    HostData,
    HostTag,
    Passthrough,
    Platform,
    text,
)
from milepost.scanners.checklists.targets import Target, identify
from milepost.scanners.documents import record
from milepost.scanners.scanner import Source

_PASSTHROUGH = msgspec.json.Decoder(Passthrough)
_CHECKLIST = msgspec.json.Decoder(Checklist)
_AUXILIARY = msgspec.json.Decoder(list[Auxiliary])
_HOST = msgspec.json.Decoder(HostData)
_NOTHING = {b"null", b"{}", b"[]", b'""'}
_SHORT = 16
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_HOST_LIKE = re.compile(r"[\w.-]{1,255}|[0-9a-f:.]{2,45}", re.IGNORECASE)
_CLOUDS = {"aws", "azure", "gcp"}
_HOST_NAMES = {"hostname", "netbios-name"}
_NESSUS = "nessus"

T = TypeVar("T")


class Origin(NamedTuple):
    """The report from which a document was made: tool (`nessus`), host, whether it was a checklist."""

    tool: str = ""
    target: Target = Target()
    checklist: bool = False
    problems: tuple[Problem, ...] = ()


def origin_of(document: Document, source: Source, place: str) -> Origin:
    """Find out what a document was made from; what of it cannot be read is a problem."""
    where = f"{place}.passthrough".lstrip(".")
    found = _read(document.passthrough, _PASSTHROUGH, Passthrough(), source, where)
    if isinstance(found, Problem):
        return Origin(problems=(found,))
    if not _nothing(found.checklist):
        return _from_checklist(found.checklist, source, f"{where}.checklist")
    several = _read(found.auxiliary_data, _AUXILIARY, [], source, f"{where}.auxiliary_data")
    if isinstance(several, Problem):
        return Origin(problems=(several,))
    return next(
        (_host(each, source, where) for each in several if text(each.name).lower() == _NESSUS), Origin()
    )


def asset_of(platform: Platform, origin: Origin, source: Source) -> tuple[Asset, tuple[Problem, ...]]:
    """Name the asset: by the node's id, name or address, else as the report names it that was converted."""
    name = text(platform.target_id)
    if text(platform.name).lower() in _CLOUDS and name:
        return resource_asset(f"{text(platform.name)}:{name}", name), ()
    if name and not _HOST_LIKE.fullmatch(name):
        return resource_asset(name), ()
    target = origin.target
    if _UUID.fullmatch(name):
        target = target._replace(uuid=name)
    elif name:
        target = target._replace(host_name="\n".join(filter(None, (name, target.host_name))))
    found = identify(target, source)
    return found.asset, found.problems


def _from_checklist(raw: msgspec.Raw, source: Source, where: str) -> Origin:
    checklist = record(raw, _CHECKLIST, source, where)
    if isinstance(checklist, Problem):
        return Origin(checklist=True, problems=(checklist,))
    return Origin(target=_listed(checklist.asset or ChecklistAsset()), checklist=True)


def _listed(asset: ChecklistAsset) -> Target:
    return Target(
        host_name=text(asset.hostname),
        fqdn=text(asset.hostfqdn),
        addresses=text(asset.hostip),
        site=text(asset.webdbsite),
        instance=text(asset.webdbinstance),
    )


def _host(auxiliary: Auxiliary, source: Source, where: str) -> Origin:
    data = record(auxiliary.data, _HOST, source, f"{where}.auxiliary_data")
    if isinstance(data, Problem):
        return Origin(_NESSUS, problems=(data,))
    tags = data.properties.tag if data.properties else None
    named = [tags] if isinstance(tags, HostTag) else tags or []
    return Origin(
        _NESSUS,
        Target(
            host_name="\n".join(_called(named, _HOST_NAMES)),
            fqdn="\n".join(_called(named, {"host-fqdn"})),
            addresses="\n".join(_called(named, {"host-ip"})),
        ),
    )


def _called(tags: list[HostTag], names: set[str]) -> Iterator[str]:
    return (text(tag.text).rpartition("\\")[2] for tag in tags if text(tag.name).lower() in names)


def _read(
    raw: msgspec.Raw, decoder: "msgspec.json.Decoder[T]", nothing: T, source: Source, where: str
) -> T | Problem:
    if _nothing(raw):
        return nothing
    return record(raw, decoder, source, where)


def _nothing(raw: msgspec.Raw) -> bool:
    return raw is NONE or bytes(memoryview(raw)[:_SHORT]).strip() in _NOTHING
