"""Reporting a finding in the browser: its form opens an item, and refuses in a sentence."""

import pytest
from django.test import Client

from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System

FORM = {
    "title": "Badge readers accept copies",
    "source_kind": "audit",
    "severity": "high",
    "found_on": "2026-02-03",
    "assets": "gate-1, gate-2",
    "detector": "Acme 2026",
}


def test_a_finding_opens_its_item(client: Client, system: System) -> None:
    """The person is led to the item, and told how to take it back."""
    answer = client.post(f"/systems/{system.pk}/findings/add/", FORM, follow=True)
    item = Item.objects.get(system=system)
    assert answer.redirect_chain == [(f"/systems/{system.pk}/items/{item.identifier}/", 302)]
    assert (item.source_kind, item.asset_count, str(item.detected_on)) == ("audit", 2, "2026-02-03")
    assert f"the finding is import {item.opened_by}" in answer.content.decode()


def test_what_needs_no_item_leads_to_its_import(client: Client, system: System) -> None:
    """An informational remark is kept and opens none."""
    answer = client.post(f"/systems/{system.pk}/findings/add/", FORM | {"severity": "info"}, follow=True)
    assert "it opened no item" in answer.content.decode()
    assert Import.objects.get(system=system).source_kind == "audit"
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"severity": "dreadful"}, "Select a valid choice"),
        ({"found_on": "2199-01-01"}, "lies in the future"),
        ({"source_kind": "scan"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said(client: Client, system: System, change: dict[str, str], words: str) -> None:
    """And nothing is kept."""
    answer = client.post(f"/systems/{system.pk}/findings/add/", FORM | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Import.objects.exists()
