"""The fast way through a Nessus file gives exactly what the general way gives."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import nessus_file
from milepost.domain.errors import InputRefused
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.hosts.nessus import SCANNER, read_general
from milepost.scanners.hosts.nessus_fast import NotPlain, read_fast
from milepost.scanners.hosts.nessus_item import Shared
from milepost.scanners.hosts.nessus_joining import joined, repeated_hosts
from milepost.scanners.scanner import Source
from tests.samples import sample
from tests.scanners.nessus_text import PLACE, PROPERTIES, check, host, item, nessus

PLAIN = ("x", " ", "\n", "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "'", '"', ">", "]]", "é", "\U0001f600")
ODD = (
    "\r\n",
    "\r",
    "&#13;",
    "&#x41;",
    "&#0;",
    "&nbsp;",
    "&",
    "]]>",
    "\x01",
    "\ufffe",
    "<b>bold</b>",
    "<!-- remark -->",
    "<![CDATA[<ReportItem ]]>",
    "<?note <ReportHost ?>",
    "<plugin_output>again</plugin_output>",
    "</plugin_output>",
    "<ReportItem/>",
)
PLACES = (
    PLACE,
    'port="0" svc_name="general" protocol="tcp"',
    'port="80" svc_name="www?" protocol="udp"',
    'svc_name="www" protocol="TCP" port="80"',
    'port="80" svc_name="a&amp;b" protocol="tcp"',
    'port="1" svc_name="x" protocol="tcp" port="2"',
    "",
)
BETWEEN = ("\n", "", " <!-- between --> ", "stray", "<extra/>")


def pieces(plain: int = 20) -> st.SearchStrategy[str]:
    """Return text that is mostly plain and at times odd."""
    piece = st.sampled_from(PLAIN * plain + ODD)
    return st.lists(piece, max_size=8).map("".join)


items = st.one_of(
    st.builds(
        item,
        st.sampled_from(["1", "2", "10180", "19506", ""]),
        st.sampled_from(["0", "1", "2", "3", "4", "4", "4", "9"]),
        pieces().map("<description>{}</description>".format),
        pieces(),
        st.sampled_from(PLACES[:3] * 5 + PLACES),
    ),
    st.builds(check, st.sampled_from(["FAILED", "PASSED", "ERROR", "ODD"]), st.sampled_from(["1", "2"])),
    st.just('<ReportItem port="0" svc_name="x" protocol="tcp" severity="1" pluginID="7"/>'),
)
hosts = st.builds(
    lambda found, name, between, properties: host(*found, name=name, properties=properties) + between,
    st.lists(items, max_size=4),
    st.sampled_from(["10.0.0.1", "10.0.0.2", "a", "b"]),
    st.sampled_from(BETWEEN[:2] * 10 + BETWEEN),
    st.sampled_from([PROPERTIES] * 5 + ["", '<tag name="HOST_END">never</tag>']),
)

Outcome = list[AssetReport | Problem] | tuple[str, str]


def product(source: Source) -> Outcome:
    """Read as the product does."""
    try:
        return list(SCANNER.read(source))
    except InputRefused as refusal:
        return type(refusal).__name__, str(refusal)


def general(source: Source) -> Outcome:
    """Read the general way only."""
    parts = (part for host_parts in read_general(source, Shared()) for part in host_parts)
    try:
        return list(joined(parts, repeated_hosts(source), source))
    except InputRefused as refusal:
        return type(refusal).__name__, str(refusal)


def source_of(path: Path) -> Source:
    """Return a file to read."""
    return Source(path, path.name, path.stat().st_size)


@given(found=st.lists(hosts, max_size=4).map("".join))
def test_both_ways_agree_on_whatever_comes(tmp_path_factory: pytest.TempPathFactory, found: str) -> None:
    """On sound, odd and broken files the product gives what the general way gives, refusals included."""
    path = tmp_path_factory.getbasetemp() / "either.nessus"
    path.write_bytes(nessus(found).encode())
    assert product(source_of(path)) == general(source_of(path))


@given(found=st.lists(st.lists(st.builds(item, output=pieces(1000)), min_size=1), max_size=4))
def test_plain_files_do_go_the_fast_way(
    tmp_path_factory: pytest.TempPathFactory, found: list[list[str]]
) -> None:
    """Otherwise the agreement of both ways would mean nothing."""
    path = tmp_path_factory.getbasetemp() / "plain.nessus"
    text = "".join(host(*some, name=f"h{number}") for number, some in enumerate(found))
    path.write_bytes(nessus(text).encode())
    try:
        fast = list(read_fast(source_of(path), Shared()))
    except NotPlain:
        assert any(odd in text for odd in ODD)
    else:
        assert fast == general(source_of(path))


@pytest.mark.samples
@pytest.mark.parametrize("path", ["dod/nessus", "hostile/xml"])
def test_both_ways_agree_on_real_and_hostile_files(path: str) -> None:
    """Every real file, and every file that was made to do harm."""
    for file in sample(path).iterdir():
        assert product(source_of(file)) == general(source_of(file)), file.name


@pytest.mark.parametrize("changed", [0.0, 0.3])
def test_a_large_file_is_read_in_blocks(tmp_path: Path, changed: float) -> None:
    """Hosts and items that lie across the blocks come out whole, and each body's facts are one object."""
    path = tmp_path / "large.nessus"
    nessus_file.write(path, items=2_000, hosts=7, plugins=300, changed=changed)
    fast = list(read_fast(source_of(path), Shared()))
    assert fast == general(source_of(path))
    findings = [finding for report in fast for finding in report.findings]
    assert len({id(finding.facts) for finding in findings}) == len({finding.facts for finding in findings})
    assert len(fast) == 7
    assert (len(findings) == 2_000) == (changed == 0)
