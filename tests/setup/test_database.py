"""The tests meet the database that the run is about, with every migration applied."""

import os

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_the_run_is_on_the_database_it_says() -> None:
    """With DATABASE_URL the tests run on PostgreSQL, without it on SQLite: neither is skipped unseen."""
    assert connection.vendor == ("postgresql" if os.environ.get("DATABASE_URL") else "sqlite")


@pytest.mark.django_db
def test_every_migration_is_applied() -> None:
    """The database of the tests is made by the migrations that users run, to the last one."""
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
