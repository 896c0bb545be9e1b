"""Drawings for panels: heat map, columns beside each other, milestones; all that they say is text."""

from datetime import date

import pytest
from lxml import etree

from milepost.domain.scale import Level
from milepost.reports.charts import Bar, Curve, columns_beside, curves, stacked_bars, stacked_columns
from milepost.reports.drawing import BLUE, HATCHED, LINED, PAGE, PANEL, Canvas
from milepost.reports.heat_map import Cell, heat_map
from milepost.reports.milestone_chart import Step, milestone_chart
from milepost.reports.report import Chart

_SPACE = {"s": "http://www.w3.org/2000/svg"}
_TODAY = date(2026, 4, 5)
_HOSTILE = '"><script>alert(1)</script>&'


def tree(chart: Chart) -> etree._Element:
    """Return a drawing as XML, which it has to be."""
    return etree.fromstring(chart.svg.encode())


def said(chart: Chart) -> list[str]:
    """Return the texts of a drawing."""
    return ["".join(each.itertext()) for each in tree(chart).iterfind(".//s:text", _SPACE)]


def steps() -> list[Step]:
    """Return a late milestone, one that slipped, and one that was done."""
    return [
        Step("V-1 · 1", date(2026, 3, 22), date(2026, 3, 22), None, late=True, said="14 d late"),
        Step("V-1 · 2", date(2026, 4, 1), date(2026, 4, 11), None, late=False, said="slipped 10 d"),
        Step("V-2 · 1", date(2026, 3, 1), date(2026, 3, 1), date(2026, 2, 20), late=False, said=""),
    ]


def cells(number: int, likelihood: Level, impact: Level) -> list[tuple[Level, list[Cell]]]:
    """Return a heat map that is empty but for one cell."""
    return [
        (row, [Cell(number if (row, column) == (likelihood, impact) else 0, column) for column in Level])
        for row in reversed(Level)
    ]


def test_heat_map_says_where_items_stand() -> None:
    """The number stands in its cell with the letters of the risk, and is told in words."""
    chart = heat_map("Risk", cells(7, Level.HIGH, Level.VERY_LOW))
    assert "Likelihood High: 7 of impact Very Low" in chart.alternative
    assert "Likelihood Low: none" in chart.alternative
    assert said(chart).count("7") == 1
    assert said(chart).count("VH") == 5


def test_columns_stand_beside_each_other() -> None:
    """Each series has a column of its own from the floor up, as high as its number."""
    drawn = columns_beside("Moves", ("Found", "Closed"), [Bar("Mar", (4, 2))], Canvas(400, (BLUE, LINED)))
    boxes = tree(drawn).findall("s:rect", _SPACE)
    found, closed = (each for each in boxes if each.get("fill") in {"#1a4480", "#ffffff"} and high(each) > 14)
    assert high(found) == 2 * high(closed)
    assert float(found.get("x") or 0) + float(found.get("width") or 0) <= float(closed.get("x") or 0) + 0.1
    assert "Mar: 6 (4 Found, 2 Closed)" in drawn.alternative


def high(box: etree._Element) -> float:
    """Return the height of a box."""
    return float(box.get("height") or 0)


@pytest.mark.parametrize("canvas", [PAGE, PANEL])
def test_names_of_series_stay_on_the_canvas(canvas: Canvas) -> None:
    """On a narrow canvas the legend takes more rows; nothing of it lies beyond the edge."""
    names = ("High and above", "Moderate", "Low and below", "Not rated")
    bars = [Bar("0–30", (1, 2, 3, 4))]
    for chart in (stacked_bars("Age", names, bars, canvas), stacked_columns("Age", names, bars, canvas)):
        places = [float(each.get("x") or 0) for each in tree(chart).iterfind(".//s:text", _SPACE)]
        assert max(places) < canvas.width


def test_milestones_are_marked() -> None:
    """Late is a diamond, done is filled, a slip is a dash; each is told in words."""
    chart = milestone_chart("Milestones", steps(), _TODAY)
    assert "V-1 · 1: 2026-03-22, 14 d late" in chart.alternative
    assert "V-1 · 2: 2026-04-11, first planned 2026-04-01, slipped 10 d" in chart.alternative
    assert "V-2 · 1: 2026-03-01, done 2026-02-20" in chart.alternative
    assert str(_TODAY) in said(chart)
    diamonds = [each for each in tree(chart).iterfind(".//s:path", _SPACE) if each.get("fill") == "#b50909"]
    assert len(diamonds) == 2, "one in the legend"


def test_days_stand_in_order() -> None:
    """What comes later stands further right."""
    circles = tree(milestone_chart("Milestones", steps(), _TODAY)).findall("s:circle", _SPACE)[2:]
    pending, done = (float(each.get("cx") or 0) for each in circles)
    assert done < pending


def test_a_drawing_of_far_days_ends() -> None:
    """Milestones a century apart have no more than a dozen marks of months."""
    far = Step("V-1 · 1", date(1990, 1, 1), date(2190, 1, 1), None, late=False, said="")
    assert len(said(milestone_chart("Milestones", [far], _TODAY))) < 25


def test_drawings_of_one_page_are_told_apart() -> None:
    """Patterns bear the name of their chart: the same look in another chart has another id."""
    bars = [Bar("a", (1, 2))]
    one, other = (
        stacked_bars(name, ("x", "y"), bars, Canvas(400, (HATCHED, LINED))) for name in ("One", "Other")
    )
    ids = [each.get("id") for chart in (one, other) for each in tree(chart).iterfind(".//s:pattern", _SPACE)]
    assert len(ids) == len(set(ids))
    assert "url(#one-1)" in one.svg
    assert "url(#other-1)" in other.svg


def test_texts_of_drawings_are_text() -> None:
    """Whatever a name holds, no drawing gains an element by it."""
    bars, names = [Bar(_HOSTILE, (1,))], (_HOSTILE,)
    step = Step(_HOSTILE, _TODAY, _TODAY, None, late=True, said=_HOSTILE)
    charts = (
        stacked_bars(_HOSTILE, names, bars, PANEL),
        stacked_columns(_HOSTILE, names, bars, PANEL),
        columns_beside(_HOSTILE, names, bars, PANEL),
        curves(_HOSTILE, names, [Curve(_HOSTILE, (1,))], PANEL),
        heat_map(_HOSTILE, cells(1, Level.LOW, Level.LOW)),
        milestone_chart(_HOSTILE, [step], _TODAY),
    )
    for chart in charts:
        assert tree(chart).findall(".//s:script", _SPACE) == []
        assert "<script" not in chart.svg
