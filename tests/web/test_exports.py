"""Exports in the browser: the workbook as a download."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.records.systems import System
from tests.web.conftest import Register


@pytest.mark.parametrize("layout", ["3.0", "2.1"])
def test_the_workbook_is_downloaded(client: Client, register: Register, layout: str) -> None:
    """Each layout comes as a workbook named after the system and the day, and no number is given again."""
    answer = client.post(f"/systems/{register.system.pk}/export/?as_of=2026-03-01", {"layout": layout})
    content = answer.getvalue()
    assert answer["Content-Disposition"] == 'attachment; filename="Harbor-POAM-2026-03-01.xlsx"'
    assert "xl/workbook.xml" in ZipFile(BytesIO(content)).namelist()
    register.system.refresh_from_db()
    assert register.system.exported_number == register.system.last_number


def test_a_wrong_template_is_refused(client: Client, register: Register) -> None:
    """A template that is no POA&M workbook is refused beside its field."""
    file = SimpleUploadedFile("template.xlsx", b"no workbook")
    answer = client.post(f"/systems/{register.system.pk}/export/", {"layout": "3.0", "template": file})
    assert answer.status_code == 400
    assert "usa-error-message" in answer.content.decode()


def test_an_unknown_layout_is_refused(client: Client, system: System) -> None:
    """A layout that does not exist is refused."""
    assert client.post(f"/systems/{system.pk}/export/", {"layout": "9"}).status_code == 400
