"""Figures, ranking, charts, trends and the line, fed by a real room."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from console.domain.views import DistrictLoad, Figure
from tests.small_city import KELURAHAN, NORTH, SOUTH
from widgets.panels.sync.line_strip import LineStrip
from widgets.parts.theme import font
from widgets.parts.times import DAY, HOUR, age

Key = Qt.Key


def test_figures_show_value_target_and_age(desk, clock):
    tiles = {tile.figure.key: tile for tile in desk.go("situasi")["FiguresPanel"].tiles}
    assert len(tiles) == 6
    assert tiles["first_response"].value() == "–" and tiles["first_response"].note() == "belum ada kasus"
    subject = desk.open("Kebakaran")
    desk.until(lambda: tiles["open"].value() == "1")
    clock.advance(8 * 60_000)
    desk.do(desk.room.set_status(subject, "terverifikasi"))
    desk.until(lambda: tiles["first_response"].value() == "8")
    assert tiles["first_response"].missed() and "target 5" in tiles["first_response"].note()
    assert not tiles["queue"].missed()


def test_figures_and_map_are_as_old_as_the_last_word_from_elsewhere(desk, clock):
    tile = desk.go("situasi")["FiguresPanel"].tiles[0]
    now = clock.now()
    tile.show_figure(Figure("open", 3.0, "", "", None, (), now - 7_200_000), now)
    assert tile.age() == age(now - 7_200_000, now)
    tile.show_figure(Figure("open", 3.0, "", "", None, (), None), now)
    assert tile.age() == age(None, now) != age(now, now)


def test_a_narrow_tile_says_it_shorter_and_cuts_nothing(desk):
    tile = desk.go("situasi")["FiguresPanel"].tiles[0]
    for key in ("open", "first_response", "within_limit", "overdue", "sensors", "queue"):
        tile.show_figure(Figure(key, 9.0, "", "", None, (), 0), 0)
        assert QFontMetrics(font(12)).horizontalAdvance(tile.short_title()) <= 135
        assert QFontMetrics(font(11)).horizontalAdvance(tile.short_note()) <= 130


def test_the_ranking_shows_whole_cells_and_counts_the_rest(desk):
    panel = desk.go("situasi")["RankingPanel"]
    districts = tuple(DistrictLoad(f"99.01.{at:02}", f"Kecamatan {at}", 3, 2, 0) for at in range(30))
    said: list[str] = []
    panel.subtitleChanged.connect(said.append)
    panel.strip.show_districts(districts, 0)
    panel.strip.fit(550)
    assert (panel.strip.seen(), panel.strip.cell) == (4, 137)
    panel._say()
    assert "4 dari 30" in said[-1]
    panel.strip.fit(137 * 40)
    panel._say()
    assert "dari" not in said[-1]


def test_missing_a_target_goes_both_ways(desk):
    tile = desk.go("situasi")["FiguresPanel"].tiles[0]
    for key, value, missed in (("within_limit", 80.0, True), ("within_limit", 95.0, False), ("overdue", 1.0, True)):
        tile.show_figure(Figure(key, value, "", "", 0.0 if key == "overdue" else 90.0, (), 0), 0)
        assert tile.missed() is missed


def test_the_ranking_puts_most_first_says_silence_and_scopes_by_key(desk):
    desk.open("Selatan 1", place=KELURAHAN[2])
    desk.open("Selatan 2", place=KELURAHAN[2])
    desk.open("Utara", place=KELURAHAN[0])
    strip = desk.go("situasi")["RankingPanel"].strip
    desk.until(lambda: [d.code for d in strip.districts] == [SOUTH, NORTH] and strip.districts[0].open == 2)
    assert strip.note(strip.districts[0]) == "belum diterima"
    strip.setFocus()
    desk.press(Key.Key_Right)
    assert desk.window.context.territory == SOUTH
    desk.press(Key.Key_Right)
    assert desk.window.context.territory == NORTH


def test_charts_show_what_the_pack_names_for_the_chosen_place(desk, readings):
    readings(*[1.0] * 30)
    panel = desk.go("situasi")["ChartsPanel"]
    assert [chart.subject.name for chart in panel.desk.stack.charts] == ["TMA Kali Uji – Utara", "Hujan – Utara"]
    desk.window.context.select_territory(SOUTH)
    desk.until(lambda: panel.desk.stack.charts[1].subject.name == "Hujan")
    assert panel.desk._sensors[1].code == "990102-hujan"


def test_a_chart_loads_its_window_marks_simulation_and_keeps_gaps(desk, readings, clock):
    values = [5.0 + math.sin(k / 5) for k in range(120)]
    values[60:80] = [None] * 20
    readings(*values)
    rain = desk.go("tren")["TrendsPanel"].desk.stack.charts
    chart = next(c for c in rain if c.subject.name.startswith("Hujan"))
    desk.until(lambda: chart.newest is not None)
    desk.until(lambda: chart.columns.extremes() is not None)
    low, high = chart.columns.extremes()
    assert 3.9 < low < 4.2 and 5.8 < high < 6.1
    assert chart.value_at(clock.now() - 50 * 60_000) is None
    assert chart.value_at(clock.now() - 100 * 60_000) is not None
    desk.window.page("tren").panels()[0].desk.stack.tick()
    assert chart.simulated and "SIMULASI" in chart.head.text()
    assert [band.label for band in chart.subject.bands] == ["lebat"]


def test_new_readings_reach_a_live_chart_without_a_reload(desk, readings, clock):
    readings(*[1.0] * 60)
    panel = desk.go("tren")["TrendsPanel"]
    chart = next(c for c in panel.desk.stack.charts if c.subject.name.startswith("Hujan"))
    desk.until(lambda: chart.newest is not None)
    clock.advance(60_000)
    readings(42.0)
    desk.until(lambda: chart.newest[1] == 42.0)
    panel.desk.stack.tick()
    assert chart.columns.extremes()[1] == 42.0
    assert chart.y_range()[1] >= 42.0


def test_grave_incidents_are_marked_on_the_charts(desk, readings, clock):
    readings(*[1.0] * 30)
    panel = desk.go("tren")["TrendsPanel"]
    desk.open("Kebakaran", "D01")
    desk.open("Lampu mati", "A02")
    chart = panel.desk.stack.charts[0]
    desk.until(lambda: [mark.label for mark in chart._marks] == ["P1 Kebakaran"])
    assert chart._marks[0].at == clock.now()


def test_the_time_bar_zooms_and_returns(desk, readings, clock):
    readings(*[1.0] * 30)
    panel = desk.go("tren")["TrendsPanel"]
    stack, bar = panel.desk.stack, panel.desk.bar
    now = clock.now()
    assert bar.current.live and stack.live
    stack.zoomed.emit(now - HOUR, now - HOUR // 2)
    assert not stack.live and abs(stack.times()[1] - (now - HOUR // 2)) < 60_000 and bar.zoomed
    stack.returned.emit()
    assert stack.live and not bar.zoomed
    panel.desk.stack.setFocus()
    desk.press(Key.Key_3)
    assert bar.current.span_ms == DAY and not bar.current.live
    desk.press(Key.Key_1)
    assert bar.current.live


def test_ticking_sensors_changes_the_charts(desk):
    panel = desk.go("tren")["TrendsPanel"]
    desk.window.context.select_territory(NORTH)
    desk.until(lambda: panel.sensors.count() == 3)
    for row in range(3):
        panel.sensors.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not panel.empty.isHidden() and panel.desk.isHidden()
    panel.sensors.item(2).setCheckState(Qt.CheckState.Checked)
    assert [chart.subject.name for chart in panel.desk.stack.charts] == ["Suhu – Utara"]


def test_sync_says_what_stands_alone_and_where_journals_are(desk):
    desk.open("Utara", place=KELURAHAN[0])
    panel = desk.go("sinkron")["SyncPanel"]
    table = panel.journals.table
    desk.until(lambda: table.rowCount() == 1)
    row = table.cells(0)
    assert row[0] == "Utara" and row[1] == NORTH and row[3] == "0" and int(row[6]) == int(row[5]) > 0
    assert row[9].endswith("ruang ini s/d 2")
    assert panel.line.facts["mode"][1].text().startswith("mandiri")
    assert panel.line.facts["queue"][1].text() == row[6]
    assert "Tidak ada yang menunggu" in panel.calm.text() and panel.feeds.table.isHidden()


def test_the_line_strip_covers_the_day_and_leaves_the_unknown_empty(desk):
    strip = LineStrip(desk.window.context, ZoneInfo("Asia/Jakarta"), desk.window)
    now = 1_764_000_000_000
    strip.show_history([(now - 6 * HOUR, "putus"), (now - 30 * HOUR, "langsung"), (now - 2 * HOUR, "langsung")], now)
    spans = strip.spans()
    assert [mode for _, _, mode in spans] == ["langsung", "putus", "langsung"]
    assert spans[0][0] == 0.0 and spans[-1][1] == 1.0
    strip.show_history([], now)
    assert strip.spans() == []
