"""What every test may ask for; the environment is set before Django reads it: no test meets user data."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import django
import pytest
from hypothesis import HealthCheck, settings

from milepost.scanners import isolation
from tests import postgres
from tests.at_hand import AtHand

pytest_plugins = ["tests.covering"]
_CHILD = isolation.Child
_HOME = mkdtemp(prefix="milepost-tests-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "milepost.settings",
    "MILEPOST_HOME": _HOME,
    "MILEPOST_SECRET_KEY": "for tests only",
}
settings.register_profile(
    "milepost", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("milepost")
django.setup()


def pytest_configure() -> None:
    """Start Django under this environment, before any test module imports a model."""
    django.setup()


def pytest_unconfigure() -> None:
    """Take the run's home away again."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _reports_at_hand() -> Iterator[None]:
    """Read reports without a process for each, but in tests that ask for `reading_processes`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "Child", AtHand)
        yield


@pytest.fixture
def reading_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every report in a process of its own, as in earnest."""
    monkeypatch.setattr(isolation, "Child", _CHILD)


@pytest.fixture(scope="session")
def samples() -> Path:
    """Return the folder of real files; without it the test is skipped, and fails where CI says so."""
    folder = Path(os.environ.get("MILEPOST_SAMPLES") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        missing(f"the real files are not in {folder}; set MILEPOST_SAMPLES")
    return folder


@pytest.fixture(scope="session")
def soffice() -> str:
    """Return the LibreOffice program."""
    return shutil.which("soffice") or pytest.skip("LibreOffice (soffice) is not installed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the Chromium program."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None) or pytest.skip("Chromium is not installed")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Give the address of a PostgreSQL, whatever the database of the run."""
    try:
        with postgres.running() as address:
            yield address
    except postgres.Unavailable as reason:
        missing(str(reason))


def missing(what: str) -> str:
    """Skip a test for want of something on this machine; on CI nothing may be wanting."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
