"""OSCAL plans of action and milestones as JSON."""

from pathlib import Path

from milepost.authorities.oscal.document import OscalPlan, Tree
from milepost.authorities.oscal.json_text import read_json, written_json


def _load(path: Path, name: str) -> Tree:
    return read_json(path, name), []


FORMAT = OscalPlan(
    name="oscal-json",
    title="OSCAL plan of action and milestones (JSON)",
    suffix=".json",
    signs=lambda head: head.startswith(b"{"),
    load=_load,
    dump=written_json,
)
