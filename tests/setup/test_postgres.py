"""The tests' own PostgreSQL is a real one, and leaves nothing behind."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests import postgres


@pytest.mark.postgres
def test_a_real_server_answers(postgresql_url: str) -> None:
    """The address given to the tests is that of a PostgreSQL which executes statements."""
    with psycopg.connect(postgresql_url) as connection:
        version = connection.execute("SELECT version()").fetchone()
    assert version is not None
    assert version[0].startswith("PostgreSQL ")


@pytest.mark.postgres
@pytest.mark.usefixtures("postgresql_url")
def test_the_server_is_gone_even_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the run breaks off, the server is ended and its folder removed."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folders: list[Path] = []
    with pytest.raises(InterruptedError):
        _break_off(folders)
    assert not folders[0].exists()


def _break_off(folders: list[Path]) -> None:
    with postgres.running() as address:
        folders += [Path(folder) for folder in parse_qs(urlsplit(address).query)["host"]]
        assert folders[0].is_dir()
        raise InterruptedError
