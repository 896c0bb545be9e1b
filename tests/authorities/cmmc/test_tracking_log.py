"""The tracking log in Markdown, workbook, CSV and Word: read, written and read again it says the same."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from milepost.authorities.cmmc.log_items import FORM
from milepost.authorities.cmmc.tracking_log import FORMAT
from milepost.authorities.documents import read_document, recognised_format
from milepost.authorities.documents.contract import Writing
from milepost.domain.errors import HostileInput, UnknownFormat, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import FieldChange, PlanItem, PlanMilestone, Remark, State, Verification
from tests.samples import sample

AS_OF = date(2026, 3, 1)
ENDINGS = [".md", ".xlsx", ".csv", ".docx"]
_LINE = st.text("abc XYZ0123456789*_<>[]#|\\`&=+-.:;é漢", max_size=14).map(lambda text: f"W {text.strip()} W")
_TEXT = st.lists(_LINE, max_size=3).map("\n".join) | st.sampled_from(
    [
        "# no heading",
        "---",
        "- a\n- b",
        "**Status:** Open",
        "<script>alert(1)</script>",
        "=1+1",
        "a\n\nb",
        "\\*",
    ]
)
_DAYS = st.none() | st.dates(date(2026, 3, 2), date(2030, 1, 1))
_STEPS = st.builds(
    PlanMilestone,
    text=st.text("abc <*[&", max_size=9).map(lambda text: " ".join(f"Step {text}".split())),
    due=_DAYS,
    done=st.booleans(),
    completed=_DAYS,
)
_CHANGES = st.builds(
    FieldChange,
    st.just("status"),
    _LINE.map(lambda text: " ".join(text.replace("|", " ").split())),
    st.just("B"),
)
_ITEMS = st.builds(
    PlanItem,
    title=_LINE.map(str.split).map(" ".join),
    description=_TEXT,
    controls=st.sampled_from([[], ["3.1.1"], ["3.5.3", "3.13.11"], ["AC-2(1)"]]),
    source_text=_TEXT,
    identified_date=_DAYS,
    remediation_plan=_TEXT,
    owner=_LINE,
    resources_text=_TEXT,
    scheduled_date=_DAYS,
    actual_completion_date=_DAYS,
    status=st.sampled_from(
        [State.PLANNED, State.IN_PROGRESS, State.PENDING_VERIFICATION, State.CLOSED_COMPLETED]
    ),
    raw_severity=st.sampled_from(["", "High", "Moderate", "Low"]),
    milestones=st.lists(_STEPS, max_size=3),
    interim_mitigation=_TEXT,
    verification=st.none() | st.just(Verification("A. Example, ISSO", date(2026, 3, 3))),
    comments=_TEXT.map(lambda text: [Remark(text)] if text else []),
    history=st.lists(_CHANGES, max_size=2),
)


def plan(items: Sequence[PlanItem]) -> PlanDocument:
    """Number the items and their milestones."""
    for number, item in enumerate(items, 1):
        item.id = f"POAM-{number:03}"
        for place, step in enumerate(item.milestones, 1):
            step.number = place
    return PlanDocument(name="plan", layout="made up", facts={"system": "Harbor"}, items=items)


def said(document: PlanDocument) -> list[dict[str, object]]:
    """Return the fields of the items that the log carries."""
    found = []
    for item in document.items:
        for step in item.milestones:
            step.row = 0
        values = {name: getattr(item, name) for name in FORM.carries}
        found.append({k: list(v) if isinstance(v, list | tuple) else v for k, v in values.items()})
    return found


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(items=st.lists(_ITEMS, min_size=1, max_size=3))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, ending: str, items: list[PlanItem]
) -> None:
    """Every field, with signs of Markdown, HTML and formulas in the texts."""
    before = plan(items)
    out = tmp_path_factory.mktemp("log") / f"log{ending}"
    FORMAT.write(before, out, Writing(as_of=AS_OF))
    assert recognised_format(out) is FORMAT
    assert said(read_document(out)) == said(before)


@pytest.mark.samples
def test_a_real_log_is_read_as_its_readers_read_it() -> None:
    """13 items; the requirements, states and dates are those listed with the sample."""
    log = read_document(sample("cmmc/samples/mactech_MAC-AUD-405_POAM_Tracking_Log_v1.2.md"))
    assert [item.id for item in log.items] == [f"POAM-{number:03}" for number in range(1, 14)]
    families = ["3.5.3", "3.1.8", "3.3.", "3.4.", "3.2.", "3.9.", "3.6.3", "3.13.11", "3.1.4"]
    assert [len(item.controls) for item in log.items] == [1, 1, 9, 9, 3, 2, 1, 1, 1, 2, 1, 1, 1]
    assert all(item.controls[0].startswith(start) for item, start in zip(log.items, families, strict=False))
    states = [item.status for item in log.items]
    assert (states.count(State.PLANNED), states.count(State.CLOSED_COMPLETED)) == (3, 10)
    assert log.items[0].scheduled_date == date(2026, 2, 20)
    assert log.items[1].actual_completion_date == date(2026, 1, 23)
    assert [step.done for step in log.items[1].milestones] == [True, True, True, False]
    assert log.items[1].milestones[0].completed == date(2026, 1, 23)
    assert log.items[7].owner == "System Administrator"


@pytest.mark.samples
@pytest.mark.parametrize("name", ["MAC-AUD-405_POAM_Tracking_Log_v1.2", "MAC-POAM-CMMC-L2_v1.0"])
def test_a_real_log_written_into_itself_does_not_change(tmp_path: Path, name: str) -> None:
    """Byte for byte."""
    source = sample(f"cmmc/samples/mactech_{name}.md")
    written = FORMAT.write(read_document(source), tmp_path / "log.md", Writing(as_of=AS_OF, base=source))
    assert (tmp_path / "log.md").read_bytes() == source.read_bytes()
    assert not [problem for problem in written.problems if "stays as it was" in problem.what]


@pytest.mark.samples
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["MAC-AUD-405_POAM_Tracking_Log_v1.2", "MAC-POAM-CMMC-L2_v1.0"])
def test_a_real_log_goes_through_every_form(tmp_path: Path, name: str, ending: str) -> None:
    """No field of an item is lost, nor those that are none of the log's own."""
    real = read_document(sample(f"cmmc/samples/mactech_{name}.md"))
    FORMAT.write(real, tmp_path / f"log{ending}", Writing(as_of=AS_OF))
    again = read_document(tmp_path / f"log{ending}")
    assert said(again) == said(real)
    own = [{k: v for k, v in item.texts.items() if k.startswith("cmmc-log: ")} for item in real.items]
    assert [
        {k: v for k, v in item.texts.items() if k.startswith("cmmc-log: ")} for item in again.items
    ] == own


_BASE = """\ufeff# Our log\r
\r
Words of ours.\r
\r
### POAM-001: First\r
\r
**Deficiency Description:** Old TLS\r
**Status:** Open (since May)\r
**Ticket:** 4711\r
\r
---\r
\r
### POAM-002: Second\r
\r
**Deficiency Description:** Weak keys\r
\r
**Status:** Open\r
\r
---\r
\r
## Summary\r
\r
**Open:** 5\r
"""


def test_a_base_keeps_what_is_not_of_the_plan(tmp_path: Path) -> None:
    """Own words, fields, line ends and byte order mark; a changed item is written anew, a new one added."""
    base = tmp_path / "base.md"
    base.write_bytes(_BASE.encode())
    log = read_document(base)
    log.items[1].status = State.CLOSED_COMPLETED
    log.items[1].status_label = ""
    log.items = [*log.items, PlanItem(id="POAM-003", title="Third", description="New", status=State.PLANNED)]
    written = FORMAT.write(log, tmp_path / "out.md", Writing(as_of=AS_OF, base=base))
    text = (tmp_path / "out.md").read_bytes().decode()
    before, _, after = text.partition("### POAM-002")
    assert before == _BASE.partition("### POAM-002")[0]
    assert "**Status:** Closed\r\n" in after
    assert after.index("### POAM-003: Third") < after.index("## Summary\r\n\r\n**Open:** 5\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "the summary says 5 open, the items are 2" in [problem.what for problem in written.problems]
    again = read_document(tmp_path / "out.md")
    assert said(again) == said(log)
    assert again.items[0].texts["cmmc-log: Ticket"] == "4711"


def test_an_item_that_the_plan_has_not_stays_and_is_told(tmp_path: Path) -> None:
    """Nothing is taken out of a person's document in silence."""
    base = tmp_path / "base.md"
    base.write_bytes(_BASE.encode())
    log = read_document(base)
    log.items = log.items[:1]
    written = FORMAT.write(log, tmp_path / "out.md", Writing(as_of=AS_OF, base=base))
    assert (tmp_path / "out.md").read_bytes() == base.read_bytes()
    assert any("POAM-002 is in the base and not in the plan" in each.what for each in written.problems)


def test_what_cannot_be_a_base_is_refused(tmp_path: Path) -> None:
    """Prose, binary data and Word documents, each with a way out."""
    log = plan([PlanItem(title="A", status=State.PLANNED)])
    (tmp_path / "prose.md").write_text("# Words\n\nNo item.\n")
    (tmp_path / "binary.md").write_bytes(b"\0\1")
    FORMAT.write(log, tmp_path / "base.docx", Writing(as_of=AS_OF))
    for name, out, error in [
        ("prose.md", "out.md", UnknownFormat),
        ("binary.md", "out.md", UnknownFormat),
        ("base.docx", "out.docx", WrongUse),
    ]:
        with pytest.raises(error):
            FORMAT.write(log, tmp_path / out, Writing(as_of=AS_OF, base=tmp_path / name))
        assert not (tmp_path / out).exists()


def test_the_summary_is_counted_from_the_items(tmp_path: Path) -> None:
    """Each status once, and the total."""
    log = plan([PlanItem(title="A", status=State.PLANNED), PlanItem(title="B", status=State.PLANNED)])
    FORMAT.write(log, tmp_path / "log.md", Writing(as_of=AS_OF))
    text = (tmp_path / "log.md").read_text()
    assert "| Open | 2 |\n| In Progress | 0 |" in text
    assert "| Total | 2 |" in text


def test_a_state_outside_the_lifecycle_is_told(tmp_path: Path) -> None:
    """It is written in plain words that are read again."""
    log = plan([PlanItem(title="A", status=State.RISK_ACCEPTED)])
    FORMAT.write(log, tmp_path / "log.md", Writing(as_of=AS_OF))
    assert read_document(tmp_path / "log.md").items[0].status is State.RISK_ACCEPTED


def test_word_tables_can_be_read_by_screen_readers(tmp_path: Path) -> None:
    """Language, title, headings with levels, captions, and heading rows that are marked as such."""
    item = PlanItem(title="A & <b>", status=State.PLANNED, description="x\x00y\ttab")
    FORMAT.write(plan([item]), tmp_path / "log.docx", Writing(as_of=AS_OF))
    with zipfile.ZipFile(tmp_path / "log.docx") as package:
        assert package.testzip() is None
        parts = {name: etree.fromstring(package.read(name)) for name in package.namelist()}
    document, styles = parts["word/document.xml"], parts["word/styles.xml"]
    tables = list(document.iter("{*}tbl"))
    assert len(tables) == 2
    for table in tables:
        first, *others = table.iter("{*}tr")
        assert next(first.iter("{*}tblHeader"), None) is not None
        assert not [each for row in others for each in row.iter("{*}tblHeader")]
        assert next(table.iter("{*}tblCaption"), None) is not None
    assert next(styles.iter("{*}lang"), None) is not None
    assert len(list(styles.iter("{*}outlineLvl"))) == 3
    assert "Harbor" in str(next(parts["docProps/core.xml"].iter("{*}title")).text)
    (read,) = read_document(tmp_path / "log.docx").items
    assert (read.title, read.description) == ("A & <b>", "xy\ttab")


def test_a_hostile_word_document_is_refused(tmp_path: Path) -> None:
    """A document type in a part of the package."""
    path = tmp_path / "log.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(HostileInput):
        FORMAT.read(path, "log.docx")
    assert not FORMAT.recognises(path)
