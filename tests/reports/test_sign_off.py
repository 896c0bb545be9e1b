"""The record of a sign-off: what it names, how it shows that something was changed."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, WrongUse
from milepost.reports.sign_off import (
    Attested,
    Attestor,
    SignOff,
    as_json,
    as_markdown,
    faults,
    from_json,
    sign_off,
)

DATA = b"%PDF the plan"
AT = datetime(2026, 11, 21, 17, 5, 9, 123, tzinfo=timezone(timedelta(hours=-5)))
INES = Attestor(name="Ines Moreau", title="ISSO", organisation="Northwind", role="isso")


def signed(
    attestor: Attestor = INES, location: str = "vault://plans/2026", statement: str = "True."
) -> SignOff:
    """Return a sign-off of a document."""
    attested = Attested(name="plan.pdf", location=location, statement=statement)
    return sign_off(DATA, attested, attestor, at=AT)


def test_record_names_who_in_which_role_when_what_and_where() -> None:
    """Attestor with title and organisation, role, UTC time, SHA-256 of the exact bytes, stored location."""
    told = json.loads(as_json(signed()))
    assert told["document"] == {
        "name": "plan.pdf",
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "size": len(DATA),
        "location": "vault://plans/2026",
    }
    assert told["signed_at"] == "2026-11-21T22:05:09Z"
    assert told["attestor"]["name"] == "Ines Moreau"
    assert (told["attestor"]["title"], told["attestor"]["organisation"]) == ("ISSO", "Northwind")
    assert told["attestor"]["role"] == "isso"


def test_markdown_says_the_same() -> None:
    """Every value of the record stands in the Markdown, as text."""
    text = as_markdown(signed()).replace("\\", "")
    values = (
        "plan.pdf",
        hashlib.sha256(DATA).hexdigest(),
        "2026-11-21T22:05:09Z",
        "Northwind",
        "vault://plans/2026",
    )
    assert all(value in text for value in values)


def test_untouched_document_holds() -> None:
    """The same bytes, record and Markdown have no fault."""
    record = from_json(as_json(signed()), "record")
    assert faults(record, DATA, as_markdown(record)) == ()


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_voids(place: int, change: int) -> None:
    """One bit of the document is enough; the fault names both digests."""
    other = bytearray(DATA)
    other[place] ^= change
    (fault,) = faults(signed(), bytes(other), None)
    assert "the document was changed" in fault
    assert hashlib.sha256(bytes(other)).hexdigest() in fault


def test_changed_record_missing_document_and_other_markdown_void() -> None:
    """Somebody else's name in the record, a document that is gone, or another Markdown: each is told."""
    record = signed()
    other = msgspec.structs.replace(INES, name="Vera Lindqvist")
    forged = msgspec.structs.replace(record, attestor=other)
    assert "record itself was changed" in faults(forged, DATA, None)[0]
    assert "is not there" in faults(record, None, None)[0]
    assert "Markdown" in faults(record, DATA, as_markdown(record) + "Agreed by all.")[0]


@pytest.mark.parametrize("field", ["name", "title", "organisation", "role"])
def test_nothing_that_the_record_names_may_be_missing(field: str) -> None:
    """A sign-off without name, title, organisation or role is none; nor one without a place."""
    with pytest.raises(WrongUse):
        signed(msgspec.structs.replace(INES, **{field: " "}))
    with pytest.raises(WrongUse):
        signed(location="")


def test_time_has_a_zone() -> None:
    """A time that could be anywhere is refused."""
    attested = Attested(name="plan.pdf", location="vault", statement="True.")
    with pytest.raises(WrongUse, match="UTC"):
        sign_off(DATA, attested, INES, at=AT.replace(tzinfo=None))
    assert sign_off(DATA, attested, INES, at=AT.astimezone(UTC)).signed_at == "2026-11-21T22:05:09Z"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"record": 1}', as_json(signed())[:-20]])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    """Anything but a whole record is refused by name."""
    with pytest.raises(DamagedInput, match="no sign-off record"):
        from_json(data, "record.json")


def test_record_of_a_later_version_is_refused() -> None:
    """What a later Milepost wrote is not judged by this one."""
    with pytest.raises(DamagedInput, match="version 2"):
        from_json(as_json(msgspec.structs.replace(signed(), version=2)), "record.json")


def test_hostile_names_stay_text_in_markdown() -> None:
    """Table bars, line ends, links and HTML are escaped; the table keeps its rows."""
    hostile = "x | y\n| Role | boss | [a](http://b) <script>`"
    text = as_markdown(signed(msgspec.structs.replace(INES, organisation=hostile)))
    plain = as_markdown(signed())
    assert len(text.splitlines()) == len(plain.splitlines())
    assert "\\| y" in text
    assert "\\<script\\>" in text
