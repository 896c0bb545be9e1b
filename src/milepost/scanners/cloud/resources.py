"""How the resources of cloud providers are named as assets, whichever tool reports them.

Machines are hosts, by what the provider never gives twice: an EC2 instance by its id alone (Inspector writes
it bare, Security Hub within an ARN), a virtual machine of Azure and an instance of Google by their path. An
image is its repository, in an account and region where the report says so, without tag and digest. A function
stands without the version that its ARN may end in. Everything else is a resource by its whole identifier.
"""

import re
from collections.abc import Iterable

from milepost.domain.finding import Asset, AssetKind, Identifier, IdentifierKind
from milepost.scanners.assets import host_asset, image_asset, image_of, resource_asset
from milepost.scanners.packages import place

_INSTANCE = re.compile(r"(?:arn:aws[a-z-]*:ec2:\S*[:/])?(i-[0-9a-z]{8,})", re.IGNORECASE | re.ASCII)
_REPOSITORY = re.compile(r"arn:(aws[a-z-]*):ecr:([^:]*):([^:]*):repository/(.+)", re.IGNORECASE | re.ASCII)
_FUNCTION = re.compile(
    r"(arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+)(?::.*)?", re.IGNORECASE | re.ASCII
)
_DIGEST = re.compile(r"/sha256:[0-9a-f]*\Z", re.IGNORECASE)
_AZURE_MACHINE = re.compile(
    r"/subscriptions/.*/(?:microsoft\.compute/(?:virtualmachines|virtualmachinescalesets/[^/]+/virtualmachines)"
    r"|microsoft\.hybridcompute/machines)/[^/]+",
    re.IGNORECASE,
)
_GOOGLE_MACHINE = re.compile(
    r"(?:https://www\.googleapis\.com/compute/(?:v1|beta)|//compute\.googleapis\.com)"
    r"(/projects/[^/]+/zones/[^/]+/instances/[^/]+)",
    re.IGNORECASE,
)
_ONE_OF_MANY_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def provider_asset(identifier: str, *, name: str = "", addresses: Iterable[str] = (), tag: str = "") -> Asset:
    """Return the asset that a provider's identifier means; `name` is what people call it.

    `addresses` count for hosts only, `tag` for images only. The identifier must not be empty.
    """
    found = identifier.strip()
    repository = _REPOSITORY.fullmatch(found)
    if repository:
        partition, region, account, path = repository.groups()
        return ecr_asset(account, _DIGEST.sub("", path), tag=tag, region=region, partition=partition)
    if "@sha256:" in found.lower():
        return pulled_image(found, tag)
    machine = _machine(found)
    if machine:
        host = host_asset(resource=machine, addresses=addresses, shown=name)
        return host or resource_asset(found, name)
    function = _FUNCTION.fullmatch(found)
    return resource_asset(function[1] if function else found, name)


def pulled_image(reference: str, tag: str = "") -> Asset:
    """Return the asset that an image is, by the reference that it is pulled by, with or without `https://`."""
    image = image_of(reference.strip().removeprefix("https://").removeprefix("http://"))
    return image_asset(image if image.tag or not tag else image._replace(tag=tag))


def ecr_asset(
    account: str, repository: str, *, tag: str = "", region: str = "", partition: str = "aws"
) -> Asset:
    """Return the asset that a repository of Amazon's registry is, the same for every tag and digest.

    With a region it also goes by the repository's ARN, which keeps the regions apart, and by the name under
    which the image is pulled, which other tools write.
    """
    path = repository.strip().strip("/").lower()
    short = f"{account.strip()}/{path}" if account.strip() else path
    named = [Identifier(IdentifierKind.IMAGE, short)]
    if region and account:
        suffix = _ONE_OF_MANY_SUFFIXES.get(partition.lower(), "amazonaws.com")
        pulled = f"{account}.dkr.ecr.{region}.{suffix}/{path}".lower()
        arn = f"arn:{partition}:ecr:{region}:{account}:repository/{path}".lower()
        named = [Identifier(IdentifierKind.RESOURCE, arn), Identifier(IdentifierKind.IMAGE, pulled), *named]
        short = pulled
    return Asset(short, AssetKind.IMAGE, tuple(named), tag)


def package_place(package: str, version: str, manager: str, path: str) -> str:
    """Return the place of a package: its name, and the path where it is no part of the operating system.

    A version stands behind an underscore in the names of OSGi bundles (`server_8.1.14.jar`); it goes, too.
    """
    if manager.strip().upper() == "OS":
        return package
    if version:
        path = path.replace(f"_{version}", "_")
    return place(package, version, path)


def full_version(version: str, release: str, epoch: str) -> str:
    """Put a package's version together as its manager prints it: `1:2.9.1-6.el7`."""
    shown = f"{version}-{release}" if version and release else version
    return f"{epoch}:{shown}" if shown and epoch not in {"", "0"} else shown


def _machine(identifier: str) -> str:
    """Return what a machine goes by; empty for anything else."""
    instance = _INSTANCE.fullmatch(identifier)
    if instance:
        return instance[1]
    google = _GOOGLE_MACHINE.fullmatch(identifier)
    if google:
        return f"//compute.googleapis.com{google[1]}"
    return identifier if _AZURE_MACHINE.fullmatch(identifier) else ""
