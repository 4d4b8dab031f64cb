"""The live chart: what reaches the screen, gaps, fixed ranges, marks, crosshair and zoom."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QImage

from console.domain.clock import ManualClock
from widgets.parts.chart import Chart, Subject
from widgets.parts.chart_items import Band, Mark
from widgets.parts.chart_stack import ChartStack
from widgets.parts.theme import read_theme

NOW = 1_764_000_000_000
MINUTE = 60_000
JAKARTA = ZoneInfo("Asia/Jakarta")
THEME = read_theme("dark")
RED = QColor("#FF0000")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def stack(qtbot, clock):
    made = ChartStack(THEME, JAKARTA, clock)
    qtbot.addWidget(made)
    made.resize(640, 320)
    with qtbot.waitExposed(made):
        made.show()
    made.set_charts(1)
    return made


def _fill(stack: ChartStack, values, subject: Subject | None = None) -> Chart:
    chart = stack.charts[0]
    chart.set_subject(subject or Subject("TMA", "cm", 0, 10_000))
    stack.set_window(60 * MINUTE, NOW, True)
    at = NOW - np.arange(len(values))[::-1] * 10_000
    chart.load(at, values, values)
    stack.tick()
    return chart


def _plot_image(stack: ChartStack, qtbot) -> QImage:
    stack.tick()
    qtbot.wait(20)
    box = stack.charts[0].plot.getViewBox().sceneBoundingRect().toRect()
    return stack.viewport().grab(box).toImage()


def _drawn_columns(image: QImage, colour: QColor, slack: int = 90) -> set[int]:
    return {
        x for x in range(image.width()) for y in range(image.height()) if _near(image.pixelColor(x, y), colour, slack)
    }


def _near(one: QColor, other: QColor, slack: int) -> bool:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < slack


class _Watcher(QObject):
    """Counts the paint events of what it watches."""

    def __init__(self, painted: list[int], parent: QObject) -> None:
        super().__init__(parent)
        self.painted = painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted.append(1)
        return False


def test_a_curve_is_drawn_over_the_whole_window(stack, qtbot):
    _fill(stack, 100 + 20 * np.sin(np.arange(360) / 20))
    image = _plot_image(stack, qtbot)
    drawn = _drawn_columns(image, THEME.qcolor("trace"), 330)
    assert len(drawn) > 0.95 * image.width()


def test_a_gap_stays_a_gap(stack, qtbot):
    values = np.full(360, 100.0)
    values[120:240] = np.nan
    _fill(stack, values)
    image = _plot_image(stack, qtbot)
    drawn = _drawn_columns(image, THEME.qcolor("trace"), 330)
    third = image.width() // 3
    assert not drawn & set(range(third + 8, 2 * third - 8))
    assert drawn & set(range(third - 30, third)) and drawn & set(range(2 * third, 2 * third + 30))


def test_a_slow_sensor_is_no_row_of_gaps(stack, qtbot):
    chart = _fill(stack, [5.0], Subject("PM2.5", "µg/m³", 0, 5 * MINUTE))
    at = NOW - np.arange(12)[::-1] * 5 * MINUTE
    chart.load(at, np.full(12, 40.0), np.full(12, 40.0))
    image = _plot_image(stack, qtbot)
    assert len(_drawn_columns(image, THEME.qcolor("trace"), 330)) > 0.85 * image.width()


def test_a_spike_of_one_sample_in_a_week_still_shows(stack):
    chart = stack.charts[0]
    chart.set_subject(Subject("Hujan", "mm/jam", 1, MINUTE))
    stack.set_window(7 * 24 * 60 * MINUTE, NOW, False)
    values = np.zeros(7 * 24 * 60)
    values[5000] = 33.0
    chart.load(NOW - np.arange(len(values))[::-1] * MINUTE, values, values)
    assert chart.columns.extremes() == (0.0, 33.0)
    assert chart.y_range()[1] >= 33.0


def test_no_range_follows_the_data_by_itself(stack):
    chart = _fill(stack, np.full(360, 100.0))
    view = chart.plot.getViewBox()
    assert view.autoRangeEnabled() == [False, False]
    before = view.viewRange()
    chart.append(NOW + 1000, float(np.mean(chart.y_range())))
    stack.tick()
    assert view.viewRange() == before
    assert before[0][1] == 0 and before[0][0] == -chart.columns.window_ms


def test_a_value_beyond_the_axis_makes_room_at_once(stack, clock):
    chart = _fill(stack, np.full(360, 100.0))
    top = chart.y_range()[1]
    clock.advance(1000)
    chart.append(NOW + 1000, top * 3)
    stack.tick()
    assert chart.y_range()[0] <= 100 and chart.y_range()[1] >= top * 3


def test_data_alone_paints_nothing(stack, qtbot):
    chart = _fill(stack, np.full(360, 100.0))
    stack._timer.stop()
    qtbot.wait(50)
    painted = []
    stack.viewport().installEventFilter(_Watcher(painted, stack))
    for i in range(50):
        chart.append(NOW + i, 101.0)
    qtbot.wait(50)
    assert painted == []
    stack.tick()
    qtbot.waitUntil(lambda: len(painted) == 1, timeout=20_000)


def test_bands_and_marks_are_coloured_and_labelled(stack, qtbot):
    subject = Subject("TMA", "cm", 0, 10_000, (Band(80.0, 90.0, "Siaga 3", RED), Band(90.0, None, "Siaga 2", RED)))
    chart = _fill(stack, np.linspace(60, 95, 360), subject)
    quiet = _plot_image(stack, qtbot)
    assert _drawn_columns(quiet, RED, 60), "the band's label wears its colour"
    top, bottom = quiet.pixelColor(quiet.width() - 40, 3), quiet.pixelColor(quiet.width() - 40, quiet.height() - 3)
    assert top.red() > bottom.red() + 10, "the band tints the plot above its start, and only there"
    blue = QColor("#0000FF")
    chart.set_marks([Mark(NOW - 30 * MINUTE, "P2", blue)])
    marked = _drawn_columns(_plot_image(stack, qtbot), blue, 120)
    middle = quiet.width() // 2
    assert marked and all(abs(x - middle) < 10 for x in marked)


def test_marks_that_would_lie_on_one_another_are_the_gravest(stack):
    chart = _fill(stack, np.linspace(60, 95, 360))
    pixel = chart.columns.step
    chart.set_marks([Mark(NOW - 20 * pixel, "P1", RED), *(Mark(NOW - at * pixel, "P2", RED) for at in (12, 28, 60))])
    assert [mark.label for mark in chart._thinned(NOW)] == ["P1", "P2"]


def test_a_chart_without_values_claims_no_scale(stack):
    chart = _fill(stack, np.linspace(60, 95, 360))
    assert chart._axis._tickLevels[0] and not chart.ground.note
    stack.set_window(60 * MINUTE, NOW - 600 * MINUTE, False)
    chart.load([], [], [])
    stack.tick()
    assert not chart._axis._tickLevels[0]
    assert chart.ground.note == "belum ada nilai pada rentang ini"


def test_that_there_are_no_values_is_not_said_beside_them(stack):
    """Between two ticks any paint shows what was loaded."""
    chart = _fill(stack, [])
    assert chart.ground.note == "belum ada nilai pada rentang ini"
    chart.load([NOW - MINUTE], [40.0], [40.0])
    assert "belum ada nilai" not in chart.ground.note


def test_a_missing_threshold_is_said(stack):
    chart = _fill(stack, np.full(360, 100.0), Subject("TMA", "cm", 0, 10_000, unset=True))
    assert chart.ground.note == "ambang belum diatur"


def test_the_head_says_value_age_and_simulasi_and_turns_stale(stack, clock):
    chart = _fill(stack, np.full(360, 100.0))
    chart.append(NOW, 182.0, simulated=True)
    clock.advance(8_000)
    stack.tick()
    assert chart.head.text() == "TMA 182 cm 8 dtk · SIMULASI" and not chart.head.stale
    clock.advance(14 * MINUTE)
    stack.tick()
    assert chart.head.stale and "basi 14 mnt" in chart.head.text() and "SIMULASI" in chart.head.text()
    chart.append(NOW + 15 * MINUTE, 183.0, simulated=False)
    clock.advance(MINUTE)
    stack.tick()
    assert "SIMULASI" not in chart.head.text()


def test_the_crosshair_reads_every_chart_at_one_moment(stack, qtbot):
    one, two = stack.set_charts(2)
    for chart, level in ((one, 10.0), (two, 70.0)):
        chart.set_subject(Subject("x", "cm", 0, 10_000))
        chart.set_window(60 * MINUTE, NOW, True, 300)
        chart.load(NOW - np.arange(360)[::-1] * 10_000, np.full(360, level), np.full(360, level))
    box = one.plot.getViewBox().sceneBoundingRect()
    with qtbot.waitSignal(stack.read) as heard:
        qtbot.mouseMove(stack.viewport(), QPointF(box.center()).toPoint())
    assert abs(heard.args[0] - (NOW - 30 * MINUTE)) < MINUTE
    stack.tick()
    assert one.head.reading and two.head.reading
    assert (one.head.value, two.head.value) == ("10", "70")
    qtbot.keyClick(stack, Qt.Key.Key_Escape)
    stack.tick()
    assert not one.head.reading


def test_a_drag_chooses_the_span_and_a_double_click_returns(stack, qtbot):
    _fill(stack, np.full(360, 100.0))
    box = stack.charts[0].plot.getViewBox().sceneBoundingRect().toRect()
    start, end = box.center(), box.center()
    start.setX(box.left() + box.width() // 4)
    end.setX(box.left() + box.width() // 2)
    viewport = stack.viewport()
    with qtbot.waitSignal(stack.zoomed) as heard:
        qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(viewport, end)
        qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert abs(heard.args[0] - (NOW - 45 * MINUTE)) < MINUTE and abs(heard.args[1] - (NOW - 30 * MINUTE)) < MINUTE
    with qtbot.waitSignal(stack.returned):
        qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_charts_rest_while_hidden(stack):
    assert stack._timer.isActive()
    stack.hide()
    assert not stack._timer.isActive()
