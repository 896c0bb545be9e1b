"""The names and words of OSCAL plans as their publishers set them (facts.toml)."""

import tomllib
from importlib.resources import files
from typing import Final

import msgspec


class _Namespaces(msgspec.Struct, frozen=True):
    written: str
    fedramp: frozenset[str]
    core: str
    own: str


class _Identifier(msgspec.Struct, frozen=True):
    written: str
    read: frozenset[str]


class _Facets(msgspec.Struct, frozen=True):
    written: str
    systems: frozenset[str]
    unknown: str
    cve: str
    cvss: frozenset[str]


class _Vendor(msgspec.Struct, frozen=True):
    written: str
    yes: frozenset[str]
    no: frozenset[str]


class _NothingSaid(msgspec.Struct, frozen=True):
    statement: str
    recommendation: str
    plan: str


class Role(msgspec.Struct, frozen=True):
    """A role that the metadata of a plan defines."""

    id: str
    title: str


class _Facts(msgspec.Struct, frozen=True, rename="kebab"):
    verified: bool
    namespaces: _Namespaces
    identifier: _Identifier
    facets: _Facets
    system: dict[str, str]
    answers: dict[str, str]
    vendor: _Vendor
    nothing_said: _NothingSaid
    roles: tuple[Role, ...]


FACTS: Final = msgspec.convert(
    tomllib.loads(files(__package__).joinpath("facts.toml").read_text(encoding="utf-8")), _Facts
)
OWN: Final = FACTS.namespaces.own
FEDRAMP: Final = FACTS.namespaces.written
CONTACT: Final = "point-of-contact"
PROVIDER: Final = "cloud-service-provider"
EVIDENCE: Final = "evidence"
NO_SSP: Final = "no-oscal-ssp"
