"""Which asset and which weakness a report means."""

from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.finding import Asset, AssetKind, Facts, Identifier, IdentifierKind
from milepost.domain.identity import KnownAsset, match_asset, preferred_name, weakness_names
from milepost.domain.severity import Severity

FQDN, IP, UUID = IdentifierKind.FQDN, IdentifierKind.IP, IdentifierKind.UUID


def sighted(*identifiers: tuple[IdentifierKind, str]) -> Asset:
    """Return a host as a report names it."""
    return Asset("host", AssetKind.HOST, tuple(Identifier(*each) for each in identifiers))


def known(number: int, *identifiers: tuple[IdentifierKind, str], kind: str = "host") -> KnownAsset:
    """Return a host as the register knows it."""
    return KnownAsset(number, kind, frozenset(Identifier(*each) for each in identifiers))


def test_strongest_shared_identifier_decides() -> None:
    """The same machine under a new name and address is told by its hardware id."""
    held = known(1, (UUID, "42"), (FQDN, "old.example.com"), (IP, "10.0.0.1"))
    match = match_asset(sighted((UUID, "42"), (FQDN, "new.example.com"), (IP, "10.0.0.2")), [held])
    assert (match.asset_id, match.reason) == (1, "same uuid")


def test_stronger_contradiction_outweighs_a_shared_address() -> None:
    """Two names at one address are two hosts."""
    held = known(1, (FQDN, "a.example.com"), (IP, "10.0.0.1"))
    assert match_asset(sighted((FQDN, "b.example.com"), (IP, "10.0.0.1")), [held]).asset_id is None


def test_address_alone_finds_a_named_host() -> None:
    """A scan without name resolution means the one host that carried the address."""
    held = known(1, (FQDN, "a.example.com"), (IP, "10.0.0.1"))
    assert match_asset(sighted((IP, "10.0.0.1")), [held]).asset_id == 1


def test_equal_evidence_is_never_guessed_between() -> None:
    """Two candidates by the same identifier are rivals, both named."""
    match = match_asset(sighted((IP, "10.0.0.1")), [known(2, (IP, "10.0.0.1")), known(1, (IP, "10.0.0.1"))])
    assert (match.asset_id, match.rivals) == (None, (1, 2))


def test_an_image_is_never_a_host() -> None:
    """Assets of different kinds do not meet, whatever they are called."""
    assert match_asset(sighted((IP, "10.0.0.1")), [known(1, (IP, "10.0.0.1"), kind="image")]).asset_id is None


@given(some.permutations([("ghsa:GHSA-1"), ("cve:CVE-2026-1"), ("nessus:1"), ("zzz:1")]))
def test_preferred_name_is_the_same_whichever_was_met_first(names: list[str]) -> None:
    """A CVE id goes before every other name."""
    assert preferred_name(names) == "cve:CVE-2026-1"


def test_aliases_are_names_too() -> None:
    """A weakness is known by its own id and by every alias, its own first."""
    facts = Facts("cve", "CVE-2026-1", "t", Severity.LOW, aliases=("GHSA-x", "AVD-1", "GHSA-x"))
    assert weakness_names(facts) == ("cve:CVE-2026-1", "ghsa:GHSA-x", "alias:AVD-1")
