"""Reading in a process of its own."""

import io
from pathlib import Path

import pytest

from bench import nessus_file
from milepost.domain.errors import (
    DamagedInput,
    EmptyInput,
    HostileInput,
    InputRefused,
    OversizedInput,
    UnknownFormat,
)
from milepost.domain.finding import AssetReport
from milepost.scanners.frames import Receiver
from milepost.scanners.isolated import serve
from milepost.scanners.isolation import Limits, read_isolated
from milepost.scanners.opening import open_report, read_report
from tests.samples import sample
from tests.scanners.nessus_text import check, host, item, nessus
from tests.scanners.reading import written

pytestmark = pytest.mark.usefixtures("reading_processes")
TASKS = Path("/proc/self/task")


def in_process(path: Path) -> list[object]:
    """Read as usual."""
    scanner, source = open_report(path)
    return list(read_report(source, scanner))


def test_a_child_reads_what_the_process_itself_would(tmp_path: Path) -> None:
    """Reports and problems in the same order, whatever the size of a batch; equal facts are one object."""
    path = tmp_path / "scan.nessus"
    nessus_file.write(path, items=600, hosts=9, plugins=80, changed=0.1)
    parts = list(read_isolated(path, batch=100))
    assert parts == in_process(path)
    findings = [f for part in parts if isinstance(part, AssetReport) for f in part.findings]
    assert len({id(f.facts) for f in findings}) == len({f.facts for f in findings})


def test_checks_problems_and_names_come_through(tmp_path: Path) -> None:
    """Sets of ids, coverage of findings, the name that people know."""
    text = nessus(host(check("FAILED"), check("ERROR", "2"), item(severity="9")))
    path = written(tmp_path, text)
    parts = list(read_isolated(path))
    assert parts == in_process(path)
    assert "March.nessus" in repr(list(read_isolated(path, "March.nessus")))


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    ["dod/nessus/saf_sample.nessus", "dod/cklb/scc_onedrive_3stigs.cklb", "scans/trivy/kubernetes.json"],
)
def test_real_files_are_the_same_through_a_child(name: str) -> None:
    """One of each kind."""
    assert list(read_isolated(sample(name))) == in_process(sample(name))


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", EmptyInput),
        (b"hello", UnknownFormat),
        (b"<NessusClientData_v2>", DamagedInput),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><NessusClientData_v2/>', HostileInput),
    ],
)
def test_refusals_come_through_as_they_are(tmp_path: Path, content: bytes, cause: type[InputRefused]) -> None:
    """The same class, place, sentence and way out."""
    path = tmp_path / "scan.nessus"
    path.write_bytes(content)
    with pytest.raises(cause) as here:
        in_process(path)
    with pytest.raises(cause) as there:
        list(read_isolated(path))
    assert str(there.value) == str(here.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """As without a child."""
    with pytest.raises(InputRefused, match="no such file"):
        list(read_isolated(tmp_path / "none"))


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    """Whatever an upload calls itself."""
    path = written(tmp_path, nessus(host(item())))
    with pytest.raises(InputRefused, match="cannot be read"):
        list(read_isolated(path, name))


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """The operating system does it; the person reads why."""
    path = written(tmp_path, nessus(host(item())))
    with pytest.raises(OversizedInput, match="more time or memory"):
        list(read_isolated(path, limits=Limits(cpu_seconds=0)))


def test_a_child_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    """However it dies of it, the person reads a refusal."""
    path = tmp_path / "large.nessus"
    nessus_file.write(path, items=3_000, hosts=1, plugins=3_000)
    with pytest.raises(InputRefused):
        list(read_isolated(path, limits=Limits(memory_bytes=40 << 20)))


def test_a_reader_that_is_not_read_to_its_end_is_ended(tmp_path: Path) -> None:
    """No process stays behind."""
    path = tmp_path / "large.nessus"
    nessus_file.write(path, items=3_000, hosts=30, plugins=300)
    parts = read_isolated(path, batch=1)
    next(parts)
    before = children()
    parts.close()
    assert len(children()) == len(before) - 1


def children() -> list[str]:
    """Return the processes that this one started and that have not been waited for."""
    if not TASKS.is_dir():
        pytest.skip("this system does not list the children of a process")
    return [child for task in TASKS.iterdir() for child in (task / "children").read_text("ascii").split()]


def test_frames_say_all_by_themselves(tmp_path: Path) -> None:
    """What a child writes is enough to build the same again."""
    path = written(tmp_path, nessus(host(item())))
    output = io.BytesIO()
    serve(path, "report", 10, output)
    output.seek(0)
    parts = list(Receiver().parts(lambda: output.read(int.from_bytes(output.read(8), "little"))))
    assert parts == in_process(path)
