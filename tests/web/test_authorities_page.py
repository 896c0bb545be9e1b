"""The page of authorities: what a system answers to, the shelf of publications, the exposure of assets."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.authorities.profiles import profile_of
from milepost.authorities.prose_words import sections
from milepost.records.assets import Asset
from milepost.records.deadlines import Obligation, ReferenceFile
from milepost.records.items import Item
from milepost.records.queries import assets
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.obligations.oblige_system import NewObligation, oblige_system
from milepost.work.own_profiles import add_profile
from tests.web.conftest import Register, imported
from tests.work.publications import epss, kev
from tests.work.reports import Image, Package, trivy

DIRECTIVE = "cisa-bod-26-04"
CVE = "CVE-2026-12345"
OBLIGATION = {
    "profile": DIRECTIVE,
    "since": "2026-06-10",
    "level": "moderate",
    "unknown_exposure": "internal",
    "missing_answers": "sixty",
    "clock": "later",
}
OWN = """
name = "northwind"
title = "Northwind policy"
applies_to = "all systems of Northwind"
source = "Northwind policy 7"
[[version]]
version = "1"
effective_from = 2026-01-01
effective_until = 2026-03-31
[version.facts]
review_days = 14
"""

pytestmark = pytest.mark.usefixtures("home")


def shown(client: Client, address: str) -> str:
    """Return a page as text."""
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def page_of(system: System) -> str:
    """Return the address of the page."""
    return f"/systems/{system.pk}/authorities/"


def cards(page: str) -> dict[str, str]:
    """Return what the page says of each authority, by its name."""
    found = re.findall(r'<article class="rule".*?</article>', page, re.DOTALL)
    return {re.findall(r"<h3[^>]*>(.*?) <span", each)[0]: each for each in found}


def add(client: Client, system: System, path: Path, name: str = "", person: str = "Ines") -> str:
    """Upload a publication; return the address of its preview."""
    file = SimpleUploadedFile(name or path.name, path.read_bytes())
    answer = client.post(f"/systems/{system.pk}/publications/add/", {"file": file, "person": person})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.fixture
def listed(system: System, tmp_path: Path) -> Item:
    """Return an item with a CVE, seen on two assets, in a system that answers to the directive."""
    for name in ("web-1.example", "db-1.example"):
        imported(system, trivy(tmp_path / f"{name}.json", Image(name, "1", (Package(CVE, "zlib"),))))
    Asset.objects.filter(name="db-1.example").update(name="db[1].example")
    oblige_system(system, NewObligation(DIRECTIVE, date(2026, 6, 10)), as_of=today())
    return Item.objects.get(system=system)


def test_the_first_authority_comes_first(client: Client, system: System) -> None:
    """With its level, since when, and each of its facts with source and standing."""
    page = shown(client, page_of(system))
    (title,) = cards(page)
    assert "First authority" in cards(page)[title]
    assert f'Since</dt><dd class="date">{system.created_on:%Y-%m-%d}' in page
    profile = profile_of("fedramp-rev5", on=today())
    for section in sections(profile):
        for said in section.facts:
            assert all(sentence in page for sentence in said.sentences)
            assert str(said.fact.citation) in page
    assert "Release" not in page


def test_unconfirmed_facts_are_marked(client: Client, system: System) -> None:
    """As many as the profile has, and none of those that were seen in their source."""
    oblige_system(system, NewObligation(DIRECTIVE, date(2026, 6, 10)), as_of=today())
    facts = [said for section in sections(profile_of(DIRECTIVE, on=today())) for said in section.facts]
    card = cards(shown(client, page_of(system)))["CISA BOD 26-04"]
    unconfirmed = sum(not said.fact.verified for said in facts)
    assert 0 < unconfirmed < len(facts)
    assert card.count("Unconfirmed default") == unconfirmed
    assert f"{len(facts) - unconfirmed} of {len(facts)}" in card


def test_a_system_is_obliged_and_released(client: Client, system: System) -> None:
    """The form takes level, day and choices; the page says them, and its links change and release."""
    home = page_of(system)
    answer = client.post(f"{home}oblige/", OBLIGATION)
    assert (answer.status_code, answer["Location"]) == (302, home)
    page = shown(client, home)
    assert "0 of 0 open items have another due date" in page
    card = cards(page)["CISA BOD 26-04"]
    assert "An asset of unknown exposure counts as internal" in card
    assert "60 days" in card
    assert "the later of CISA's entry" in card
    change = shown(client, f"{home}oblige/?profile={DIRECTIVE}")
    assert '<option value="internal" selected>' in change
    assert '<option value="sixty" selected>' in change
    assert 'value="2026-06-10"' in change
    assert "Release the system" in shown(client, f"{home}release/{DIRECTIVE}/")
    assert Obligation.objects.filter(system=system).exists()
    client.post(f"{home}release/{DIRECTIVE}/")
    assert not Obligation.objects.filter(system=system).exists()
    assert client.get(f"{home}release/{DIRECTIVE}/").status_code == 404


def test_a_conditional_status_is_dated(client: Client, system: System) -> None:
    """For CMMC the status date of a conditional status is taken and told."""
    more = {"profile": "cmmc-l2", "level": "2", "conditional_since": "2026-07-01"}
    assert client.post(f"{page_of(system)}oblige/", OBLIGATION | more).status_code == 302
    assert "Conditional CMMC status since 2026-07-01" in shown(client, page_of(system))


@pytest.mark.parametrize(
    "wrong",
    [
        {"profile": "fedramp-rev5"},
        {"profile": "nowhere"},
        {"since": "1999-01-01"},
        {"since": "yesterday"},
        {"profile": "fedramp-vdr", "since": "2027-01-01", "level": "high"},
    ],
)
def test_an_obligation_that_cannot_be_is_refused(
    client: Client, system: System, wrong: dict[str, str]
) -> None:
    """Its own first authority, an unknown profile, a day before the profile, a level that it has not."""
    answer = client.post(f"{page_of(system)}oblige/", OBLIGATION | wrong)
    assert answer.status_code == 400
    assert not Obligation.objects.filter(system=system).exists()


def test_a_profile_that_ended_is_said(client: Client, system: System, tmp_path: Path) -> None:
    """Where no version of an obligation is in force any more, the page says so and shows no facts."""
    own = tmp_path / "northwind.toml"
    own.write_text(OWN)
    add_profile(own, person="Ines", as_of=today())
    oblige_system(system, NewObligation("northwind", date(2026, 2, 1)), as_of=date(2026, 2, 1))
    card = cards(shown(client, page_of(system)))["Northwind policy"]
    assert "o version of northwind is in force" in card
    assert "What it demands" not in card
    card = cards(shown(client, f"{page_of(system)}?as_of=2026-02-15"))["Northwind policy"]
    assert "What it demands" in card


def test_a_publication_is_previewed_and_added(
    client: Client, listed: Item, home: Path, tmp_path: Path
) -> None:
    """The preview says how many dates would move and changes nothing; confirmed, they move."""
    system, before = listed.system, listed.rule_due_on
    preview = add(client, system, kev(tmp_path / "kev.json", (CVE, "2026-01-02", "2026-01-20")))
    page = shown(client, preview)
    assert "CISA KEV catalog" in page
    assert '<dd>1 <span class="quiet">of 1 open</span>' in page
    assert not ReferenceFile.objects.exists()
    assert Item.objects.get(pk=listed.pk).rule_due_on == before
    answer = client.post(preview, {"decision": "add"}, follow=True)
    assert "is on the shelf. 1 of 1 open items" in unescape(answer.content.decode())
    assert Item.objects.get(pk=listed.pk).rule_due_on != before
    row = ReferenceFile.objects.get()
    assert (row.name, row.added_by) == ("kev.json", "Ines")
    assert "kev.json" in shown(client, page_of(system))
    assert list((home / "uploads").iterdir()) == []
    assert client.get(preview).status_code == 404


def test_a_publication_can_be_given_up(client: Client, system: System, home: Path, tmp_path: Path) -> None:
    """Cancelled, nothing changes and the file is gone; one that is there already cannot be added again."""
    path = epss(tmp_path / "epss.csv", (CVE, 0.5, 0.9))
    client.post(add(client, system, path), {"decision": "cancel"})
    assert not ReferenceFile.objects.exists()
    client.post(add(client, system, path), {"decision": "add"})
    again = add(client, system, path)
    assert "on the shelf already" in shown(client, again)
    client.post(again, {"decision": "add"})
    assert ReferenceFile.objects.count() == 1
    assert list((home / "uploads").iterdir()) == []


def test_what_is_no_publication_is_refused(client: Client, system: System, home: Path) -> None:
    """Beside the field, under the name that people know; nothing waits afterwards."""
    file = SimpleUploadedFile("kev.json", b'{"no": "catalog"}')
    answer = client.post(f"/systems/{system.pk}/publications/add/", {"file": file, "person": "Ines"})
    assert answer.status_code == 400
    assert "kev.json: this is no publication" in answer.content.decode()
    assert list((home / "uploads").iterdir()) == []


def test_a_preview_belongs_to_its_system_and_kind(client: Client, register: Register, tmp_path: Path) -> None:
    """A publication that waits is no import, whatever its address says."""
    preview = add(client, register.system, epss(tmp_path / "epss.csv", (CVE, 0.5, 0.9)))
    token = preview.rstrip("/").rpartition("/")[2]
    assert client.get(f"/systems/{register.system.pk}/imports/preview/{token}/").status_code == 404
    assert client.get(f"/systems/{register.system.pk + 1}/publications/{token}/").status_code == 404


def test_exposure_is_said_of_several(client: Client, listed: Item) -> None:
    """Marked assets, those with characters of patterns in their names too, and all that fit a pattern."""
    home = page_of(listed.system)
    named = {"asset": ["db[1].example"], "exposure": "internal"}
    answer = client.post(f"{home}exposure/", named, follow=True)
    assert "1 asset changed to internal" in answer.content.decode()
    client.post(f"{home}exposure/", {"pattern": "web-*", "exposure": "exposed"})
    assert dict(Asset.objects.values_list("name", "exposed")) == {
        "web-1.example": True,
        "db[1].example": False,
    }
    page = shown(client, f"{home}?exposure=internal")
    assert 'value="db[1].example"' in page
    assert 'value="web-1.example"' not in page
    assert 'value="web-1.example"' in shown(client, f"{home}?q=WEB")
    client.post(f"{home}exposure/", {"asset": "web-1.example", "exposure": "unknown"})
    assert Asset.objects.get(name="web-1.example").exposed is None


@pytest.mark.parametrize(
    "sent",
    [
        {"exposure": "exposed"},
        {"asset": "web-1.example"},
        {"asset": "web-1.example", "exposure": "perhaps"},
        {"pattern": "nothing-*", "exposure": "exposed"},
    ],
)
def test_half_an_exposure_changes_nothing(client: Client, listed: Item, sent: dict[str, str]) -> None:
    """Without assets, without what holds for them, or with a pattern that fits none, a sentence says so."""
    answer = client.post(f"{page_of(listed.system)}exposure/", sent, follow=True)
    assert re.search("Nothing changed|no asset goes by", unescape(answer.content.decode()))
    assert not Asset.objects.filter(exposed__isnull=False).exists()


def test_assets_come_in_pages(client: Client, listed: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list is read page by page, the counts are those of all, and an unknown exposure is refused."""
    monkeypatch.setattr(assets, "PAGE", 1)
    home = page_of(listed.system)
    pages = [shown(client, f"{home}?page={number}") for number in (1, 2, 3)]
    names = [re.findall(r'name="asset" value="([^"]+)"', page) for page in pages]
    assert names == [["db[1].example"], ["web-1.example"], ["web-1.example"]]
    assert all('Unknown <span class="views__count">2<' in page for page in pages)
    assert 'rel="next"' in pages[0]
    assert client.get(f"{home}?exposure=perhaps").status_code == 400


def test_an_item_tells_the_date_of_each_occurrence(client: Client, listed: Item, tmp_path: Path) -> None:
    """Of a CVE in CISA's catalog BOD 26-04 gives 3 days on an exposed asset, 14 on an internal one."""
    home = page_of(listed.system)
    listing = kev(tmp_path / "kev.json", (CVE, "2026-01-02", "2026-02-20"))
    client.post(add(client, listed.system, listing), {"decision": "add"})
    client.post(f"{home}exposure/", {"asset": "db[1].example", "exposure": "internal"})
    client.post(f"{home}exposure/", {"asset": "web-1.example", "exposure": "exposed"})
    page = shown(client, f"/systems/{listed.system.pk}/items/{listed.identifier}/")
    table = page.partition("The date of each occurrence")[2].partition("</details>")[0]
    rows = re.findall(
        r'<th scope="row"[^>]*>([^<]+)<.*?<strong class="date">([^<]+)<(.*?)</tr>', table, re.DOTALL
    )
    assert [each[:2] for each in rows] == [("web-1.example", "2026-01-05"), ("db[1].example", "2026-01-16")]
    assert ["BOD 26-04 gives 3 " in rows[0][2], "BOD 26-04 gives 14 " in rows[1][2]] == [True, True]


def test_other_items_have_one_date(client: Client, register: Register) -> None:
    """Where no rule asks of each asset, nothing is said of occurrences by themselves."""
    page = shown(client, f"/systems/{register.system.pk}/items/{register.identifier}/")
    assert "The date of each occurrence" not in page
