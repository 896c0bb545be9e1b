"""Text from reports and people is text: whatever it holds, no page gains an element or a link by it."""

import html
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from milepost.records.assets import Asset
from milepost.records.findings import Sighting, Weakness
from milepost.records.imports import Import, ImportedWeakness
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Comment, Deviation, Milestone, MilestoneChange
from milepost.records.systems import System
from tests.web.conftest import Register

OWN = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "'\"--></style></title></textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}<a href=javascript:alert(1)>x</a>",
    "\u202egnp.exe\x07\x1b[31m",
)


class Elements(HTMLParser):
    """Gathers the elements of a page with their attributes' names, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.links |= {
            value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}
        }


def elements(client: Client, register: Register) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the elements of every page of a system; no link may lead anywhere but into Milepost.

    Of the checks, whose rules find other things in other texts, each kind of element counts once.
    """
    found = {}
    for path in register.paths:
        parser = Elements()
        parser.feed(client.get(path).content.decode())
        assert [link for link in parser.links if not link.startswith(("/", "#"))] == [], path
        found[path] = sorted(set(parser.found)) if path.endswith("/checks/") else parser.found
    return found


def poison(register: Register, text: str) -> None:
    """Put a text into every field that a person or a report can write."""
    short = text[:150]
    System.objects.filter(pk=register.system.pk).update(provider=short, point_of_contact=short)
    everywhere = ("title", "name", "description", "responsible", "source_id", "source_name", "controls")
    more = (
        "remediation_plan",
        "compensating_controls",
        "affected_assets",
        "cves",
        "vendor_product",
        "supporting_parties",
    )
    Item.objects.update(**dict.fromkeys((*everywhere, *more), short), point_of_contact=short)
    Weakness.objects.update(title=short)
    Asset.objects.update(name=short)
    Sighting.objects.update(output=text)
    Import.objects.update(file_name=short, tool=short, problems=[{"where": text, "what": text, "fix": text}])
    ImportedWeakness.objects.update(changes=[[text, text, text]])
    ItemChange.objects.update(field=short[:60], before=text, after=text, reason=text, person=short)
    Milestone.objects.update(text=text)
    MilestoneChange.objects.update(text=text, reason=text, person=short)
    Deviation.objects.update(rationale=text, requested_by=short)


def prepared(register: Register) -> None:
    """Give the pages everything that a text can be put into."""
    item = Item.objects.get(identifier=register.identifier)
    Comment.objects.create(item=item, on=date(2026, 3, 2), person="Sam", text="text")
    poison(register, "plain")


def test_hostile_text_adds_no_element(client: Client, register: Register) -> None:
    """Pages with hostile text in every field have exactly the elements that they have with plain text."""
    prepared(register)
    plain = elements(client, register)
    for text in OWN:
        poison(register, text)
        assert elements(client, register) == plain, text


def test_hostile_text_is_shown_as_it_is(client: Client, register: Register) -> None:
    """Nothing of a hostile text is lost either: it is there to be read."""
    prepared(register)
    poison(register, OWN[0])
    page = client.get(f"/systems/{register.system.pk}/items/{register.identifier}/").content.decode()
    assert html.escape(OWN[0]) in page


@pytest.mark.samples
def test_published_payloads_add_no_element(client: Client, register: Register, samples: Path) -> None:
    """The published collections of payloads change the elements of no page."""
    prepared(register)
    plain = elements(client, register)
    payloads = {
        line
        for path in sorted((samples / "hostile" / "strings").glob("*.txt"))
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    }
    ordered = sorted(payloads)
    assert len(ordered) > 200
    for start in range(0, len(ordered), 40):
        text = " ".join(ordered[start : start + 40]).replace("\x00", "")
        poison(register, text)
        assert elements(client, register) == plain
