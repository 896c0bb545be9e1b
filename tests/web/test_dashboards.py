"""The dashboards: their numbers, told by hand, their tables as CSV, and what they cost."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.domain.item import DeviationKind
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import request_deviation
from tests.web.conftest import Register
from tests.web.moving_register import TODAY, move

_STATEMENTS = 12
_KILOBYTES = 200_000


@pytest.fixture
def moving(system: System) -> System:
    """Return a system whose numbers can be told by hand."""
    move(system)
    return system


def numbers(client: Client, system: System, name: str, day: date = TODAY) -> list[list[str]]:
    """Return the rows of a panel's CSV without its headings."""
    answer = client.get(f"/systems/{system.pk}/charts/{name}.csv", {"as_of": str(day)})
    assert answer["Content-Type"].startswith("text/csv")
    assert f'-{name}-{day}.csv"' in answer["Content-Disposition"]
    return list(csv.reader(StringIO(answer.content.decode())))[1:]


def test_open_items_are_counted_by_age_and_risk(client: Client, moving: System) -> None:
    """Fourteen days old and High; 106 and 115 days old, Moderate and Low; the fixed one is not open."""
    assert numbers(client, moving, "age") == [
        ["0–30", "1", "0", "0", "0", "1"],
        ["31–90", "0", "0", "0", "0", "0"],
        ["91–180", "0", "1", "1", "0", "2"],
        ["over 180", "0", "0", "0", "0", "0"],
    ]


def test_months_tell_what_came_and_went(client: Client, moving: System) -> None:
    """Found, closed and reappeared in each month, and what was open at its end."""
    assert numbers(client, moving, "months") == [
        ["2026-01", "1", "0", "0", "1"],
        ["2026-02", "1", "1", "0", "1"],
        ["2026-03", "1", "0", "0", "2"],
        ["2026-04", "0", "0", "0", "2"],
        ["2026-05", "0", "0", "0", "2"],
        ["2026-06", "1", "0", "0", "3"],
    ]


def test_what_came_back_is_among_what_was_found(client: Client, moving: System) -> None:
    """An item that points at a closed one reappeared."""
    first, third = (Item.objects.get(identifier=name) for name in ("V-1", "V-3"))
    Item.objects.filter(pk=third.pk).update(recurrence_of=first)
    assert numbers(client, moving, "months")[-1] == ["2026-06", "1", "0", "1", "3"]


def test_overdue_is_told_for_the_end_of_each_month(client: Client, moving: System) -> None:
    """What was due on 30 May and is open is overdue from then on; what was closed on its day never was."""
    found = numbers(client, moving, "overdue")
    assert [row[1] for row in found] == ["0", "0", "0", "0", "1", "1"]


def test_plan_burns_down_as_the_dates_promise(client: Client, moving: System) -> None:
    """Up to now by the first dates, after it by the present ones, beside what was really open."""
    assert numbers(client, moving, "burn-down") == [
        ["2026-01", "1", "1"],
        ["2026-02", "1", "1"],
        ["2026-03", "2", "2"],
        ["2026-04", "2", "2"],
        ["2026-05", "2", "1"],
        ["2026-06", "3", "2"],
        ["2026-07", "–", "1"],
        *([f"2026-{month:02}", "–", "0"] for month in range(8, 13)),
    ]


def test_what_is_planned_later_in_the_month_is_still_promised(client: Client, moving: System) -> None:
    """On 20 May, what was planned for the 30th is not late yet: two are open, and two were promised."""
    assert numbers(client, moving, "burn-down", date(2026, 5, 20))[4] == ["2026-05", "2", "2"]


def test_time_to_fix_counts_what_was_fixed(client: Client, moving: System) -> None:
    """From the detection to the closing: thirty days; nothing is said of ratings without a fix."""
    assert numbers(client, moving, "time-to-fix")[0] == ["High and above", "1", "30", "30"]
    assert [row[1] for row in numbers(client, moving, "time-to-fix")[1:]] == ["0", "0", "0"]


def test_heat_map_places_items_by_likelihood_and_impact(client: Client, moving: System) -> None:
    """High likelihood and moderate impact is one cell; what says neither is named below the map."""
    rows = {row[0]: row[1:] for row in numbers(client, moving, "risk")}
    assert rows["High"] == ["0", "0", "1", "0", "0"]
    assert sum(int(cell) for row in rows.values() for cell in row) == 1
    page = client.get(f"/systems/{moving.pk}/", {"as_of": str(TODAY)}).content.decode()
    assert "2 open items without both are not in it" in page


def test_an_item_counts_in_each_family_of_its_controls(client: Client, moving: System) -> None:
    """AC-2 and IA-5 of one item are two families."""
    assert numbers(client, moving, "families") == [
        ["AC", "0", "1", "1", "0", "2"],
        ["IA", "1", "0", "1", "0", "2"],
    ]


def test_cost_stands_by_fiscal_year(client: Client, moving: System) -> None:
    """What open items are to cost, to the cent."""
    assert numbers(client, moving, "cost") == [["FY 2026", "12500.50", "0.00", "12500.50"]]


def test_deviations_are_counted_by_state(client: Client, moving: System) -> None:
    """A request waits until somebody decides; the overview counts it as waiting."""
    item = Item.objects.get(identifier="V-2")
    request_deviation(item, DeviationKind.FALSE_POSITIVE, "not there", person="Sam", as_of=TODAY)
    assert numbers(client, moving, "deviations")[0] == ["False positive", "1", "0", "0", "none"]
    page = client.get(f"/systems/{moving.pk}/", {"as_of": str(TODAY)}).content.decode()
    assert "waiting for the decision on a deviation" in page


def test_the_past_has_its_own_numbers(client: Client, moving: System) -> None:
    """On 1 February the first item was open and nothing else was there."""
    assert numbers(client, moving, "months", date(2026, 2, 1))[-1] == ["2026-02", "0", "0", "0", "1"]


def test_a_chart_has_its_words_and_its_table(client: Client, moving: System) -> None:
    """Each drawing says its numbers to a screen reader, has a table beside it, and leads to the CSV."""
    page = client.get(f"/systems/{moving.pk}/", {"as_of": str(TODAY)}).content.decode()
    assert "Open items by age and risk. 0–30: 1 (1 High and above)" in page
    assert page.count('<details class="data">') == 9
    assert page.count('role="img"') == 8, "nothing was asked for: a sentence stands for that drawing"
    assert f'/systems/{moving.pk}/charts/burn-down.csv?as_of={TODAY}"' in page


def test_names_of_patterns_are_told_apart(client: Client, moving: System) -> None:
    """No two elements of a page have the same id, those within drawings included."""
    page = client.get(f"/systems/{moving.pk}/", {"as_of": str(TODAY)}).content.decode()
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))


def test_an_unknown_chart_is_not_found(client: Client, moving: System) -> None:
    """A chart that does not exist is a page that says so."""
    assert client.get(f"/systems/{moving.pk}/charts/nothing.csv").status_code == 404


def test_portfolio_shows_every_system(client: Client, moving: System) -> None:
    """Each system with what is open by risk, overdue, near, and what moved in the month; an empty one too."""
    add_system(NewSystem("=Formula", "fedramp-rev5", "low"), as_of=today())
    answer = client.get("/portfolio.csv", {"as_of": str(TODAY)})
    rows = list(csv.reader(StringIO(answer.content.decode())))[1:]
    assert rows == [
        ["'=Formula", *["0"] * 9],
        [moving.name, "1", "1", "1", "0", "3", "1", "1", "1", "0"],
    ]
    page = client.get("/", {"as_of": str(TODAY)}).content.decode()
    assert 'Item <span class="date">2026-07-01</span>' in page


def test_dashboards_cost_few_statements(client: Client, register: Register) -> None:
    """Twelve statements at most, also the first time after a change; and pages stay small."""
    home = f"/systems/{register.system.pk}/"
    for path in ("/", home, f"{home}milestones/", "/my-work/?person=Sam"):
        Item.objects.filter(identifier=register.identifier).update(responsible="Sam")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path).content
        assert len(queries) <= _STATEMENTS, (path, [query["sql"][:120] for query in queries])
        assert len(page) <= _KILOBYTES, path


def test_portfolio_costs_the_same_for_many_systems(client: Client, register: Register) -> None:
    """Ten systems more cost no statement more."""
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(10):
        added = add_system(NewSystem(f"More {number}", "fedramp-rev5", "low"), as_of=today())
        Item.objects.filter(identifier=register.identifier).update(status_on=added.created_on)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few) + 1
