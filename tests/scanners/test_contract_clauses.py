"""Each clause of the contract, kept by a sound reader and broken by one that errs in exactly that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.domain.finding import (
    Asset,
    AssetKind,
    AssetReport,
    Coverage,
    Facts,
    Finding,
    Identifier,
    IdentifierKind,
)
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.about import UNKNOWN, About
from milepost.scanners.contract import expected
from milepost.scanners.contract.breaking import broken_places, cut_off, hostile
from milepost.scanners.contract.identity import identity_stable
from milepost.scanners.contract.judging import judge, known
from milepost.scanners.contract.reading import CHECKS
from milepost.scanners.contract.specimen import Form, Read, Specimen, specimen
from milepost.scanners.contract.variants import variants
from milepost.scanners.contract.verdict import Outcome
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.xml import elements
from tests.scanners.nessus_text import host, item, nessus
from tests.scanners.reading import written

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
FACTS = Facts("acme", "A-1", "An old protocol is offered", Severity.HIGH, "High", version="1.2.3")
FINDING = Finding(FACTS, "443/tcp")
HOST = Asset("web", AssetKind.HOST, (Identifier(IdentifierKind.HOSTNAME, "web"),))
LOOK = Coverage("acme", "Acme", AT)
ABOUT = About(
    "1", "id, place", "all", {"native_severity": "severity", "Facts.version, output": "v"}, memory="small"
)


@dataclass
class Reader:
    """A reader that says what it is told, or does with the file what it is given to do."""

    parts: tuple[Part, ...] = ()
    name: str = "acme"
    title: str = "Acme"
    about: About = ABOUT
    reading: Callable[[Source], Iterator[Part]] | None = field(default=None)

    def recognises(self, head: Head) -> bool:
        """Take everything."""
        return bool(head.text)

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the parts, or what the file makes of them."""
        yield from self.reading(source) if self.reading else self.parts


def report(*findings: Finding, asset: Asset = HOST, coverage: tuple[Coverage, ...] = (LOOK,)) -> AssetReport:
    """Return what is said of one asset."""
    return AssetReport(asset, coverage, findings or (FINDING,))


def broken(*parts: Part, about: About = ABOUT) -> set[str]:
    """Return the clauses that a reader breaks by saying these parts."""
    read = Read(Reader(about=about), "a.txt", parts)
    found = {clause.name for clause, check in CHECKS if list(check(read))}
    return found | ({"identity"} if list(identity_stable(read)) else set())


def named(kind: IdentifierKind, value: str) -> Asset:
    """Return an asset by one identifier."""
    kinds = {IdentifierKind.IMAGE: AssetKind.IMAGE}
    return Asset(value, kinds.get(kind, AssetKind.HOST), (Identifier(kind, value),), "1.2")


def found(locator: str = "443/tcp", output: str = "", **facts: object) -> AssetReport:
    """Return an asset with one finding that differs from the usual."""
    return report(Finding(replace(FACTS, **facts), locator, output))  # type: ignore[arg-type] # named by the test


def test_a_sound_reader_breaks_nothing() -> None:
    """One asset, one finding, a problem that helps, a statement."""
    stated = Statement(("CVE-2024-0001",), StatementStatus.FIXED, stated_at=AT)
    assert broken(report(), Problem("a.txt, line 1", "odd", "mend it"), stated) == set()


@pytest.mark.parametrize(
    ("clause", "parts"),
    [
        ("assets-once", (report(), report())),
        ("assets-once", (report(asset=replace(HOST, identifiers=())),)),
        ("occurrences-once", (report(FINDING, replace(FINDING, output="other")),)),
        ("coverage", (report(replace(FINDING, coverage=1)),)),
        ("coverage", (report(coverage=(LOOK, LOOK)),)),
        ("coverage", (AssetReport(HOST, (), ()),)),
        ("utc", (report(coverage=(replace(LOOK, scanned_at=AT.replace(tzinfo=None)),)),)),
        (
            "utc",
            (report(coverage=(replace(LOOK, scanned_at=AT.astimezone(timezone(timedelta(hours=1)))),)),),
        ),
        ("identifiers", (report(asset=named(IdentifierKind.HOSTNAME, "WEB")),)),
        ("identifiers", (report(asset=named(IdentifierKind.HOSTNAME, "web ")),)),
        ("identifiers", (report(asset=named(IdentifierKind.HOSTNAME, "")),)),
        ("severities", (found(severity=Severity.UNRATED),)),
        ("source-ids", (found(source_id=""),)),
        ("source-ids", (found(source=" acme"),)),
        ("source-ids", (Statement((), StatementStatus.FIXED),)),
        ("problems", (Problem("", "odd", "mend it"),)),
        ("problems", (Problem("a.txt, line 1", "odd", ""),)),
        ("fields", (found(cwes=("CWE-79",)),)),
        ("masked", (found(output="Authorization: Basic dXNlcjpwYXNzd29yZA=="),)),
        ("masked", (found(output="key " + "AKIA" + "Q" * 16),)),
        ("masked", (found("-----BEGIN RSA PRIVATE KEY-----\n" + "QUJD" * 20),)),
    ],
)
def test_what_a_reader_says_wrong_is_found(clause: str, parts: tuple[Part, ...]) -> None:
    """Exactly the clause that is broken."""
    assert broken(*parts) == {clause}


@pytest.mark.parametrize(
    "part",
    [
        found("An old protocol is offered on 443/tcp"),
        found("openssl 1.2.3"),
        found("lib-1.2.3.jar at 2026-01-05T10:00"),
        found(source_id="A-1 2026-01-05 10:00"),
        found("sha256:" + "0" * 64),
        report(asset=named(IdentifierKind.IMAGE, "team/app:1.2")),
        report(asset=named(IdentifierKind.IMAGE, "team/app@sha256:" + "0" * 64)),
        report(
            Finding(FACTS, "443/tcp high"),
            Finding(replace(FACTS, source_id="A-2", native_severity="Low"), "443/tcp low"),
        ),
    ],
)
def test_what_changes_next_month_is_no_identity(part: AssetReport) -> None:
    """Title, version, instant, digest, tag, rating."""
    assert "identity" in broken(part)


@pytest.mark.parametrize(
    "part",
    [
        found("443/tcp", version="443"),
        found("python3.11/site-packages", version="3.1"),
        found("A-1", title="A-1"),
        report(asset=named(IdentifierKind.IMAGE, "registry.example.org:5000/team/app")),
        found("/api/high"),
    ],
)
def test_what_only_looks_like_it_is_left_alone(part: AssetReport) -> None:
    """A port beside another number, a version within a word, a title that is the id, a registry's port."""
    assert "identity" not in broken(part)


def test_a_reader_has_to_say_what_it_reads() -> None:
    """And to name fields that there are."""
    assert "about" in broken(report(), about=UNKNOWN)
    assert "about" in broken(report(), about=replace(ABOUT, fields={**ABOUT.fields, "colour": "x"}))


def test_one_rating_for_all_findings_is_no_fault_where_the_tool_calls_it_unrated() -> None:
    """The word is known, and means that nobody has rated it."""
    about = replace(ABOUT, severities={"high": Severity.UNRATED})
    assert broken(found(severity=Severity.UNRATED), about=about) == set()


def taken(folder: Path, text: str, reading: Callable[[Source], Iterator[Part]]) -> Specimen:
    """Take a report into the hand, with a reader that does as it is given."""
    path = written(folder, text)
    with specimen(Reader(reading=reading), path, "a.txt") as given:
        return replace(given, folder=folder)


def careful(source: Source) -> Iterator[Part]:
    """Read XML through the product's door."""
    for _ in elements(source, "item"):
        yield report()


def careless(source: Source) -> Iterator[Part]:
    """Count on what stands where it was last time."""
    text = source.path.read_text(encoding="utf-8")
    yield report(Finding(FACTS, text.split('name="')[1]))


XML = '<list><!-- <x> --><item name="a">text</item><item name="b"/><item name="c"/><item name="d"/></list>'


def test_a_report_that_is_cut_off_has_to_be_refused(tmp_path: Path) -> None:
    """A reader that reads what is left breaks the clause."""
    assert cut_off(taken(tmp_path, XML, careful)).outcome is Outcome.MET
    assert cut_off(taken(tmp_path, XML, lambda _: iter([report()]))).outcome is Outcome.BROKEN
    assert cut_off(taken(tmp_path, XML, careless)).outcome is Outcome.BROKEN


def test_hostile_wrappers_have_to_be_refused(tmp_path: Path) -> None:
    """Entities, nesting, characters that are none, in XML; nesting, NaN and keys twice in JSON."""
    assert hostile(taken(tmp_path, XML, careful)).outcome is Outcome.MET
    read_all = hostile(taken(tmp_path, XML, lambda _: iter([report()])))
    assert (read_all.outcome, read_all.count) == (Outcome.BROKEN, 6)
    assert hostile(taken(tmp_path, '{"a": 1}', lambda _: iter([report()]))).count == 5
    assert hostile(taken(tmp_path, "[]", lambda _: iter([report()]))).count == 4
    assert hostile(taken(tmp_path, "a,b\n1,2\n", lambda _: iter([report()]))).count == 2
    assert hostile(taken(tmp_path, '{"a": 1}\n{"a": 2}\n', lambda _: iter([report()]))).count == 3
    assert hostile(taken(tmp_path, "prose", careful)).outcome is Outcome.NOT_SHOWN


def mending(source: Source) -> Iterator[Part]:
    """Read what is left of a document that is not well-formed, and say so; refuse entities and nesting."""
    text = source.path.read_bytes()
    if b"<!ENTITY" in text or b"<a><a>" in text:
        raise DamagedInput("an entity", where=source.name)
    if any(mark in text for mark in (b"\x01", b"&#0;", b"\xff", b"<never-closed>")):
        yield Problem(source.name, "mended", "export it again")
    yield report()


def test_what_is_mended_has_to_be_said(tmp_path: Path) -> None:
    """With one problem more than the sound report has; entities and nesting are refused even then."""
    assert hostile(taken(tmp_path, XML, mending)).outcome is Outcome.MET


def test_a_broken_place_may_not_break_the_reader(tmp_path: Path) -> None:
    """An attribute that is missing is a case, not an accident."""
    assert broken_places(taken(tmp_path, XML, careful), 50)[0].outcome is Outcome.MET
    careless_one, _ = broken_places(taken(tmp_path, '<list><item name="a"/></list>', careless), 50)
    assert careless_one.outcome is Outcome.BROKEN
    assert any("has no name" in breach.where for breach in careless_one.breaches)


def choosy(source: Source) -> Iterator[Part]:
    """Pass over what has no name that it knows, without a word."""
    text = source.path.read_text(encoding="utf-8")
    findings = [Finding(FACTS, name) for name in ("one", "two") if f'"{name}"' in text]
    yield AssetReport(HOST, (LOOK,), tuple(findings))


def outspoken(source: Source) -> Iterator[Part]:
    """Pass over it, and say so."""
    (report,) = choosy(source)
    assert isinstance(report, AssetReport)
    if len(report.findings) < 2:
        yield Problem(source.name, "a name is unknown", "correct it")
    yield report


@pytest.mark.parametrize("text", ['{"a": "one", "b": "two"}', '<a b="one"><c d="two"/></a>'])
def test_what_is_not_taken_has_to_be_named(tmp_path: Path, text: str) -> None:
    """A finding that is gone because of nonsense in its record needs a problem."""
    assert broken_places(taken(tmp_path, text, outspoken), 50)[1].outcome is Outcome.MET
    assert broken_places(taken(tmp_path, text, choosy), 50)[1].outcome is Outcome.BROKEN


def test_every_place_of_a_document_is_broken_in_turn() -> None:
    """By nothing, and by another type; of many records a few are left; the same every time."""
    made = list(variants(Form.JSON, b'{"a": [1, 2, 3, 4, 5], "b": {"c": "d"}}', 100))
    assert {each.where for each in made} == {"the document", "a", "a[0]", "a[1]", "a[2]", "b", "b.c"}
    assert len(made) == 14
    assert made == list(variants(Form.JSON, b'{"a": [1, 2, 3, 4, 5], "b": {"c": "d"}}', 100))
    assert len(list(variants(Form.JSON, b'{"a": [1, 2, 3, 4, 5], "b": {"c": "d"}}', 6))) == 6
    assert list(variants(Form.JSON, b'{"a": ', 6)) == []


def test_every_cell_of_a_table_is_spoiled_in_turn() -> None:
    """Every second one is emptied."""
    made = list(variants(Form.TABLE, b"a;b\n1;2\n", 100))
    assert [each.where for each in made] == [
        "row 1, cell 1",
        "row 1, cell 2",
        "row 2, cell 1",
        "row 2, cell 2",
    ]
    assert made[1].data == b"a;\r\n1;2\r\n"


def test_every_attribute_text_and_element_is_missing_in_turn() -> None:
    """Of four items alike three are left; the comment is no element."""
    made = {(each.where, each.how): each.data for each in variants(Form.XML, XML.encode(), 100)}
    three = '<item name="b"/><item name="c"/></list>'
    start = "<list><!-- <x> -->"
    assert made["<item> (part 2)", "has no name"].decode() == f"{start}<item>text</item>{three}"
    assert made["<item> (part 2)", "is missing"].decode() == f"{start}{three}"
    assert made["<item> (part 3)", "is empty"].decode() == f'{start}<item name="a"></item>{three}'
    assert made["<list> (part 0)", "is missing"] == b""


@pytest.mark.usefixtures("reading_processes")
def test_the_counts_beside_a_sample_are_held_against_what_is_read(tmp_path: Path) -> None:
    """What is not given is not compared."""
    path = written(tmp_path, nessus(host(item())), "a.nessus")
    said = {verdict.clause.name: verdict.outcome for verdict in judge(path).verdicts}
    assert (said["expected"], said["isolated"], said["recognised"]) == (
        Outcome.NOT_SHOWN,
        Outcome.MET,
        Outcome.MET,
    )
    for text, outcome in (
        ('{"findings": 1}', Outcome.MET),
        ('{"findings": 2}', Outcome.BROKEN),
        ("{}", Outcome.MET),
        ('{"colour": 1}', Outcome.BROKEN),
        ("{", Outcome.BROKEN),
    ):
        expected.beside(path).write_text(text, encoding="utf-8")
        verdicts = judge(path, "nessus", places=2, isolated=False).verdicts
        assert {verdict.clause.name: verdict.outcome for verdict in verdicts}["expected"] is outcome


def test_a_file_that_nobody_or_another_recognises_is_judged_by_that_alone(tmp_path: Path) -> None:
    """With the name of who was asked for."""
    nobodys = judge(written(tmp_path, "prose", "a.txt"), "grype")
    assert ([each.clause.name for each in nobodys.broken()], nobodys.scanner) == (["recognised"], "grype")
    anothers = judge(written(tmp_path, nessus(host(item())), "b.txt"), "grype")
    (verdict,) = anothers.broken()
    assert "nessus recognises the file, and grype does not" in verdict.breaches[0].what
    assert anothers.document()["kept"] is False


def test_an_unknown_scanner_is_refused_by_name() -> None:
    """With those that there are."""
    assert known("nessus").name == "nessus"
    with pytest.raises(UnknownFormat, match="nessus"):
        known("nonsense")
