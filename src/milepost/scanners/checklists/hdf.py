"""HDF / OHDF: results of InSpec, and what Heimdall and the SAF tools make of other reports."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from milepost.domain.finding import Asset, AssetReport, Finding
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.checklists.answers import Answers
from milepost.scanners.checklists.hdf_controls import (
    SEVERITIES,
    Layered,
    Status,
    facts_of,
    name_control,
    output_of,
    status_of,
    taken_at,
    untested,
)
from milepost.scanners.checklists.hdf_document import Control, Document, Platform, Profile, text
from milepost.scanners.checklists.hdf_target import Origin, asset_of, origin_of
from milepost.scanners.checklists.looks import Looks
from milepost.scanners.checklists.stig import Stig, edition, scope_name
from milepost.scanners.documents import first_character, listing, load, record
from milepost.scanners.scanner import Head, Source

_DOCUMENT = msgspec.json.Decoder(Document)
_PROFILE = msgspec.json.Decoder(Profile)
_CONTROL = msgspec.json.Decoder(Control)
_MARKS = ('"sha256"', '"code_desc"', '"source_location"')
_CONVERTER = "heimdall"
_LONGEST_NAME = 190


class Hdf:
    """The reader of HDF documents."""

    name = "hdf"
    title = "HDF / OHDF results (InSpec, Heimdall)"
    about = About(
        versions="HDF 1.0 (exec-json): InSpec 4 and 5, Heimdall and SAF converters, with overlays; one"
        " document or a list of them",
        key="tags.gid (V-…) or the number in id or tags.rid for STIGs, else the plugin, the CVE, or profile"
        " and id; on platform.target_id, else the host in passthrough",
        coverage="one look for each innermost profile: failed, passed and not applicable are assessed; not"
        " reviewed, errors and controls kept from being tested by a waiver never are",
        fields={
            "Asset.identifiers": "platform.target_id, passthrough.checklist.asset, HostProperties of Nessus"
            " in passthrough.auxiliary_data",
            "Facts.source_id": "tags.gid, else id or tags.rid",
            "Facts.title": "title",
            "Facts.severity": "tags.severityoverride, else impact (from 0.1 low, 0.4 medium, 0.7 high,"
            " 0.9 critical), else tags.severity",
            "Facts.native_severity": "impact as its word, else tags.severity",
            "Facts.severity_reason": "tags.severityjustification",
            "Facts.description": "desc, else descriptions (default)",
            "Facts.solution": "descriptions (fix), else tags.fix",
            "Facts.ccis": "tags.cci",
            "Facts.cves": "tags.cve",
            "Facts.cwes": "tags.cwe",
            "Facts.references": "tags.rid, tags.stig_id",
            "Facts.controls": "tags.nist, where there are no tags.cci",
            "Facts.family": "title of the innermost profile",
            "Facts.actionable": "false where waiver_data covers a failed control",
            "Finding.output": "results: code_desc and message of what failed",
        },
        severities=SEVERITIES,
        sources=(
            "MITRE SAF, Heimdall Data Format: schema exec-json 1.0",
            "Chef InSpec documentation, waivers",
        ),
        samples=("dod/hdf",),
        memory="grows with the file: the document is mapped; controls are held as values only where profiles"
        " overlay each other",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by profiles beside a platform, or profiles that hold controls."""
        if "profiles" not in head.keys:
            return False
        return "platform" in head.keys or (
            '"controls"' in head.text and any(mark in head.text for mark in _MARKS)
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every asset once; see `Scanner.read`."""
        reader = _Reader(source)
        if first_character(source) == "[":
            for place, raw in listing(source).records:
                document = record(raw, _DOCUMENT, source, place)
                if isinstance(document, Problem):
                    reader.problems.append(document)
                else:
                    reader.read(document, place)
        else:
            reader.read(load(source, _DOCUMENT), "")
        yield from reader.parts()


SCANNER = Hdf()


class _Layer(NamedTuple):
    """A profile of a document: how deep it lies, below which outermost one."""

    profile: Profile
    place: str
    depth: int
    outermost: str


class _Met(NamedTuple):
    """A control where it was met."""

    layer: _Layer
    control: Control
    place: str


class _Reader:
    """Reads the documents of a file."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._looks = Looks(source)
        self._waived = 0
        self._untested = 0
        self._scopes: dict[str, str] = {}

    def read(self, document: Document, place: str) -> None:
        """Take one document: one asset, a look for each innermost profile."""
        origin = origin_of(document, self._source, place)
        asset, problems = asset_of(document.platform or Platform(), origin, self._source)
        self.problems += (*origin.problems, *problems)
        layers = self._layers(document, place)
        answers: dict[str, Answers] = {}
        for layer in layers:
            if layer.profile.controls is not None:
                self._answers(answers, layer, document, origin)
        for met in self._controls(layers):
            innermost = met[-1]
            self._take(self._answers(answers, innermost.layer, document, origin), met, document, origin)
        self._keep(asset, list(answers.values()))

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what there is to say, then the assets."""
        if self._waived:
            what = f"{self._waived} failed controls are waived; they open no item"
            fix = "request a deviation for each, or end the waiver"
            self.problems.append(Problem(self._source.name, what, fix))
        if self._untested:
            what = (
                f"{self._untested} controls were not tested because they are waived; nothing is known of them"
            )
            fix = "test them, or request a deviation for each"
            self.problems.append(Problem(self._source.name, what, fix))
        yield from self.problems
        yield from self._looks.parts()

    def _keep(self, asset: Asset, answers: list[Answers]) -> None:
        said = [each for each in answers if each.holds_any()] or answers[:1]
        for each in said or [Answers("hdf:unnamed", "")]:
            self._looks.add(asset, each)

    def _take(self, answers: Answers, met: list[_Met], document: Document, origin: Origin) -> None:
        control, profile = Layered([each.control for each in met]), met[-1].layer.profile
        identity = name_control(control, _tool(document, origin), text(profile.name))
        status, time = status_of(control), taken_at(control)
        if time is not None:
            answers.times.append(time)
        if untested(control) and status is not Status.FAILED:
            self._untested += 1
            answers.skipped(identity[1])
        elif status is Status.FAILED:
            facts = facts_of(control, identity, text(profile.title) or text(profile.name))
            self._waived += not facts.actionable
            answers.opened(Finding(facts, "", output_of(control, plugin=identity[0] == "nessus")))
        elif status in {Status.PASSED, Status.NOT_APPLICABLE}:
            answers.passed(identity[1])
        else:
            answers.skipped(identity[1])

    def _answers(
        self, held: dict[str, Answers], layer: _Layer, document: Document, origin: Origin
    ) -> Answers:
        known = self._scopes.get(layer.place)
        if known is not None:
            return held[known]
        profile = layer.profile
        name, title = text(profile.name) or text(profile.title) or "unnamed", text(profile.title)
        if origin.checklist:
            scope = scope_name(name)
            tool = edition(Stig(name, title or name, text(profile.version)))
        else:
            scope = f"hdf:{name[:_LONGEST_NAME]}"
            what = " ".join(filter(None, (title or name, text(profile.version))))
            tool = " :: ".join(filter(None, (_product(document, origin), what)))
        self._scopes[layer.place] = scope
        return held.setdefault(scope, Answers(scope, tool))

    def _layers(self, document: Document, place: str) -> list[_Layer]:
        profiles: list[tuple[Profile, str]] = []
        for number, raw in enumerate(document.profiles or []):
            where = f"{place}.profiles[{number}]".lstrip(".")
            profile = record(raw, _PROFILE, self._source, where)
            if isinstance(profile, Problem):
                self.problems.append(profile)
            else:
                profiles.append((profile, where))
        parents = {text(profile.name): text(profile.parent_profile) for profile, _ in profiles}
        return [_layer(profile, where, parents) for profile, where in profiles]

    def _controls(self, layers: list[_Layer]) -> Iterator[list[_Met]]:
        """Yield every control with what overlays it, the outermost first."""
        if len(layers) == 1:
            yield from ([met] for met in self._met(layers[0]))
            return
        groups: dict[tuple[str, str], list[_Met]] = {}
        for layer in layers:
            for met in self._met(layer):
                groups.setdefault((layer.outermost, met.control.id), []).append(met)
        for group in groups.values():
            deepest = max(met.layer.depth for met in group)
            outer = sorted((m for m in group if m.layer.depth < deepest), key=lambda met: met.layer.depth)
            yield from ([*outer, met] for met in group if met.layer.depth == deepest)

    def _met(self, layer: _Layer) -> Iterator[_Met]:
        for number, raw in enumerate(layer.profile.controls or []):
            place = f"{layer.place}.controls[{number}]"
            control = record(raw, _CONTROL, self._source, place)
            if isinstance(control, Problem):
                self.problems.append(control)
            elif not control.id.strip():
                what = "this control has no id and was left out"
                self.problems.append(
                    Problem(f"{self._source.name}, {place}", what, "export the results again")
                )
            else:
                yield _Met(layer, control, place)


def _layer(profile: Profile, place: str, parents: dict[str, str]) -> _Layer:
    """Follow the profiles that wrap one to the outermost; a circle ends where it closes."""
    name = text(profile.name)
    above, passed = text(profile.parent_profile), {name}
    while above in parents and above not in passed:
        passed.add(above)
        name, above = above, parents[above]
    return _Layer(profile, place, len(passed) - 1, name)


def _tool(document: Document, origin: Origin) -> str:
    """Return whose ids the controls have: empty for InSpec itself."""
    platform = text(document.platform.name if document.platform else None)
    return origin.tool or ("converted" if platform.lower().startswith(_CONVERTER) else "")


def _product(document: Document, origin: Origin) -> str:
    platform = text(document.platform.name if document.platform else None)
    name = platform if platform.lower().startswith(_CONVERTER) else origin.tool or "InSpec"
    return " ".join(filter(None, (name, text(document.version))))
