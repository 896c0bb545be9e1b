"""Real files, which are never committed: they lie beside the checkout or where MILEPOST_SAMPLES says."""

import os
from pathlib import Path

import pytest


def sample(relative: str) -> Path:
    """Return a real file or folder; without it the test is skipped, and fails where CI=true."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    path = Path(os.environ.get("MILEPOST_SAMPLES") or beside) / relative
    if not path.exists():
        reason = f"the real file {relative} is missing; set MILEPOST_SAMPLES"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
