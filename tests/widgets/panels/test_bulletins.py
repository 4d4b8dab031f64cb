"""Warnings and forecasts on screen, from what feeds hand over to a real room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from console.feeds.parsed import Bulletin
from tests.small_city import CITY, KELURAHAN, NORTH, SOUTH
from widgets.panels.bulletins import BulletinsPanel
from widgets.parts.times import HOUR
from widgets.parts.words import number

Key = Qt.Key
COLUMNS = ["at", "t", "hu", "tp", "weather", "ws", "wd_deg"]
Give = Callable[..., None]


@pytest.fixture
def panel(desk: Any) -> BulletinsPanel:
    return desk.go("situasi")["BulletinsPanel"]


@pytest.fixture
def give(desk: Any, room: Any) -> Give:
    """Hand bulletins over to the room, as its feeds do."""
    return lambda *bulletins: desk.do(room.intake.take_bulletins(bulletins))


@pytest.fixture
def forecast(clock: Any) -> Callable[..., Bulletin]:
    """A forecast of three hours each from an hour ago: (weather code, mm of rain) for each step."""

    def made(place: str, *steps: tuple[int, float], simulated: bool = False, at: int | None = None) -> Bulletin:
        start = clock.now() - HOUR if at is None else at
        rows = [[start + 3 * k * HOUR, 20.0 + k, 80.0, rain, code, 5.0, 180.0] for k, (code, rain) in enumerate(steps)]
        detail = {"name": "x", "columns": COLUMNS, "steps": rows, "credit": "Sumber: BMKG"}
        return Bulletin(
            "bmkg.prakiraan", f"{place}|{start}", "prakiraan", start, start + 3 * len(steps) * HOUR, "judul", detail,
            place=place, simulated=simulated,
        )  # fmt: skip

    return made


@pytest.fixture
def quake(clock: Any) -> Callable[..., Bulletin]:
    def made(concern: str = "dirasakan", **more: Any) -> Bulletin:
        detail = {
            "magnitude": 4.6, "depth_km": 11.0, "distance_km": 33, "potential": "Tidak berpotensi tsunami",
            "felt": [[3, "Kota Uji"]], "concern": concern, "credit": "Sumber: BMKG",
        }  # fmt: skip
        at = clock.now() - 2 * HOUR
        headline = "Gempa M 4,6, <b>32 km</b> barat daya"
        return Bulletin("bmkg.gempa", concern, "gempa", at, at + 24 * HOUR, headline, detail | more, -5.1, 100.1, CITY)

    return made


def heads(panel: BulletinsPanel) -> list[str]:
    return [row.head for row in panel.board.rows]


def test_an_empty_board_says_why(panel: BulletinsPanel) -> None:
    assert panel.board.rows == []
    assert "mandiri" in panel.board.why and "Daftarkan" in panel.board.why
    assert panel.board.accessibleDescription() == panel.board.why


def test_city_hall_sees_news_first_then_the_wettest_kecamatan(
    desk: Any, panel: BulletinsPanel, give: Give, forecast: Any, quake: Any
) -> None:
    give(forecast(KELURAHAN[0], (3, 0.0), (61, 1.5)), forecast(KELURAHAN[2], (1, 0.0), (3, 0.0), (95, 8.0)), quake())
    desk.until(lambda: len(panel.board.rows) == 3)
    news, south, north = panel.board.rows
    assert news.head == "Gempa M 4,6, <b>32 km</b> barat daya" and news.grave
    assert news.note == "dirasakan III Kota Uji · Tidak berpotensi tsunami · 33 km dari kota · kedalaman 11 km"
    assert news.foot == "2 j 00 lalu · Sumber: BMKG · belum sampai di pusat"
    assert (south.head, south.figure, south.place) == ("Selatan", f"{number(8, 1)} mm", SOUTH)
    assert south.words.startswith("hujan petir mulai ") and "20–22 °C · Kel. Tenggara" in south.foot
    assert (north.head, north.words.split()[:2]) == ("Utara", ["hujan", "ringan"])


def test_a_quake_that_is_only_near_stays_calm(desk: Any, panel: BulletinsPanel, give: Give, quake: Any) -> None:
    give(quake("dekat", felt=[[99, "x"], "y", [2, 3]], depth_km="dalam"))
    desk.until(lambda: len(panel.board.rows) == 1)
    (row,) = panel.board.rows
    assert not row.grave and row.lines == 2
    assert row.foot.endswith("Tidak berpotensi tsunami · 33 km dari kota")


def test_choosing_a_row_by_key_tells_the_hours_of_its_kecamatan(
    desk: Any, panel: BulletinsPanel, give: Give, forecast: Any
) -> None:
    give(forecast(KELURAHAN[0], (95, 8.0), (3, 0.0), (61, 0.4)), forecast(KELURAHAN[2], (1, 0.0), (3, 0.0)))
    desk.until(lambda: heads(panel) == ["Utara", "Selatan"])
    panel.board.setFocus()
    desk.press(Key.Key_Down)
    desk.press(Key.Key_Up)
    desk.press(Key.Key_Return)
    assert desk.window.context.territory == NORTH
    desk.until(lambda: heads(panel)[:2] == ["Utara", "kini"])
    hours = panel.board.rows[1:4]
    assert [(h.words, h.figure, h.quiet) for h in hours] == [
        ("hujan petir", f"{number(8, 1)} mm · 20 °C", False),
        ("berawan", "21 °C", True),
        ("hujan ringan", f"{number(0.4, 1)} mm · 22 °C", False),
    ]
    assert panel.board.rows[4].words == "1 prakiraan lain disembunyikan · Esc lepas saring"
    desk.window.context.clear()
    desk.until(lambda: heads(panel) == ["Utara", "Selatan"])


def test_a_kecamatan_without_a_forecast_is_told_so(desk: Any, panel: BulletinsPanel, give: Give, forecast: Any) -> None:
    give(forecast(KELURAHAN[0], (3, 0.0)))
    desk.until(lambda: heads(panel) == ["Utara"])
    desk.window.context.select_territory(SOUTH)
    desk.until(lambda: len(panel.board.rows) == 2)
    assert panel.board.rows[0].words == "Belum ada prakiraan untuk Selatan; ini yang lain."


def test_choosing_an_incident_tells_the_hours_where_it_is(
    desk: Any, panel: BulletinsPanel, give: Give, forecast: Any
) -> None:
    give(forecast(KELURAHAN[0], (3, 0.0)), forecast(KELURAHAN[2], (3, 0.0)))
    desk.select(desk.open("Pohon tumbang", place=KELURAHAN[2]))
    desk.until(lambda: heads(panel)[:2] == ["Selatan", "kini"])


def test_a_board_made_later_is_scoped_by_what_was_selected_before(
    desk: Any, room: Any, give: Give, forecast: Any
) -> None:
    give(forecast(KELURAHAN[0], (3, 0.0)), forecast(KELURAHAN[2], (3, 0.0)))
    desk.select(desk.open("Pohon tumbang", place=KELURAHAN[2]))
    later = BulletinsPanel(room, desk.window.bridge, desk.window.context)
    desk.until(lambda: heads(later)[:2] == ["Selatan", "kini"])
    later.deleteLater()


def test_simulated_ones_say_so_and_what_is_over_goes(
    desk: Any, panel: BulletinsPanel, give: Give, forecast: Any, clock: Any
) -> None:
    give(forecast(KELURAHAN[0], (3, 0.0), (3, 0.0), simulated=True))
    desk.until(lambda: len(panel.board.rows) == 1)
    assert panel.board.rows[0].mark == "SIMULASI" and "SIMULASI" in panel.board.accessibleDescription()
    clock.advance(2 * HOUR)
    panel.on_tick(clock.now())
    assert "3 j 00 lalu" in panel.board.rows[0].foot
    clock.advance(3 * HOUR)
    panel.on_tick(clock.now())
    assert panel.board.rows == []


def test_a_story_names_the_device_it_came_from(desk: Any, room: Any) -> None:
    from console.domain.incident import Event
    from widgets.panels.story import tell

    event = Event("e-1", "incident.noted", 0, "op-1", "ea30bd7f00112233", {}, "catatan", 3, "")
    line = tell(event, room.city, room.name_of, {"ea30bd7f00112233": "agen"}.__getitem__, room.device)
    assert line.foot == "Operator Uji · agen"
