"""OSCAL plans of action and milestones as YAML."""

from milepost.authorities.oscal.document import OscalPlan
from milepost.authorities.oscal.yaml_text import read_yaml, written_yaml

FORMAT = OscalPlan(
    name="oscal-yaml",
    title="OSCAL plan of action and milestones (YAML)",
    suffix=".yaml",
    signs=lambda head: not head.startswith((b"{", b"<", b"PK")),
    load=read_yaml,
    dump=written_yaml,
)
