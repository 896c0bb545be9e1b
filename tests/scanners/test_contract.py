"""The contract of readers over all real reports: who recognises which, and what each reader keeps."""

import pytest

from milepost.scanners.contract.foreign import foreign_files
from milepost.scanners.contract.judging import recognisers
from milepost.scanners.opening import head_of
from milepost.scanners.prose import built_in
from milepost.scanners.quality import proof_of
from tests.proofs import broken_clauses, by_scanner, counted_reports, judged, takers

NAMES = [scanner.name for scanner in built_in()]


@pytest.mark.usefixtures("reading_processes")
@pytest.mark.samples
@pytest.mark.parametrize("name", NAMES)
def test_the_contract_is_kept_by_every_real_report(name: str) -> None:
    """What is not kept yet stands in `proofs.toml`, and nothing else; `make proofs` writes it anew."""
    judgements = judged(by_scanner().get(name, []), name)
    told = {verdict.clause.name: verdict.breaches for each in judgements for verdict in each.broken()}
    assert broken_clauses(judgements) == proof_of(name).broken, told


@pytest.mark.samples
def test_every_report_is_recognised_by_exactly_the_reader_that_names_its_folder() -> None:
    """All and only: a folder that a reader names as its samples is read whole, by it or another of them."""
    named: dict[str, set[str]] = {}
    for scanner in built_in():
        for folder in scanner.about.samples:
            named.setdefault(folder.rstrip("/"), set()).add(scanner.name)
    wrong = {}
    for relative, path in counted_reports().items():
        folder, found = relative.rpartition("/")[0], takers(path)
        if len(found) > 1 or (folder in named and not named[folder].issuperset(found or ("nobody",))):
            wrong[relative] = found
    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_a_tiny_file_that_only_its_reader_takes(name: str) -> None:
    """So that each other reader is shown one of its files, and leaves it alone."""
    mine = [file for file in foreign_files() if file.scanner == name]
    assert mine, f"add a tiny file of {name} to foreign.toml"
    found = {file.title: [each.name for each in recognisers(head_of(file.text.encode()))] for file in mine}
    assert found == {file.title: [name] for file in mine}


def test_what_is_no_report_is_nobodys() -> None:
    """Lists, tables, feeds, prose."""
    nobodys = [file for file in foreign_files() if not file.scanner]
    taken = {file.title: recognisers(head_of(file.text.encode())) for file in nobodys}
    assert {title: names for title, names in taken.items() if names} == {}
