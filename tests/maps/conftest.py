"""A small made-up city for the map tests, and the web engine set up for a machine without screen or GPU."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

from console.domain.city import City, MapView, Territory
from maps import scheme
from maps.district_map import DistrictMap
from maps.theme import MapTheme, theme_from
from maps.view import FolioMap, make_map

scheme.register(software=True)

THEMES = Path(__file__).parents[2] / "resources" / "themes"
SIDE = 0.02
"""Degrees, some 2.2 km: the side of one made-up kecamatan."""


def read_theme(name: str) -> MapTheme:
    colours = json.loads((THEMES / f"{name}.json").read_text())["colour"]
    return theme_from(name, colours, colours["ramp"])


def square(lat: float, lon: float, side: float) -> dict[str, object]:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def chequered_city(rows: int = 3, columns: int = 4, split: bool = False) -> City:
    """A city of square kecamatan `99.01.01`… from south-west to north-east; `split` halves each into two kelurahan."""
    features, territories = [], [Territory("99.01", "Kota Contoh", "kota", "99", 0.0, 100.0)]

    def add(code: str, name: str, level: str, lat: float, lon: float, side: float) -> None:
        parent = code.rpartition(".")[0]
        territories.append(Territory(code, name, level, parent, lat + side / 2, lon + side / 2))  # type: ignore[arg-type]
        facts = {"code": code, "name": name, "level": level}
        features.append({"type": "Feature", "properties": facts, "geometry": square(lat, lon, side)})

    for n in range(rows * columns):
        lat, lon = SIDE * (n // columns), 100 + SIDE * (n % columns)
        code = f"99.01.{n + 1:02d}"
        add(code, f"Petak {n + 1}", "kecamatan", lat, lon, SIDE)
        for part in range(2 if split else 0):
            add(f"{code}.{1001 + part}", f"Sudut {n + 1}-{part + 1}", "kelurahan", lat + part * SIDE / 2, lon, SIDE / 2)
    return City(
        code="99.01",
        name="Kota Contoh",
        time_zone="Asia/Jakarta",
        languages=("id",),
        map_view=MapView(SIDE * rows / 2, 100 + SIDE * columns / 2, 12.0),
        version="1",
        territories=tuple(territories),
        agencies=(),
        categories=(),
        sensors=(),
        ladders=(),
        charts=(),
        attribution="Buatan untuk uji",
        boundaries=msgspec.json.encode({"type": "FeatureCollection", "features": features}),
        boundaries_note="skematis, bukan batas resmi",
    )


@pytest.fixture(scope="session")
def city() -> City:
    return chequered_city()


@pytest.fixture(scope="session")
def split_city() -> City:
    return chequered_city(split=True)


@pytest.fixture(scope="session")
def dark() -> MapTheme:
    return read_theme("dark")


@pytest.fixture(scope="session")
def light() -> MapTheme:
    return read_theme("light")


@pytest.fixture(scope="session")
def page_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="session")
def make_city() -> Callable[..., City]:
    return chequered_city


class Canary:
    """A real server outside the map, on one TCP and one UDP port, that only notes who came: `visits` are first lines."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        self._closing = False
        self._tcp, self._udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        self._tcp.bind(("127.0.0.1", 0))
        self.port: int = self._tcp.getsockname()[1]
        self._udp.bind(("127.0.0.1", self.port))
        self._tcp.listen(64)
        self._threads = [threading.Thread(target=work) for work in (self._accept, self._receive)]
        for thread in self._threads:
            thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self._tcp.accept()
            if self._closing:
                client.close()
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client:
            client.settimeout(5)
            self.visits.append("(connected)")
            with contextlib.suppress(OSError):
                self.visits.append(client.recv(4096).decode("latin-1").partition("\r\n")[0])
                body = b"<p>outside</p>"
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close"
                client.sendall(head.encode() + b"\r\nAccess-Control-Allow-Origin: *\r\n\r\n" + body)

    def _receive(self) -> None:
        while (data := self._udp.recv(2048)) != b"stop":
            self.visits.append(f"UDP {len(data)} bytes /webrtc")

    def saw(self, name: str) -> bool:
        return any(f"/{name}" in line for line in self.visits)

    def close(self) -> None:
        self._closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._udp.sendto(b"stop", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(5)
        self._tcp.close()
        self._udp.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    yield server
    server.close()


@pytest.fixture
def live_map(qtbot: QtBot, city: City, dark: MapTheme, page_cache: Path) -> FolioMap:
    """A folium map of the made-up city, 600 by 450 pixels, shown and painted."""
    shown = FolioMap(city, dark, cache=page_cache)
    qtbot.addWidget(shown)
    shown.resize(600, 450)
    shown.show()
    qtbot.waitUntil(lambda: shown.state == "live" and shown.is_settled(), timeout=20_000)
    return shown


@pytest.fixture(params=["folio", "painted"])
def open_map(request: pytest.FixtureRequest, qtbot: QtBot, page_cache: Path) -> Callable[[City, MapTheme], DistrictMap]:
    """Opens a map of either kind, 600 by 450 pixels, shown and painted."""

    def open_one(city: City, theme: MapTheme) -> DistrictMap:
        shown = make_map(city, theme, request.param, cache=page_cache)
        qtbot.addWidget(shown)
        shown.resize(600, 450)
        shown.show()
        qtbot.waitUntil(shown.is_settled, timeout=20_000)
        return shown

    return open_one


@pytest.fixture
def until_settled(qtbot: QtBot) -> Callable[[DistrictMap], None]:
    """Wait until a map has painted all it was told."""

    def wait(shown: DistrictMap) -> None:
        qtbot.waitUntil(shown.is_settled, timeout=20_000)

    return wait


Ask = Callable[[FolioMap, str], Any]


@pytest.fixture
def ask(qtbot: QtBot) -> Ask:
    """Run JavaScript in a map's page and give its value, which must be JSON text."""

    def run(shown: FolioMap, script: str) -> Any:
        assert shown.surface is not None
        answers: list[str] = []
        shown.surface.page.runJavaScript(script, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
        return msgspec.json.decode(answers[0]) if answers[0] else None

    return run
