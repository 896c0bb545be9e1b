"""How assets are named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.finding import AssetKind, Identifier, IdentifierKind
from milepost.scanners.assets import (
    code_asset,
    host_asset,
    host_identifier,
    image_asset,
    image_of,
    resource_asset,
    site_asset,
    unnamed_asset,
)
from milepost.scanners.scanner import Source


@pytest.mark.parametrize(
    ("reference", "repository", "tag"),
    [
        ("nginx", "nginx", ""),
        ("nginx:1.25", "nginx", "1.25"),
        ("registry:5000/Team/App", "registry:5000/team/app", ""),
        ("registry:5000/team/app:1.2@sha256:abc", "registry:5000/team/app", "1.2"),
        ("team/app@sha256:abc", "team/app", ""),
        (" team/app:latest ", "team/app", "latest"),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/app",
            "v1",
        ),
    ],
)
def test_an_image_is_its_repository_whatever_the_tag(reference: str, repository: str, tag: str) -> None:
    """The registry's port is no tag, and the digest is no part of it."""
    asset = image_asset(image_of(reference))
    assert asset.identifiers == (Identifier(IdentifierKind.IMAGE, repository),)
    assert (asset.kind, asset.version) == (AssetKind.IMAGE, tag)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Example.COM/path?q=1#x", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:8080/", "http://example.com:8080"),
        ("https://example.com:80/", "https://example.com:80"),
        ("HTTPS://user:secret@example.com./x", "https://example.com"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080"),
        (" wss://example.com/socket ", "wss://example.com"),
    ],
)
def test_a_site_is_its_origin(address: str, origin: str) -> None:
    """A usual port is left out; who signs in, path and query are no part of it."""
    asset = site_asset(address)
    assert asset is not None
    assert (asset.name, asset.kind) == (origin, AssetKind.APPLICATION)
    assert asset.identifiers == (Identifier(IdentifierKind.RESOURCE, origin),)


@pytest.mark.parametrize(
    "address", ["", "example.com", "/path", "https://", "https:///path", "mailto:x@example.com"]
)
def test_what_has_no_scheme_or_host_names_no_site(address: str) -> None:
    """Nothing is guessed."""
    assert site_asset(address) is None


def test_a_host_goes_by_everything_that_names_it() -> None:
    """The strongest first, each once, without the names of nothing."""
    asset = host_asset(
        uuids=["ABC-1", ""],
        resource="arn:aws:ec2:x:i-1",
        names=["Web", "web.example.com.", "10.0.0.1", "-"],
        addresses=["10.0.0.1", "10.0.0.2", "n/a"],
    )
    assert asset is not None
    assert asset.identifiers == (
        Identifier(IdentifierKind.UUID, "abc-1"),
        Identifier(IdentifierKind.RESOURCE, "arn:aws:ec2:x:i-1"),
        Identifier(IdentifierKind.FQDN, "web.example.com"),
        Identifier(IdentifierKind.HOSTNAME, "web"),
        Identifier(IdentifierKind.IP, "10.0.0.1"),
        Identifier(IdentifierKind.IP, "10.0.0.2"),
    )
    assert (asset.name, asset.kind) == ("arn:aws:ec2:x:i-1", AssetKind.HOST)


def test_people_are_shown_the_name_that_the_report_shows() -> None:
    """And a name or address rather than a number, where it shows none."""
    shown = host_asset(uuids=["abc"], names=["web"], shown=" Web server ")
    named = host_asset(uuids=["abc"], addresses=["10.0.0.1"])
    numbered = host_asset(uuids=["abc"])
    assert [asset.name for asset in (shown, named, numbered) if asset] == ["Web server", "10.0.0.1", "abc"]


def test_nothing_that_names_a_host_is_no_host() -> None:
    """Tools write many words for nothing."""
    nothing = ["null", "127.0.0.1", "0.0" + ".0.0", "::1"]
    assert host_asset(names=["unknown", "N/A", " "], addresses=nothing) is None


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("WEB.Example.com.", Identifier(IdentifierKind.FQDN, "web.example.com")),
        ("web", Identifier(IdentifierKind.HOSTNAME, "web")),
        ("10.0.0.1", Identifier(IdentifierKind.IP, "10.0.0.1")),
        ("2001:0DB8:0:0::1", Identifier(IdentifierKind.IP, "2001:db8::1")),
        ("::ffff:10.0.0.1", Identifier(IdentifierKind.IP, "10.0.0.1")),
        ("127.0.0.1", None),
        ("::ffff:127.0.0.1", None),
        ("undefined", None),
    ],
)
def test_a_name_is_an_address_a_full_or_a_bare_name(text: str, identifier: Identifier | None) -> None:
    """One address has one way of writing; this machine itself names nobody."""
    assert host_identifier(text) == identifier


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("/srv/App/", Identifier(IdentifierKind.NAME, "/srv/app")),
        ("https://git.example/Team/App", Identifier(IdentifierKind.RESOURCE, "https://git.example/team/app")),
        ("https://me:token@git.example/app", Identifier(IdentifierKind.RESOURCE, "https://git.example/app")),
        ("ssh://git@git.example/app", Identifier(IdentifierKind.RESOURCE, "ssh://git.example/app")),
    ],
)
def test_code_is_a_path_or_an_address_without_who_signs_in(name: str, identifier: Identifier) -> None:
    """A password never becomes part of a name."""
    asset = code_asset(name)
    assert (asset.kind, asset.identifiers) == (AssetKind.CODE, (identifier,))
    assert "token" not in asset.name


def test_a_resource_goes_by_its_id_in_lower_case() -> None:
    """It is shown as the report writes it."""
    asset = resource_asset(" /subscriptions/A/VM ", "")
    assert asset.identifiers == (Identifier(IdentifierKind.RESOURCE, "/subscriptions/a/vm"),)
    assert (asset.name, resource_asset("x", "Shown").name) == ("/subscriptions/A/VM", "Shown")


@pytest.mark.parametrize(
    ("file", "name"), [("Scan of May.json", "scan of may"), ("noextension", "noextension"), (".x", ".x")]
)
def test_an_asset_without_a_name_goes_by_the_file_and_is_a_problem(file: str, name: str) -> None:
    """The person is told what to do."""
    asset, problem = unnamed_asset(Source(Path(file), file, 1), AssetKind.CODE)
    assert asset.identifiers == (Identifier(IdentifierKind.NAME, name),)
    assert (problem.where, "--asset" in problem.fix, name in problem.what) == (file, True, True)


@given(text=st.text())
def test_no_text_breaks_them(text: str) -> None:
    """Reports hold anything; what is named is named in lower case."""
    image_asset(image_of(text))
    code_asset(text)
    site_asset(text)
    identifier = host_identifier(text)
    assert identifier is None or identifier.value == identifier.value.lower()
