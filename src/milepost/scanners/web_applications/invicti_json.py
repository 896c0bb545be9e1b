"""Vulnerability lists in JSON of Acunetix 360, Invicti Enterprise and Netsparker Enterprise."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Source
from milepost.scanners.web_applications.invicti import Report, Vulnerability, about

Word = str | int | float | bool | None
_MARKS = ('"LookupId"', '"Certainty"', '"RemedialProcedure"', '"FirstSeenDate"')


class _Pair(msgspec.Struct, rename="pascal"):
    name: Word = None
    value: Word = None


class _Request(msgspec.Struct, rename="pascal"):
    method: Word = None
    parameters: list[_Pair] | None = None


class _Score(msgspec.Struct, rename="pascal"):
    vector: Word = None


class _Classification(msgspec.Struct, rename="pascal"):
    cwe: Word = None
    cvss: _Score | None = None
    cvss31: _Score | None = None
    cvss40: _Score | None = None


class _Vulnerability(msgspec.Struct, rename="pascal"):
    url: Word = None
    type: Word = None
    name: Word = None
    severity: Word = None
    state: Word = None
    certainty: Word = None
    first_seen_date: Word = None
    description: Word = None
    impact: Word = None
    remedial_procedure: Word = None
    remedial_actions: Word = None
    external_references: Word = None
    remedy_references: Word = None
    classification: _Classification | None = None
    http_request: _Request | None = None
    extra_information: list[_Pair] | None = None
    known_vulnerabilities: msgspec.Raw = msgspec.Raw(b"")


class _Target(msgspec.Struct, rename="pascal"):
    url: Word = None
    initiated: Word = None


class _Document(msgspec.Struct, rename="pascal"):
    generated: Word = None
    target: _Target | None = None
    vulnerabilities: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)


class InvictiJson:
    """The reader of Invicti's and Acunetix 360's vulnerability lists in JSON."""

    name = "invicti-json"
    title = "Invicti or Acunetix 360 (JSON)"
    about = about(
        "JSON", "vulnerability lists of Acunetix 360, Invicti and Netsparker Enterprise", ("scans/acunetix",)
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the target beside the list of vulnerabilities, and by what the first of them holds."""
        if "Vulnerabilities" not in head.keys or not head.text.lstrip("\ufeff \t\r\n").startswith("{"):
            return False
        return "Generated" in head.keys or any(mark in head.text for mark in _MARKS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        report = Report(source)
        for number, raw in enumerate(document.vulnerabilities or []):
            where = f"Vulnerabilities[{number}]"
            found = record(raw, _VULNERABILITY, source, where)
            if isinstance(found, Problem):
                report.sites.problems.append(found)
            else:
                report.take(_vulnerability(found, where))
        target = document.target or _Target()
        times = [_text(target.initiated), _text(document.generated)]
        yield from report.parts(_text(target.url), times)


SCANNER = InvictiJson()


def _vulnerability(found: _Vulnerability, where: str) -> Vulnerability:
    classified = found.classification or _Classification()
    request = found.http_request or _Request()
    return Vulnerability(
        where=where,
        url=_text(found.url),
        kind=_text(found.type),
        name=_text(found.name),
        severity=_text(found.severity),
        state=_text(found.state),
        method=_text(request.method),
        parameter=", ".join(sorted(filter(None, (_text(pair.name) for pair in request.parameters or [])))),
        certainty=_text(found.certainty),
        first_seen=_text(found.first_seen_date),
        description=(_text(found.description), _text(found.impact)),
        solution=(_text(found.remedial_procedure), _text(found.remedial_actions)),
        links=f"{_text(found.external_references)} {_text(found.remedy_references)}",
        cwe=_text(classified.cwe),
        vectors=_vectors(classified),
        extra="\n".join(f"{_text(pair.name)}: {_text(pair.value)}" for pair in found.extra_information or []),
        known=bytes(found.known_vulnerabilities).decode(errors="replace"),
    )


def _vectors(classified: _Classification) -> tuple[str, ...]:
    scores = (classified.cvss31, classified.cvss, classified.cvss40)
    return tuple(_text(score.vector) for score in scores if score is not None)


def _text(value: Word) -> str:
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value)
