"""Which asset and which weakness a report means."""

import pytest
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


def test_weaker_identifiers_do_not_contradict() -> None:
    """A new address, and identifiers that only one of the two carries, say nothing against the same name."""
    held = known(1, (FQDN, "a.example.com"), (IP, "10.0.0.1"))
    match = match_asset(sighted((UUID, "42"), (FQDN, "a.example.com"), (IP, "10.0.0.9")), [held])
    assert (match.asset_id, match.reason, match.rivals) == (1, "same fqdn", ())


def test_the_stronger_evidence_wins_without_rivals() -> None:
    """One candidate shares the name and one only the address: it is the one with the name."""
    by_address, by_name = known(1, (IP, "10.0.0.1")), known(2, (FQDN, "a.example.com"))
    match = match_asset(sighted((FQDN, "a.example.com"), (IP, "10.0.0.1")), [by_address, by_name])
    assert (match.asset_id, match.reason, match.rivals) == (2, "same fqdn", ())


def test_one_of_several_names_is_enough() -> None:
    """An asset may carry several identifiers of one kind; one that both carry is shared."""
    held = known(1, (IP, "10.0.0.1"), (IP, "10.0.0.2"))
    assert match_asset(sighted((IP, "10.0.0.2"), (IP, "10.0.0.3")), [held]).asset_id == 1


def test_nothing_shared_is_no_asset() -> None:
    """Without candidates, or with none that shares an identifier, there is no asset, and no rivals."""
    for candidates in ([], [known(1, (FQDN, "b.example.com"))], [known(1, (UUID, "1"))]):
        match = match_asset(sighted((IP, "10.0.0.1")), candidates)
        assert (match.asset_id, match.rivals) == (None, ())
        assert match.reason


def test_rivals_are_told_with_what_they_share() -> None:
    """The reason names the kind of identifier that two assets carry."""
    held = [known(1, (IP, "10.0.0.1")), known(2, (IP, "10.0.0.1"))]
    assert "ip" in match_asset(sighted((IP, "10.0.0.1")), held).reason.split()


@pytest.mark.parametrize(
    ("names", "preferred"),
    [
        (("zzz:1", "aaa:2"), "aaa:2"),
        (("ghsa:GHSA-1", "nessus:1"), "nessus:1"),
        (("nessus:1", "stig:V-1"), "stig:V-1"),
        (("stig:V-1", "cve:CVE-2026-9"), "cve:CVE-2026-9"),
        (("alias:1", "ghsa:GHSA-1"), "ghsa:GHSA-1"),
        (("cve:CVE-2026-2", "cve:CVE-2026-1"), "cve:CVE-2026-1"),
        (("cve-like:1", "ghsa:GHSA-1"), "ghsa:GHSA-1"),
        (("ghsa:a:b", "alias:1"), "ghsa:a:b"),
    ],
)
def test_names_are_preferred_by_who_gives_them(names: tuple[str, str], preferred: str) -> None:
    """CVE, then STIG, Nessus, GitHub, then all others; equals by their letters."""
    assert preferred_name(names) == preferred_name(reversed(names)) == preferred


def test_a_weakness_without_aliases_has_its_own_name() -> None:
    """And an alias that is its own id is not named twice."""
    assert weakness_names(Facts("nessus", "19506", "t", Severity.INFO)) == ("nessus:19506",)
    facts = Facts("cve", "CVE-2026-1", "t", Severity.LOW, aliases=("CVE-2026-1", "cve-2026-2"))
    assert weakness_names(facts) == ("cve:CVE-2026-1", "cve:cve-2026-2")
