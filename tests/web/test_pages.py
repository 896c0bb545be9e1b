"""Every page through the front door: what it shows, what it refuses, and that looking changes nothing."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from milepost.records.systems import System
from milepost.web.headers import HEADERS
from tests.web.conftest import Register

_CHANGES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)", re.IGNORECASE)


def test_every_page_answers(client: Client, register: Register) -> None:
    """Each page is there, in the design of the house, with one heading of the first rank."""
    for path in register.paths:
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert page.count("<h1") == 1, path
        assert 'href="#content"' in page, path


def test_every_address_is_tried(register: Register) -> None:
    """The pages tried here are all that the product has, but for those that have their own tests."""
    patterns = {pattern.name for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)}
    tried = {get_resolver().resolve(path).url_name for path in register.paths}
    assert patterns - tried == {
        *("preview", "publication", "findings", "release", "expose", "panel_csv", "portfolio_csv"),
        *("bundle", "bundle_preview", "undo_bundle", "columns", "evidence", "package", "package_zip"),
        "ledger_checkpoint",
    }


def test_looking_changes_nothing(client: Client, register: Register) -> None:
    """No page writes to the register when it is looked at."""
    for path in register.paths:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        written = [query["sql"] for query in queries if _CHANGES.match(query["sql"])]
        assert written == [], path


def test_headers_guard_every_answer(client: Client, register: Register) -> None:
    """Pages, refusals and static files carry the security headers; no browser keeps a page."""
    for path in (*register.paths, "/nowhere/", "/systems/999999/"):
        answer = client.get(path)
        assert {name: answer[name] for name in HEADERS} == HEADERS, path
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    static = client.get("/static/milepost/milepost.css")
    assert static.getvalue()
    assert static["Content-Security-Policy"].startswith("default-src 'none'")


def test_nothing_in_a_page_runs(client: Client, register: Register) -> None:
    """Pages hold no script of their own, no style attribute and no handler: the policy forbids them all."""
    inline = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:|<style", re.IGNORECASE)
    for path in register.paths:
        assert inline.findall(client.get(path).content.decode()) == [], path


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/systems/999999/",
        "/systems/99999999999999999999999/",
        "/systems/{id}/items/V-999/",
        "/systems/{id}/imports/999999/",
        "/systems/{id}/imports/99999999999999999999999/undo/",
        "/systems/{id}/imports/preview/abc/",
        "/systems/{id}/imports/preview/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    ],
)
def test_what_is_absent_is_not_found(client: Client, system: System, path: str) -> None:
    """An address of nothing says so in the design of the house, and tells nothing of the inside."""
    answer = client.get(path.format(id=system.pk))
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "What helps" in page
    assert "Traceback" not in page


def test_imports_of_other_systems_do_not_exist(client: Client, register: Register) -> None:
    """An import is found under its own system only."""
    other = System.objects.create(
        name="Other", authority="fedramp-rev5", impact="low", created_on=register.system.created_on
    )
    assert client.get(f"/systems/{other.pk}/imports/{register.second}/").status_code == 404
    assert client.post(f"/systems/{other.pk}/imports/{register.second}/undo/").status_code == 404
    assert client.get(f"/systems/{other.pk}/items/{register.identifier}/").status_code == 404


def test_forms_need_their_token(register: Register) -> None:
    """Whatever changes something is refused without the token of a form, with a page that says what to do."""
    client = Client(enforce_csrf_checks=True)
    for path in register.paths:
        answer = client.post(path)
        assert answer.status_code in {403, 405}, path
    assert "reload the page" in client.post("/systems/add/").content.decode()


def test_other_sites_cannot_send_forms(register: Register) -> None:
    """A browser that says that another site made it send something is not listened to."""
    answer = Client().post(register.paths[-2], headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_other_names_of_the_server_are_refused(client: Client) -> None:
    """A name that was bent to this machine leads nowhere: no page is shown under it."""
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_an_empty_house_says_what_to_do(client: Client, db: None) -> None:
    """Without a system, the first page leads to adding one."""
    del db
    page = client.get("/").content.decode()
    assert "No systems yet" in page
    assert 'href="/systems/add/"' in page


def test_an_empty_system_says_what_to_do(client: Client, system: System) -> None:
    """Without an import, the overview leads to the first."""
    assert "Import the first scan" in client.get(f"/systems/{system.pk}/").content.decode()


def test_a_system_is_added(client: Client, db: None) -> None:
    """The form adds a system and leads to it; a second one of the same name is refused with the reason."""
    del db
    wanted = {
        "name": "Harbor",
        "authority": "fedramp-rev5",
        "impact": "low",
        "time_zone": "UTC",
        "grouping": "weakness",
    }
    answer = client.post("/systems/add/", wanted | {"item_prefix": "H-"}, follow=True)
    assert "Harbor is added" in answer.content.decode()
    again = client.post("/systems/add/", wanted)
    assert again.status_code == 400
    assert "There is a system named Harbor already" in again.content.decode()


def test_an_item_is_opened_by_hand(client: Client, system: System) -> None:
    """The form opens an item with the dates of the authority's rule, and its page shows them."""
    wanted = {"name": "Leavers keep accounts", "detected_on": "2026-01-05", "risk": "High", "person": "Ines"}
    answer = client.post(f"/systems/{system.pk}/open-item/", wanted | {"source_kind": "audit"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Leavers keep accounts" in page
    assert "2026-02-04" in page


def test_an_item_from_the_future_is_refused(client: Client, system: System) -> None:
    """What a verb refuses stands in the form, with everything that was typed."""
    wanted = {
        "name": "Early",
        "detected_on": "2199-01-05",
        "risk": "",
        "person": "Ines",
        "source_kind": "audit",
    }
    answer = client.post(f"/systems/{system.pk}/open-item/", wanted)
    assert answer.status_code == 400
    assert "lies in the future" in answer.content.decode()
    assert 'value="Early"' in answer.content.decode()


def test_an_item_tells_why(client: Client, register: Register) -> None:
    """An item's page gives each date its rule and source, and lays people's words apart from scanners'."""
    page = client.get(f"/systems/{register.system.pk}/items/{register.identifier}/").content.decode()
    for expected in (
        "Why these dates",
        "30 calendar days after discovery",
        "FedRAMP POA&amp;M Template 3.0",
        "What people decided",
        "What scanners say",
        "Vendor delivers the patch",
        "The vendor is late",
        "Version 1.0 was found.",
        "Gateway",
        "opened the item",
    ):
        assert expected in page, expected


def test_the_past_is_shown_as_such(client: Client, register: Register) -> None:
    """A page of a chosen day says so, judges dates as on that day, and its links stay on it."""
    path = f"/systems/{register.system.pk}/register/"
    then = client.get(f"{path}?as_of=2026-01-20").content.decode()
    later = client.get(f"{path}?as_of=2026-06-01").content.decode()
    assert "As of <strong>2026-01-20</strong>" in then
    assert "overdue</span>" not in then
    assert "117 days overdue" in later
    assert f'/items/{register.identifier}/?as_of=2026-06-01"' in later


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "", "0001-01-01", "9999-12-31", "<script>"])
def test_a_day_that_is_none_is_refused(client: Client, system: System, day: str) -> None:
    """A day that cannot be looked at is refused with a sentence, on every page."""
    assert client.get("/", {"as_of": day}).status_code == 400
    assert client.get(f"/systems/{system.pk}/register/", {"as_of": day}).status_code == 400


def test_a_fault_tells_nothing(system: System) -> None:
    """A fault of the product's own, here a zone spoilt in the database, tells nothing of the inside."""
    System.objects.filter(pk=system.pk).update(time_zone="Nowhere/Secret")
    answer = Client(raise_request_exception=False).get(f"/systems/{system.pk}/imports/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Nowhere" not in page
    assert "The fault is Milepost" in page
