"""What the map costs: its first frame, and how soon new data is in the next frame, beside rebuilding the folium page.

`map_update` restyles 151 kelurahan and moves 500 marks, many times, from the push to the end of the page's frame callback;
beside it the same data shown by building the folium page again (folium already imported) and loading it, in the same run.
`map_painted_update` is the same change on the painted map, until its widget has painted itself.
`map_first_frame` runs from the widget's first show to the first frame with data, each time in a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CITY, MARKS, ROUNDS, REBUILDS = "bandung", 500, 60, 5
REACH_UPDATE_MS, REACH_PAINTED_MS, REACH_FIRST_MS = 25.0, 20.0, 1300.0
SIZE = (1280, 800)


def main() -> list[dict[str, object]]:
    """Measure and print one JSON line per figure; the lines are also given back."""
    with tempfile.TemporaryDirectory(prefix="simpul-peta-") as folder:
        cold, warm = (_in_process("first", folder)["first_ms"] for _ in range(2))
        found = _in_process("update", folder)
        painted = _in_process("painted", folder)
    rebuilt = {"folium_rebuilt_ms": found["rebuilt_ms"], "p95_ms": found["p95_ms"], "worst_ms": found["worst_ms"]}
    lines = [
        _line("map_update", found["median_ms"], REACH_UPDATE_MS, rebuilt),
        _line("map_painted_update", painted["median_ms"], REACH_PAINTED_MS, {"p95_ms": painted["p95_ms"]}),
        _line("map_first_frame", cold, REACH_FIRST_MS, {"page_in_cache_ms": warm}),
    ]
    for line in lines:
        print(json.dumps(line), flush=True)
    return lines


def _line(name: str, value: float, reach: float, beside: dict[str, float]) -> dict[str, object]:
    return {"name": name, "value": value, "unit": "ms", "reach": reach, "beside": beside, "ok": value <= reach}


def _in_process(what: str, folder: str) -> dict[str, float]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    command = [sys.executable, __file__, what, folder]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _shown(folder: Path, kind: str = "folio") -> tuple[Any, Callable[[Callable[[], bool]], float], float]:
    """A live map with data, a way to wait (seconds until true), and the seconds from show to the first painted frame."""
    from PySide6.QtWidgets import QApplication

    from console.cities.pack import pack_path
    from console.cities.read import read_city
    from maps import scheme
    from maps.view import make_map

    scheme.register(software=True)
    app = QApplication.instance() or QApplication([])

    def until(true: Callable[[], bool], limit_s: float = 30.0) -> float:
        start = time.perf_counter()
        while not true():
            app.processEvents()
            if time.perf_counter() - start > limit_s:
                raise TimeoutError("the map did not answer")
        return time.perf_counter() - start

    shown = make_map(read_city(pack_path(CITY)), _theme(), kind, cache=folder)  # type: ignore[arg-type]
    shown.resize(*SIZE)
    _push(shown, random.Random(0))
    shown.show()
    first = until(lambda: shown.state == "live" and shown.is_settled())
    return shown, until, first


def _theme() -> Any:

    from maps.theme import theme_from

    colours = json.loads((ROOT / "resources" / "themes" / "dark.json").read_text())["colour"]
    return theme_from("dark", colours, colours["ramp"])


def _push(shown: Any, chance: random.Random) -> int:
    """New load on every kelurahan and a new place for every mark; gives the number of kelurahan."""
    from maps.scene import Marker

    wards = [t for t in shown.city.territories if t.level == "kelurahan"]
    shown.show_load({t.code: chance.randrange(13) for t in wards}, "terbuka")
    spots = (chance.choice(wards) for _ in range(MARKS))
    shown.show_markers(
        "incident",
        [
            Marker(
                f"i{n}",
                t.lat + chance.uniform(-0.003, 0.003),
                t.lon + chance.uniform(-0.003, 0.003),
                "P3",
                f"Kejadian {n}",
            )
            for n, t in enumerate(spots)
        ],
    )
    return len(wards)


def _measure_first(folder: Path) -> dict[str, float]:
    _, _, seconds = _shown(folder)
    return {"first_ms": round(seconds * 1000, 1)}


def _measure_update(folder: Path) -> dict[str, float]:
    shown, until, _ = _shown(folder)
    chance, took, drawn = random.Random(1), [], [0]
    shown.surface.bridge.frame_drawn.connect(lambda n: drawn.__setitem__(0, n))
    for _ in range(ROUNDS):
        until(shown.is_settled)
        pause_end = time.perf_counter() + 0.05 + chance.random() / 60  # anywhere between two frames, as data come
        until(lambda end=pause_end: time.perf_counter() >= end)  # type: ignore[misc]
        before, start = drawn[0], time.perf_counter()
        _push(shown, chance)
        until(lambda before=before: drawn[0] > before)  # type: ignore[misc]
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return {
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "worst_ms": round(took[-1], 1),
        "rebuilt_ms": round(_measure_rebuild(shown, until), 1),
    }


def _measure_painted(folder: Path) -> dict[str, float]:
    shown, until, _ = _shown(folder, "painted")
    chance, took = random.Random(1), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        _push(shown, chance)
        until(shown.is_settled)
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return {"median_ms": round(statistics.median(took), 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


def _measure_rebuild(shown: Any, until: Callable[[Callable[[], bool]], float]) -> float:
    """The middle of some rebuilds, in ms: folium builds the page again and the engine loads it until it is painted."""
    from maps import page

    order, took = page.order_for(shown.city, shown.scene.theme), []
    page.build(order)  # folium's import is not counted
    for _ in range(REBUILDS):
        start = time.perf_counter()
        page.build(order)
        shown.state = "loading"
        shown.surface.load()
        until(lambda: shown.state == "live" and shown.is_settled())
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        work = {"first": _measure_first, "update": _measure_update, "painted": _measure_painted}[sys.argv[1]]
        print(json.dumps(work(Path(sys.argv[2]))), flush=True)
        os._exit(0)
