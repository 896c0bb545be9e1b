"""Many processes write into one chain at the same time: each event has its own place, none is lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.web.servers import MILEPOST, environment

PROCESSES = 3
EACH = 25
BEGINNING = """
from milepost.cli.preparing import migrate, start
start()
migrate()
from datetime import date
from milepost.work.add_system import NewSystem, add_system
from milepost.work.open_item import NewItem, open_item
day = date(2026, 3, 1)
add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=day)
open_item(NewItem("Harbor", "No lock", day, "Ines"), as_of=day)
"""
APPENDING = f"""
from milepost.cli.preparing import start
start()
from milepost.work.comment_item import comment_item
from datetime import date
for number in range({EACH}):
    comment_item("V-1", f"remark {{number}}", person="Sam", as_of=date(2026, 3, 1))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def surroundings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a register of its own, on each database."""
    known = environment(tmp_path)
    if request.param == "sqlite":
        yield known
        return
    address = request.getfixturevalue("postgresql_url")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE ledger_at_once")
        yield known | {"DATABASE_URL": address.replace("/milepost?", "/ledger_at_once?")}
        connection.execute("DROP DATABASE ledger_at_once WITH (FORCE)")


def test_events_of_many_processes_have_one_order(surroundings: dict[str, str]) -> None:
    """The chain has no gap and verifies, in whatever order the processes came."""
    subprocess.run([sys.executable, "-c", BEGINNING], env=surroundings, check=True)
    writers = [
        subprocess.Popen([sys.executable, "-c", APPENDING], env=surroundings) for _ in range(PROCESSES)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * PROCESSES
    command = [*MILEPOST, "ledger", "verify", "--system", "Harbor", "--json"]
    found = json.loads(subprocess.run(command, env=surroundings, check=True, capture_output=True).stdout)
    assert found["holds"]
    assert found["chains"][0]["events"] == PROCESSES * EACH + 1
