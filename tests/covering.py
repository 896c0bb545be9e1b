"""Which tests count as covering the product; the others run untraced, in less than half of the time.

What counts runs alike on any machine: no real files, no other program, no chance; and on PostgreSQL only what
depends on the database.
"""

import os
from collections.abc import Generator
from importlib import import_module
from pkgutil import walk_packages

import pytest
from coverage import Coverage

import milepost

_NOT_ALIKE = ("samples", "browser", "libreoffice", "hypothesis", "no_cover")
_DEPENDS_ON_THE_DATABASE = "records"
_IN_CHILDREN = "COVERAGE_PROCESS_CONFIG"


def pytest_collection_finish() -> None:
    """Load every module while all is traced, so that it is no matter which test would have been the first."""
    if Coverage.current():
        for module in walk_packages(milepost.__path__, "milepost."):
            if not module.name.endswith(".__main__"):
                import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing while a test runs that does not count, neither here nor in processes that it starts."""
    tracing = Coverage.current()
    if not tracing or _counts(item):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(_IN_CHILDREN, raising=False)
        tracing.stop()
        try:
            return (yield)
        finally:
            tracing.start()


def _counts(item: pytest.Item) -> bool:
    if any(map(item.get_closest_marker, _NOT_ALIKE)):
        return False
    return "DATABASE_URL" not in os.environ or item.path.parent.name == _DEPENDS_ON_THE_DATABASE
