"""What the exports of Wiz have in common: severities, how a finding stands, and how its resource is named."""

from datetime import datetime
from enum import Enum
from functools import lru_cache

from milepost.domain.finding import Asset, AssetKind
from milepost.domain.severity import Severity
from milepost.scanners.assets import host_asset
from milepost.scanners.cloud.resources import provider_asset, pulled_image
from milepost.scanners.times import go_instant, iso_instant

SOURCE = "wiz"
TOOL = "Wiz"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
    "none": Severity.UNRATED,
}

# Reasons that tell of the rule, not of the resource: the issue went away without anybody repairing anything.
_RULE_CHANGED = {"control_changed", "control_disabled", "control_deleted"}
_MACHINES = {
    "virtual_machine",
    "virtualmachine",
    "microsoft.compute/virtualmachines",
    "ec2#instance",
    "compute#instance",
}
_IMAGES = {"container_image", "containerimage"}


class Standing(Enum):
    """How a finding stands in Wiz: to do, set aside by people, gone, or not looked at any more."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    GONE = "gone"
    UNTESTED = "untested"


_STANDINGS = {
    "open": Standing.OPEN,
    "in_progress": Standing.OPEN,
    "rejected": Standing.SUPPRESSED,
    "ignored": Standing.SUPPRESSED,
}


def standing_of(status: str, resolution: str) -> Standing | None:
    """Tell how a finding stands, by its status and why it was resolved; None for an unknown status."""
    word = _word(status)
    if word == "resolved":
        return Standing.UNTESTED if _word(resolution) in _RULE_CHANGED else Standing.GONE
    return _STANDINGS.get(word)


def wiz_asset(identifier: str, name: str, kind: str = "", addresses: str = "") -> Asset:
    """Return the asset that a row is about: by the provider's identifier, as a host where it is a machine.

    `kind` is the type of resource in Wiz's or the provider's words; `addresses` are separated by commas,
    semicolons or spaces. The identifier must not be empty.
    """
    found = addresses.replace(",", " ").replace(";", " ").split()
    asset = provider_asset(identifier, name=name.strip(), addresses=found)
    word = _word(kind)
    if asset.kind is AssetKind.RESOURCE and word in _IMAGES and name.strip():
        return pulled_image(name)
    if asset.kind is AssetKind.RESOURCE and (word in _MACHINES or (found and not word)):
        return host_asset(resource=identifier, addresses=found, shown=name) or asset
    return asset


@lru_cache(maxsize=1 << 12)
def wiz_instant(text: str) -> datetime | None:
    """Read an instant as ISO 8601 or as Go prints it; Wiz writes both."""
    return iso_instant(text) or go_instant(text)


@lru_cache(maxsize=1 << 10)
def _word(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")
