"""Which things an OCSF event is about: its resources, else the device, else the account."""

from collections.abc import Callable
from typing import NamedTuple

from milepost.domain.finding import Asset
from milepost.scanners.assets import host_asset, resource_asset
from milepost.scanners.cloud.ocsf_records import Event
from milepost.scanners.cloud.resources import provider_asset, pulled_image
from milepost.scanners.source_code.values import mapping, objects, text, texts

_UNIQUE = ("arn:", "/subscriptions/", "//", "projects/", "urn:")
_MACHINE_TYPES = ("instance", "virtualmachine", "virtual machine", "server", "host", "computer", "device")
_NO_MACHINES = ("dbinstance", "db instance", "database", "sqlserver", "rds", "cluster")


class Target(NamedTuple):
    """A thing that an event is about: what it goes by in this report, how it is named, and where it is."""

    key: str
    build: Callable[[], Asset]
    region: str


def targets(event: Event) -> list[Target]:
    """Return everything that an event is about; nothing where it names nothing."""
    cloud = mapping(event.cloud)
    account = text(mapping(cloud.get("account")).get("uid")) or text(cloud.get("account_uid"))
    within = "/".join(filter(None, (text(cloud.get("provider")).lower(), account)))
    region = text(cloud.get("region"))
    listed = objects(event.resources) or objects([event.resource])
    found = [_resource(each, within, region) for each in listed]
    named = list({each.key: each for each in found if each is not None}.values())
    if named:
        return named
    device = _device(mapping(event.device))
    if device is not None:
        return [device]
    return [Target(within, lambda: resource_asset(within), region)] if within else []


def _resource(resource: dict[str, object], within: str, region: str) -> Target | None:
    uid, name, kind = (text(resource.get(member)) for member in ("uid", "name", "type"))
    known = uid or name
    place = text(resource.get("region")) or text(resource.get("namespace")) or region
    if not known:
        return None
    if known.lower().startswith(_UNIQUE) or "://" in known or known.lower().startswith("i-"):
        return Target(known, lambda: provider_asset(known, name=name), place)
    if "@sha256:" in known or "image" in kind.lower():
        return Target(known, lambda: pulled_image(known), place)
    inner = text(mapping(resource.get("owner")).get("uid"))
    whole = "/".join(filter(None, (within or inner, known)))
    if _is_machine(kind):
        names = [name, text(resource.get("hostname"))]
        host = host_asset(resource=whole, names=names, addresses=texts(resource.get("ip")), shown=name)
        return Target(whole, lambda: host or resource_asset(whole, name), place)
    return Target(whole, lambda: resource_asset(whole, name), place)


def _is_machine(kind: str) -> bool:
    word = kind.lower().rpartition("::")[2].replace("_", "")
    return any(each in word for each in _MACHINE_TYPES) and not any(each in word for each in _NO_MACHINES)


def _device(device: dict[str, object]) -> Target | None:
    uuids = [text(device.get("uid")), text(device.get("instance_uid"))]
    names = [text(device.get("hostname")), text(device.get("fqdn")), text(device.get("name"))]
    addresses = [text(device.get("ip")), *texts(device.get("ip_addresses"))]
    cloud = next((each for each in uuids if each.lower().startswith(("i-", "arn:", "/subscriptions/"))), "")
    if cloud:
        shown = next(filter(None, names), "")
        return Target(cloud, lambda: provider_asset(cloud, name=shown, addresses=addresses), "")
    asset = host_asset(uuids=filter(None, uuids), names=names, addresses=addresses)
    return None if asset is None else Target(str(asset.identifiers[0]), lambda: asset, "")
