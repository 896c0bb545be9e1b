"""Archives, tables and hand-made findings on the command line: answers in words and JSON, exit codes."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.test_commands import Running, answer, harbor, run
from tests.work.reports import Found, Host, nessus

__all__ = ["harbor", "run"]

TABLE = "Ref,Titel,Criticality,Server\nPT-1,SQL injection,Sev 1,web1.example\nPT-2,Old,Low,web1.example\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the commands a home of their own, for what is unpacked."""
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive of two reports and a text."""
    path = tmp_path / "march.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, number in (("a.nessus", 1), ("b.nessus", 2)):
            file.write(nessus(tmp_path / "x", Host(f"10.0.0.{number}", (Found(100 + number),))), name)
        file.writestr("readme.txt", "hello")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of findings whose headings leave something open."""
    path = tmp_path / "pentest.csv"
    path.write_text(TABLE)
    return path


def test_an_archive_is_previewed_imported_and_taken_back(
    run: Running, harbor: str, archive: Path, home: Path
) -> None:
    """Each file with its own result and a sum; exit code 1, for one of them was refused."""
    code, out, err = run("import", archive, "--system", harbor, "--dry-run", "--json")
    preview = json.loads(out)
    assert (code, preview["bundle"]) == (1, None)
    code, out, err = run("import", archive, "--system", harbor, "--json")
    done = json.loads(out)
    assert "readme.txt" in err
    assert [each.get("format") for each in done["imports"]] == ["nessus", "nessus", None]
    assert done["total"]["items"] == preview["total"]["items"]
    assert (done["total"]["files"], done["total"]["new"], done["total"]["refused"]) == (3, 2, 1)
    _, said, _ = run("import", archive, "--system", harbor)
    assert "a.nessus is import" in said
    assert "3 files, 0 new, 1 refused" in said
    assert f"(bundle {done['bundle']}: march.zip)" in run("imports", "--system", harbor)[1]
    undone = answer(run("undo", done["bundle"], "--bundle", "--json"))
    assert undone["bundle"] == done["bundle"]
    assert answer(run("items", "--system", harbor, "--json"))["count"] == 0
    assert list((home / "unpacked").iterdir()) == []


@pytest.mark.usefixtures("reading_processes")
def test_a_folder_is_imported_and_read(run: Running, harbor: str, tmp_path: Path, home: Path) -> None:
    """With all below it."""
    (tmp_path / "scans" / "deep").mkdir(parents=True)
    nessus(tmp_path / "scans" / "deep" / "a.nessus", Host("10.0.0.1", (Found(1),)))
    nessus(tmp_path / "scans" / "b.nessus", Host("10.0.0.2", (Found(2),)))
    code, said, _ = run("import", tmp_path / "scans", "--system", harbor)
    assert code == 0
    assert "deep/a.nessus" in said
    assert "scans: 2 files, 2 new, 0 refused" in said
    read = answer(run("read", tmp_path / "scans", "--json"))
    assert [each["file"] for each in read["files"]] == ["b.nessus", "deep/a.nessus"]  # type: ignore[attr-defined] # a list of files
    assert "2 files, 0 refused" in run("read", tmp_path / "scans")[1]
    assert home.exists()


@pytest.mark.usefixtures("home")
def test_reading_an_archive_names_what_is_refused(run: Running, archive: Path, tmp_path: Path) -> None:
    """The others are read; a harmful archive is refused whole."""
    code, out, err = run("read", archive, "--json")
    assert code == 1
    assert [each.get("findings") for each in json.loads(out)["files"]] == [2, 2, None]
    assert "readme.txt" in err
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as file:
        file.writestr("../x", "1")
    code, _, err = run("import", tmp_path / "bad.zip", "--system", "Nowhere")
    assert code == 1
    code, _, err = run("read", tmp_path / "bad.zip")
    assert (code, "leads out of the package" in err) == (1, True)


@pytest.mark.usefixtures("reading_processes")
def test_a_table_is_asked_about_mapped_and_imported(run: Running, harbor: str, table: Path) -> None:
    """The refusal says the next command; the mapping is listed, shown, used by itself, and removed."""
    code, _, err = run("import", table, "--system", harbor)
    assert code == 1
    assert "milepost columns save pentest.csv --map title=COLUMN" in err
    suggested = answer(run("columns", "suggest", table, "--json"))
    assert suggested["question"] == "no known heading names a finding (title or description)"
    assert "id from Ref (100 %: a known heading)" in run("columns", "suggest", table)[1]
    wishes = ("--map", "title=Titel", "--severity", "Sev 1=critical", "--source", "Acme", "--name", "pt")
    saved = answer(run("columns", "save", table, *wishes, "--dates", "day first", "--json"))
    assert saved["fields"]["title"] == ["Titel"]  # type: ignore[index] # an object
    done = answer(run("import", table, "--system", harbor, "--from", "penetration-test", "--json"))
    assert done["items"] == {"opened": 2, "closure_candidates": 0, "consolidated": 0}
    assert run("columns", "list")[1].startswith("pt: Ref, Titel")
    shown = run("columns", "show", "pt")[1]
    for words in ("title from Titel", "severity sev 1 means critical", "day first", "identifiers of Acme"):
        assert words in shown
    assert run("columns", "remove", "pt")[0] == 0
    assert run("columns", "list")[1] == "No mappings yet.\n"


def test_columns_that_cannot_be_are_refused(run: Running, harbor: str, table: Path, tmp_path: Path) -> None:
    """In a sentence, with what there is."""
    for wishes, words in (
        (("--map", "titel=Titel"), "there is no field titel"),
        (("--map", "title=Title"), "no column “Title”"),
        (("--map", "title"), "has no = in it"),
        (("--map", "id="), "no column identifies a finding"),
        (("--severity", "x=urgent"), "is no severity"),
        (("--dates", "year first"), "is no order of dates"),
    ):
        code, _, err = run("columns", "save", table, *wishes)
        assert (code, words in err) == (2, True), err
    assert run("columns", "show", "nothing")[0] == 1
    scan = nessus(tmp_path / "a.nessus", Host("10.0.0.1", (Found(1),)))
    code, _, err = run("import", scan, "--system", harbor, "--columns", "pt")
    assert (code, "is for tables" in err) == (2, True)


def test_a_finding_is_added_by_hand(run: Running, harbor: str) -> None:
    """It opens an item, and is taken back like an import."""
    wishes = ("--system", harbor, "--title", "Laptop lost", "--from", "incident", "--severity", "high")
    done = answer(run("finding", "add", *wishes, "--asset", "lt-7", "--found-on", "2026-02-01", "--json"))
    assert done["opened"] == ["V-1"]
    code, said, _ = run("finding", "add", *wishes, "--id", "I-9")
    assert (code, "it opened V-2" in said) == (0, True)
    assert "already" in run("finding", "add", *wishes, "--id", "I-9")[1]
    assert "V-1" in run("undo", done["import"])[1]
    code, _, err = run("finding", "add", *wishes, "--found-on", "2027-01-01")
    assert (code, "lies in the future" in err) == (2, True)


def test_a_mapping_goes_to_another_register_as_a_file(run: Running, table: Path, tmp_path: Path) -> None:
    """What was written, taken away and taken in again is the same mapping; a damaged file is refused."""
    out = tmp_path / "pt.json"
    saved = answer(run("columns", "save", table, "--map", "title=Titel", "--name", "pt", "--json"))
    assert answer(run("columns", "export", "pt", "-o", out, "--json")) == {"file": str(out), **saved}
    assert run("columns", "remove", "pt")[0] == 0
    assert answer(run("columns", "import", out, "--json")) == saved
    assert answer(run("columns", "show", "pt", "--json")) == saved
    out.write_text(out.read_text().replace('"title"', '"titel"'))
    code, _, err = run("columns", "import", out)
    assert code != 0
    assert "there is no field titel" in err
    out.write_text("[]")
    assert "the file is no mapping of columns" in run("columns", "import", out)[2]
