"""Large reports of every format, the same every time, made from the shapes in `reading_records.toml`."""

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from string import Template

import msgspec

from bench import nessus_file, trivy_file

RULES = 900
HOSTS = 4_000

_SHAPES = Path(__file__).with_name("reading_records.toml")
_SENTENCE = "Component {rule} of the example does not check what a request of kind {digit} asks for. "
_SEVERITIES = ("Critical", "High", "Medium", "Low")
_BYTES_PER_NESSUS_ITEM = 1_900
_BYTES_PER_TRIVY_FINDING = 2_100

Words = dict[str, object]


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    """How a format's file is made; `definition` is said once for each rule, before or after the rest."""

    head: str
    record: str
    tail: str = ""
    between: str = ""
    group: str = ""
    end: str = ""
    each: int = 50
    definition: str = ""
    definitions_first: bool = False
    before_definitions: str = ""
    after_definitions: str = ""


def formats() -> tuple[str, ...]:
    """Return the names of all scanners for which a large report can be made."""
    return ("nessus", "trivy", *_shapes())


def write(name: str, path: Path, size: int) -> int:
    """Write a report of about so many bytes; return how many records it has."""
    if name == "nessus":
        items = max(20, size // _BYTES_PER_NESSUS_ITEM)
        nessus_file.write(path, items=items, hosts=max(1, items // 150), plugins=max(10, items // 40))
        return items
    if name == "trivy":
        findings = max(20, size // _BYTES_PER_TRIVY_FINDING)
        trivy_file.write(path, findings, max(1, findings // 3))
        return findings
    return _write(_shapes()[name], path, size)


@cache
def _shapes() -> dict[str, Shape]:
    return msgspec.convert(tomllib.loads(_SHAPES.read_text(encoding="utf-8")), dict[str, Shape])


def _write(shape: Shape, path: Path, size: int) -> int:
    head = Template(shape.head.lstrip("\n")).substitute(_words(0, shape))
    written = records = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head)
        if shape.definitions_first:
            file.writelines(_definitions(shape))
            file.write(shape.after_definitions)
        for records, piece in _records(shape):
            written += file.write(piece)
            if written >= size and (not shape.group or records % shape.each == 0):
                break
        if shape.group and records % shape.each:
            file.write(shape.end)
        if shape.definition and not shape.definitions_first:
            file.write(shape.before_definitions)
            file.writelines(_definitions(shape))
        file.write(shape.tail)
    return records


def _records(shape: Shape) -> Iterator[tuple[int, str]]:
    """Yield how many records there are so far and the last one, with what opens or ends its group."""
    record, group = Template(shape.record.lstrip("\n")), Template(shape.group)
    for number in count():
        words = _words(number, shape)
        before = shape.between if number else ""
        if shape.group and number % shape.each == 0:
            before += group.substitute(words)
        last = bool(shape.group) and (number + 1) % shape.each == 0
        yield number + 1, before + record.substitute(words) + (shape.end if last else "")


def _definitions(shape: Shape) -> Iterator[str]:
    definition = Template(shape.definition)
    for number in range(RULES):
        text = definition.substitute(_words(number, shape))
        yield f"{shape.between}{text}" if number else text


def _words(number: int, shape: Shape) -> Words:
    """Return what differs from record to record."""
    rule, group = number % RULES, number // shape.each % HOSTS
    severity = _SEVERITIES[rule % len(_SEVERITIES)]
    return _of_rule(rule, severity) | {
        "n": number,
        "number": 100_000 + number,
        "group_number": group,
        "host": f"host{group}.example.org",
        "ip": f"10.{group // 65536}.{group // 256 % 256}.{group % 256}",
        "port": 1_000 + number % 9_000,
        "package": f"libexample{number % 800}-{number // RULES}",
        "uuid": f"{number:08x}-0000-4000-8000-{number * 2_654_435_761 % (1 << 48):012x}",
        "hex64": f"{group * 2_654_435_761:064x}",
        "status": "Open" if number % 3 else "NotAFinding",
        "status_json": "open" if number % 3 else "not_a_finding",
        "result": "fail" if number % 3 else "pass",
        "result_json": "failed" if number % 3 else "passed",
    }


def _of_rule(rule: int, severity: str) -> Words:
    sentence = _SENTENCE.format(rule=rule, digit=rule % 10)
    return {
        "rule": rule,
        "digit": rule % 10,
        "day": f"{rule % 27 + 1:02}",
        "level": rule % 5 + 1,
        "cve": f"CVE-2024-{10_000 + rule}",
        "prose": sentence.strip(),
        "text": (sentence * 5).strip(),
        "Severity": severity,
        "severity": severity.lower(),
        "SEVERITY": severity.upper(),
        "SEVERITY_GO": "MEDIUM" if severity == "Critical" else severity.upper(),
        "Severity_az": "High" if severity == "Critical" else severity,
        "Severity_ocsf": severity,
        "ocsf_id": {"Low": 2, "Medium": 3, "High": 4, "Critical": 5}[severity],
        "uuid_rule": f"00000000-0000-4000-8000-{rule:012x}",
    }
