"""How statements about vulnerabilities bear on packages and assets of the register."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.bearing import Match, PlaceOfWeakness, Software, judge, latest, software_of
from milepost.domain.statement import Statement, StatementStatus

HERE = PlaceOfWeakness("libcurl", "8.5.0-r0", "registry.example/team/app", "1.2")


def stated(product: str = "", component: str = "", day: int = 1) -> Statement:
    """Return a statement that something is not affected."""
    return Statement(
        ("CVE-2026-1",),
        StatementStatus.NOT_AFFECTED,
        product,
        component,
        stated_at=datetime(2026, 3, day, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("identifier", "software"),
    [
        ("pkg:apk/alpine/libcurl@8.5.0-r0?arch=x86_64", Software("libcurl", "8.5.0-r0", "alpine")),
        ("pkg:npm/%40angular/core@17.0.1", Software("core", "17.0.1", "@angular")),
        ("pkg:golang/example.com/a/b@v1.0#sub", Software("b", "v1.0", "example.com/a")),
        ("pkg:pypi/django", Software("django")),
        ("pkg:generic/caf%C3%A9@1%zz", Software("café", "1%zz")),
        ("cpe:2.3:a:haxx:curl:8.5.0:*:*:*:*:*:*:*", Software("curl", "8.5.0", "haxx")),
        ("cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*", Software("curl", "", "haxx")),
        ("cpe:/a:haxx:curl:8.5.0", Software("curl", "8.5.0", "haxx")),
        ("cpe:/a:haxx", None),
        ("Generic App 1.0.0", None),
        ("pkg:npm/", None),
    ],
)
def test_package_urls_and_cpe_names_are_taken_apart(identifier: str, software: Software | None) -> None:
    """As the two specifications write them; plain words are left to people."""
    assert software_of(identifier) == software


@given(st.text())
def test_any_text_is_an_identifier_or_none(text: str) -> None:
    """Whatever a document holds raises nothing."""
    for scheme in ("", "pkg:", "cpe:2.3:", "cpe:/"):
        software_of(scheme + text)


@pytest.mark.parametrize(
    ("product", "component", "match"),
    [
        ("pkg:apk/alpine/libcurl@8.5.0-r0", "", Match.SAME),
        ("pkg:apk/alpine/libcurl", "", Match.SAME),
        ("pkg:apk/alpine/libcurl@8.4.0-r0", "", Match.OTHER_VERSION),
        ("pkg:apk/alpine/openssl@3", "", Match.OTHER_PRODUCT),
        ("pkg:docker/team/app@1.2", "pkg:apk/alpine/libcurl@8.5.0-r0", Match.SAME),
        ("pkg:docker/team/app@1.1", "pkg:apk/alpine/libcurl@8.5.0-r0", Match.OTHER_VERSION),
        ("pkg:docker/team/other@1.2", "pkg:apk/alpine/libcurl@8.5.0-r0", Match.OTHER_PRODUCT),
        ("pkg:oci/app@sha256:aa", "pkg:apk/alpine/libcurl@8.5.0-r0", Match.SAME),
        ("pkg:oci/app@sha256:aa", "", Match.UNTOLD),
        ("Team App", "pkg:apk/alpine/libcurl", Match.SAME),
        ("Team App", "", Match.UNTOLD),
        ("libcurl", "", Match.SAME),
        ("", "", Match.SAME),
    ],
)
def test_a_statement_bears_on_the_software_that_it_names(product: str, component: str, match: Match) -> None:
    """The component decides; its product must not be another one, a version must be that which is here."""
    assert judge(stated(product, component), HERE).match is match


def test_names_are_compared_as_tools_write_them() -> None:
    """Java's group and name stand with a colon in scans and with a slash in package URLs."""
    place = PlaceOfWeakness("org.apache.logging.log4j:log4j-core", "2.14.1", "app", "")
    same = stated("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1")
    other = stated("pkg:maven/org.apache.logging.log4j/log4j-api@2.14.1")
    assert (judge(same, place).match, judge(other, place).match) == (Match.SAME, Match.OTHER_PRODUCT)


def test_of_several_statements_about_one_product_the_latest_holds() -> None:
    """In whatever order they come; another product keeps its own."""
    old, new, other = stated("a", day=1), stated("a", day=2), stated("b")
    assert set(map(id, latest([new, old, other]))) == {id(new), id(other)}


def test_a_statement_names_its_vulnerability_as_the_register_does() -> None:
    """By every id it has, each once."""
    several = Statement(("CVE-2026-1", "GHSA-aaaa-bbbb-cccc", "CVE-2026-1"), StatementStatus.FIXED)
    assert several.weakness_names == ("cve:CVE-2026-1", "ghsa:GHSA-aaaa-bbbb-cccc")
