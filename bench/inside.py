"""Run one measurement within a process of its own: `python -m bench.inside MODULE NAME ARGUMENT…`.

What it measured goes to standard output as JSON. Measurements in the register need Django before they are
imported.
"""

import json
import sys
from importlib import import_module

from milepost.cli.asking import register_ready

_IN_THE_REGISTER = {"in_register", "ledger_chain", "register_page", "dashboard_pages"}


def main(module: str, name: str, *arguments: str) -> None:
    """Measure and print."""
    if module in _IN_THE_REGISTER:
        register_ready()
    measurement = getattr(import_module(f"bench.{module}"), name)
    print(json.dumps(measurement(*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
