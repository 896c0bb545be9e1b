"""The pages in a real browser, served by the real server: the main journey, access for all, small screens."""

import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.conftest import SCAN
from tests.web.servers import MILEPOST, environment, serving
from tests.work.reports import DAY, START, Host, nessus

pytestmark = pytest.mark.browser
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
_QUIET = ("--disable-background-networking", "--disable-component-update")
_UNFOLD = """
for (const each of document.querySelectorAll('main details')) { each.name = ''; each.open = true; }
"""
PATHS = (
    *("/", "/systems/add/", "/systems/1/", "/systems/1/?as_of=2026-01-20", "/systems/1/open-item/"),
    "/systems/1/findings/add/",
    *("/my-work/", "/my-work/?person=Sam+Okafor", "/documents/", "/documents/compare/"),
    *("/systems/1/milestones/", "/systems/1/milestones/?show=done", "/systems/1/milestones/?page=2"),
    *("/systems/1/reports/", "/systems/1/reports/package/", "/systems/1/reports/cmmc/"),
    *(
        "/systems/1/register/",
        "/systems/1/register/?status=any&q=ssh&rating=High",
        "/systems/1/register/?q=nothing",
        "/systems/1/priorities/",
    ),
    *("/systems/1/checks/", "/systems/1/checks/?level=error&rule=C13", "/systems/1/checks/file/"),
    *("/systems/1/authorities/", "/systems/1/authorities/oblige/", "/systems/1/publications/add/"),
    *("/systems/1/items/V-5/", "/systems/1/items/V-6/", "/systems/1/imports/", "/systems/1/imports/new/"),
    *("/systems/1/imports/8/", "/systems/1/imports/8/undo/", "/systems/1/export/", "/nowhere/"),
    *("/systems/1/ledger/", "/systems/1/ledger/?item=V-5"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demonstration from a home of its own; give the server's address."""
    home = tmp_path_factory.mktemp("home")
    command = [*MILEPOST, "demo", "--no-serve"]
    subprocess.run(command, env=environment(home), check=True, stdout=subprocess.DEVNULL)
    with serving(home) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        program = os.environ.get("MILEPOST_CHROMIUM") or chromium
        launched = playwright.chromium.launch(executable_path=program, args=[*_SWITCHES, *_QUIET])
        yield launched
        launched.close()


@contextmanager
def opened(browser: Browser, *, width: int = 1280, script: bool = True, dark: bool = False) -> Iterator[Page]:
    """Open a page that fails the test on any error in the browser's console."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert [error for error in errors if "status of 40" not in error] == []


@pytest.mark.parametrize("width", [1280, 400])
def test_pages_are_open_to_everyone(server: str, browser: Browser, width: int) -> None:
    """The rules of axe-core find no fault in any page, on a wide and on a narrow screen."""
    faults = {}
    with opened(browser, width=width) as page:
        for path in PATHS:
            page.goto(f"{server}{path}")
            found = Axe().run(page).response["violations"]
            faults[path] = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "path",
    [
        *("/systems/1/", "/systems/1/register/", "/systems/1/items/V-5/", "/systems/1/imports/8/"),
        *("/systems/1/checks/", "/systems/1/authorities/", "/systems/1/authorities/oblige/"),
    ],
)
def test_what_is_folded_is_open_to_everyone(server: str, browser: Browser, path: str) -> None:
    """The same with everything unfolded."""
    with opened(browser) as page:
        page.goto(f"{server}{path}")
        page.evaluate(_UNFOLD)
        found = Axe().run(page).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


@pytest.mark.parametrize("path", PATHS)
def test_dark_pages_are_open_to_everyone(server: str, browser: Browser, path: str) -> None:
    """Where the reader's system is dark, everything can be read as well, whatever is folded included."""
    with opened(browser, dark=True) as page:
        page.goto(f"{server}{path}")
        page.evaluate(_UNFOLD)
        assert _faults(page) == []


def test_narrow_screens_need_no_sideways_scrolling(server: str, browser: Browser) -> None:
    """At 400 pixels no page is wider than the screen; what is wide scrolls within itself."""
    wide = {}
    with opened(browser, width=400) as page:
        for path in PATHS:
            page.goto(f"{server}{path}")
            wide[path] = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
    assert {path: over for path, over in wide.items() if over > 0} == {}


def test_pages_need_no_script(server: str, browser: Browser) -> None:
    """Without script, the register filters, sorts and opens its lists of choices."""
    with opened(browser, script=False) as page:
        page.goto(f"{server}/systems/1/register/")
        page.get_by_text("Rating", exact=True).first.click()
        page.locator("label", has_text="High").click()
        page.locator(".filters__end").get_by_role("button").click()
        assert "rating=High" in page.url
        expect(page.locator(".chips")).to_contain_text("High")
        page.get_by_role("link", name="Detected").click()
        assert "sort=detected" in page.url
        page.goto(f"{server}/systems/1/items/V-5/")
        page.get_by_text("Why these dates and this rating").click()
        expect(page.locator(".reasons")).to_contain_text("calendar days after discovery")


def test_script_only_swaps_the_list(server: str, browser: Browser) -> None:
    """With script, sorting renews the list without a new page, and the address still says all of it."""
    with opened(browser) as page:
        page.goto(f"{server}/systems/1/register/")
        page.evaluate("window.stayed = true")
        page.get_by_role("link", name="Detected").click()
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Detected")
        assert page.url.endswith("?sort=detected")
        assert page.evaluate("window.stayed") is True
        page.go_back()
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Due")


def test_the_keyboard_suffices(server: str, browser: Browser) -> None:
    """The first stop leads past the head of the page, and Escape closes a list of choices."""
    with opened(browser) as page:
        page.goto(f"{server}/systems/1/register/")
        page.keyboard.press("Tab")
        expect(page.locator(".usa-skipnav")).to_be_focused()
        page.locator("summary", has_text="Status").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label(re.compile("^Any status"))).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_label(re.compile("^Any status"))).to_be_hidden()


def test_a_scan_goes_in_and_out_again(server: str, browser: Browser, tmp_path: Path) -> None:
    """The main journey: add a system, preview a scan, import it, see its items, and take it back."""
    first = nessus(tmp_path / "first.nessus", Host("10.0.0.1", SCAN, "web.example"))
    later = Host("10.0.0.1", SCAN[:1], "web.example", scanned=START + 30 * DAY)
    second = nessus(tmp_path / "second.nessus", later)
    with opened(browser) as page:
        page.goto(f"{server}/systems/add/")
        page.get_by_label("Name").fill("Journey")
        page.get_by_role("button", name="Add the system").click()
        page.get_by_role("link", name="Import the first scan").click()
        _preview(page, first)
        expect(page.locator("#new")).to_contain_text("Remote code execution")
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("button", name="Import").click()
        expect(page.locator(".usa-alert")).to_contain_text("first.nessus is imported")
        page.get_by_role("link", name="Imports").first.click()
        page.get_by_role("link", name="Import findings").click()
        _preview(page, second)
        expect(page.locator("#missing")).to_contain_text("Weak key exchange")
        page.get_by_role("button", name="Import").click()
        page.get_by_role("link", name="Register").first.click()
        expect(page.locator("tbody")).to_contain_text("No longer seen")
        page.go_back()
        page.get_by_role("link", name="Undo this import").click()
        page.get_by_role("button", name="Take the import back").click()
        expect(page.locator(".usa-alert")).to_contain_text("is taken back")
        expect(page.locator("tbody tr")).to_have_count(1)


def test_an_archive_goes_in_and_out_again(server: str, browser: Browser, tmp_path: Path) -> None:
    """One preview of all files, one page for what became of them, one step back."""
    with zipfile.ZipFile(tmp_path / "march.zip", "w") as archive:
        archive.write(nessus(tmp_path / "x", Host("10.9.0.1", SCAN, "one.example")), "one.nessus")
        archive.writestr("deep/readme.txt", "hello")
    with opened(browser) as page:
        page.goto(f"{server}/systems/1/imports/new/")
        _preview(page, tmp_path / "march.zip")
        expect(page.locator("tbody")).to_contain_text("deep/readme.txt")
        assert _faults(page) == []
        page.get_by_role("button", name="Import 1 file").click()
        expect(page.locator(".usa-alert")).to_contain_text("1 of 2 files of march.zip are imported")
        assert _faults(page) == []
        page.get_by_role("link", name="Undo all of it").click()
        assert _faults(page) == []
        page.get_by_role("button", name="Take all of them back").click()
        expect(page.locator(".usa-alert")).to_contain_text("are taken back")


@pytest.mark.parametrize("width", [1280, 400])
def test_a_table_is_asked_about(server: str, browser: Browser, tmp_path: Path, width: int) -> None:
    """Its columns are named on a page that everyone can use, wide or narrow."""
    table = tmp_path / "march.csv"
    table.write_text(f"Ref {width},Titel,Criticality,Server\nPT-1,Old software,High,web1.example\n")
    with opened(browser, width=width) as page:
        page.goto(f"{server}/systems/1/imports/new/")
        page.get_by_label("Files").set_input_files(table)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("What do the columns of march.csv mean?")
        assert _faults(page) == []
        page.get_by_label(f"Meaning of Ref {width}").select_option("Identifier")
        page.get_by_label("Meaning of Titel").select_option("Title")
        page.get_by_label("Name of the mapping").fill(f"Mapping {width}")
        page.get_by_role("button", name="Save and preview").click()
        expect(page.locator("#new")).to_contain_text("Old software")
        assert _faults(page) == []
        page.get_by_role("button", name="Cancel").click()


@pytest.mark.parametrize("width", [1280, 400])
def test_a_document_is_read_and_compared(server: str, browser: Browser, tmp_path: Path, width: int) -> None:
    """What a page finds in a document can be used by everyone; the chosen file stays chosen meanwhile."""
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "POA&M ID,Weakness Name,Original Detection Date,Scheduled Completion Date,"
        "Original Risk Rating,Status\n"
        "V-1,Weak keys,2026-01-05,2026-02-04,High,Open\n"
    )
    later = tmp_path / "later.csv"
    later.write_text(plan.read_text().replace("2026-02-04", "2026-03-04"))
    with opened(browser, width=width) as page:
        page.goto(f"{server}/documents/")
        page.get_by_label("Document *").set_input_files(plan)
        page.get_by_role("button", name="Read and check").click()
        expect(page.locator("#what")).to_be_visible()
        assert _faults(page) == []
        page.get_by_label("Convert to").select_option("oscal-json")
        with page.expect_download() as download:
            page.get_by_role("button", name="Convert and download").click()
        assert download.value.suggested_filename.startswith("plan-oscal-json")
        page.goto(f"{server}/documents/compare/")
        page.get_by_label("Earlier document").set_input_files(plan)
        page.get_by_label("Later document").set_input_files(later)
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("ins")).to_have_text("2026-03-04")
        assert _faults(page) == []


def test_a_package_is_checked_and_downloaded(server: str, browser: Browser) -> None:
    """Its checks stand first, readable for everyone; then it comes as a zip."""
    with opened(browser) as page:
        page.goto(f"{server}/systems/1/reports/")
        page.get_by_role("link", name="Monthly package").click()
        page.get_by_role("button", name="Build the package").click()
        expect(page.locator("#missing")).to_be_visible()
        assert _faults(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the package").click()
        assert download.value.suggested_filename.endswith(".zip")


@pytest.mark.parametrize("width", [1280, 400])
def test_an_assessment_is_scored(server: str, browser: Browser, tmp_path: Path, width: int) -> None:
    """The score of an assessment and why it blocks can be read by everyone."""
    table = tmp_path / "gap.csv"
    table.write_text("Requirement,Result\nAC.L2-3.1.1,NOT MET\nAC.L2-3.1.4,NOT MET\n")
    with opened(browser, width=width) as page:
        page.goto(f"{server}/systems/1/reports/cmmc/")
        page.get_by_label("Assessment *").set_input_files(table)
        page.get_by_role("button", name="Show the score").click()
        expect(page.locator("tbody")).to_contain_text("AC.L2-3.1.4")
        assert _faults(page) == []


def _faults(page: Page) -> list[str]:
    """Return what axe-core finds on a page, and whether it is wider than the screen."""
    found = [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in Axe().run(page).response["violations"]
    ]
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{over} pixels too wide"] if over > 0 else [])]


def _preview(page: Page, path: Path) -> None:
    page.get_by_label("Files").set_input_files(path)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Preview of {path.name}")
