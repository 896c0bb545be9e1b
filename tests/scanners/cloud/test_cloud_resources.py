"""Resources of cloud providers as assets."""

import pytest

from milepost.domain.finding import Asset, AssetKind, IdentifierKind
from milepost.scanners.cloud.resources import ecr_asset, full_version, package_place, provider_asset


def names(asset: Asset) -> list[str]:
    """Return the identifiers as text."""
    return [f"{kind}:{value}" for kind, value in asset.identifiers]


@pytest.mark.parametrize(
    "identifier",
    [
        "i-0123456789abcdef0",
        "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",
        "arn:aws-us-gov:ec2:us-gov-west-1:111122223333:i-0123456789ABCDEF0",
    ],
)
def test_an_instance_is_one_host_however_its_tool_writes_it(identifier: str) -> None:
    """Inspector writes the bare id, Security Hub an ARN; the addresses count, the name is for people."""
    asset = provider_asset(identifier, name="Web 1", addresses=["10.0.0.5", "127.0.0.1"])
    assert (asset.kind, asset.name) == (AssetKind.HOST, "Web 1")
    assert names(asset) == ["resource:i-0123456789abcdef0", "ip:10.0.0.5"]


@pytest.mark.parametrize(
    ("identifier", "machine"),
    [
        ("/subscriptions/1/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/Web", None),
        ("/subscriptions/1/resourceGroups/a/providers/Microsoft.HybridCompute/machines/Web", None),
        (
            "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/web",
            "//compute.googleapis.com/projects/p/zones/z/instances/web",
        ),
        ("//compute.googleapis.com/projects/p/zones/z/instances/1", None),
    ],
)
def test_machines_of_other_providers_are_hosts(identifier: str, machine: str | None) -> None:
    """By their path; Google's two ways to write it are one."""
    asset = provider_asset(identifier)
    assert asset.kind is AssetKind.HOST
    assert names(asset) == [f"resource:{(machine or identifier).lower()}"]


@pytest.mark.parametrize(
    "identifier",
    [
        "arn:aws:ec2:us-east-1:111122223333:volume/vol-0123456789abcdef0",
        "/subscriptions/1/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/Web/extensions/a",
        "//compute.googleapis.com/projects/p/global/firewalls/f",
    ],
)
def test_what_belongs_to_a_machine_is_none(identifier: str) -> None:
    """A volume, an extension, a firewall rule are resources of their own."""
    assert provider_asset(identifier).kind is AssetKind.RESOURCE


@pytest.mark.parametrize("version", ["", ":7", ":$LATEST"])
def test_a_function_is_the_same_in_every_version(version: str) -> None:
    """Its ARN may end in a version or an alias."""
    asset = provider_asset(f"arn:aws:lambda:us-east-1:111122223333:function:Pay{version}")
    assert names(asset) == ["resource:arn:aws:lambda:us-east-1:111122223333:function:pay"]


def test_a_repository_of_ecr_is_the_same_for_every_digest() -> None:
    """It goes by its ARN, by the name that other tools pull it by, and by account and path."""
    one, other = (
        provider_asset(f"arn:aws:ecr:us-east-1:111122223333:repository/Team/App/sha256:{digest}", tag=tag)
        for digest, tag in (("a1", "1"), ("b2", "2"))
    )
    assert one.identifiers == other.identifiers
    assert (one.kind, one.version, other.version) == (AssetKind.IMAGE, "1", "2")
    assert names(one) == [
        "resource:arn:aws:ecr:us-east-1:111122223333:repository/team/app",
        "image:111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app",
        "image:111122223333/team/app",
    ]


def test_a_repository_without_region_goes_by_account_and_path() -> None:
    """The basic scan does not name the region; China has a domain of its own."""
    assert names(ecr_asset("111122223333", "team/app")) == ["image:111122223333/team/app"]
    assert names(ecr_asset("", "team/app")) == ["image:team/app"]
    chinese = ecr_asset("1", "app", region="cn-north-1", partition="aws-cn")
    assert chinese.name == "1.dkr.ecr.cn-north-1.amazonaws.com.cn/app"


def test_an_image_reference_is_an_image() -> None:
    """Without scheme and digest."""
    asset = provider_asset("https://europe-docker.pkg.dev/p/r/app@sha256:a1")
    assert (asset.kind, names(asset)) == (AssetKind.IMAGE, ["image:europe-docker.pkg.dev/p/r/app"])


def test_anything_else_is_a_resource_by_its_whole_identifier() -> None:
    """In lower case, shown as people know it."""
    asset = provider_asset(" arn:aws:s3:::Bucket ", name="the bucket")
    assert (asset.kind, asset.name) == (AssetKind.RESOURCE, "the bucket")
    assert [each.kind for each in asset.identifiers] == [IdentifierKind.RESOURCE]
    assert names(asset) == ["resource:arn:aws:s3:::bucket"]


@pytest.mark.parametrize(
    ("package", "version", "manager", "path", "place"),
    [
        ("openssl", "3.1", "OS", "/usr/lib/3.1", "openssl"),
        ("openssl", "3.1", "os", "", "openssl"),
        ("jetty", "8.1.14", "JAR", "lib/jetty_8.1.14.jar", "jetty lib/jetty_.jar"),
        ("lodash", "4.0", "NODEPKG", "app/lodash-4.0/package.json", "lodash app/lodash-/package.json"),
        ("lodash", "", "NODEPKG", "app/package.json", "lodash app/package.json"),
    ],
)
def test_the_place_of_a_package_survives_an_upgrade(
    package: str, version: str, manager: str, path: str, place: str
) -> None:
    """The system's packages stand by their name, others with their path but without version."""
    assert package_place(package, version, manager, path) == place


def test_a_version_is_put_together_as_its_manager_prints_it() -> None:
    """An epoch of zero is none."""
    assert full_version("2.9.1", "6.el7", "0") == "2.9.1-6.el7"
    assert full_version("2.9.1", "6.el7", "1") == "1:2.9.1-6.el7"
    assert full_version("2.9.1", "", "") == "2.9.1"
    assert not full_version("", "6.el7", "1")
