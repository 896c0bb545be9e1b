"""The page Ledger: who did what, the newest first, whether it still verifies, and the checkpoint to keep."""

from django.db import connection
from django.test import Client

from milepost.ledger.checkpoint import checkpoint_of
from milepost.ledger.events import chain_of
from tests.web.conftest import Register


def test_the_page_shows_events_and_that_they_verify(client: Client, register: Register) -> None:
    """All events of the system, or those about one item."""
    address = f"/systems/{register.system.pk}/ledger/"
    page = client.get(address).content.decode()
    assert "Verified:" in page
    assert "Import scan" in page
    about = client.get(address, {"item": register.identifier}).content.decode()
    assert f"about {register.identifier}" in about
    assert "Import scan" not in about
    assert "No events about V-999" in client.get(address, {"item": "V-999"}).content.decode()


def test_the_page_says_what_was_changed(client: Client, register: Register) -> None:
    """Once the guard is gone and an event is rewritten, the page names it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE records_ledgerevent DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER ledger_no_update")
        cursor.execute(
            "UPDATE records_ledgerevent SET actor = 'Nobody' WHERE chain = %s AND seq = 2",
            [chain_of(register.system.pk)],
        )
    page = client.get(f"/systems/{register.system.pk}/ledger/").content.decode()
    assert "The ledger was changed." in page
    assert "Event 2: its columns say something else than its content" in page


def test_the_checkpoint_can_be_taken_along(client: Client, register: Register) -> None:
    """As a file to be kept elsewhere."""
    answer = client.get(f"/systems/{register.system.pk}/ledger/checkpoint/")
    assert answer.content.decode() == checkpoint_of(chain_of(register.system.pk))
    assert "attachment" in answer["Content-Disposition"]
