"""What 48 live curves cost: CPU of one core, frames a second and memory, beside pyqtgraph's own curves in the same run.

Each way of drawing runs in its own process: 12 plots of 4 curves with 3,600 points, one new point per curve ten times
a second, in a window of 1600x900 pixels drawn offscreen. `main()` prints one JSON line per figure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
PLOTS, CURVES, POINTS, PERIOD_MS = 12, 4, 3600, 100
WARM_S, RUN_S = 2.0, 10.0
WAYS = ("own", "decimated", "raw")
REACH_CPU, REACH_FRAMES, REACH_MB = 8.0, 9.5, 140.0


def main() -> list[dict[str, object]]:
    """Measure every way and print the figures; the lines printed are also given back."""
    found = {way: _measured(way) for way in WAYS}
    own = found["own"]
    lines: list[dict[str, object]] = [
        _line("charts_cpu", own["cpu"], "% core", REACH_CPU, own["cpu"] <= REACH_CPU, {w: found[w]["cpu"] for w in WAYS}),
        _line("charts_frames", own["fps"], "frames/s", REACH_FRAMES, own["fps"] >= REACH_FRAMES,
              {w: found[w]["fps"] for w in WAYS}),
        _line("charts_memory", own["mb"], "MB PSS", REACH_MB, own["mb"] <= REACH_MB, {w: found[w]["mb"] for w in WAYS}),
    ]  # fmt: skip
    for line in lines:
        print(json.dumps(line))
    return lines


def _line(name: str, value: float, unit: str, reach: float, ok: bool, beside: dict[str, float]) -> dict[str, object]:
    others = {way: figure for way, figure in beside.items() if way != "own"}
    return {"name": name, "value": value, "unit": unit, "reach": reach, "beside": others, "ok": ok}


def _measured(way: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).resolve()), way]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(way: str) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    window, step, frames = _own() if way == "own" else _pyqtgraph(way)
    window.resize(1600, 900)  # type: ignore[attr-defined]
    window.show()  # type: ignore[attr-defined]
    app.processEvents()
    timer = QTimer()
    timer.setInterval(PERIOD_MS)
    timer.timeout.connect(step)
    timer.start()
    begun: dict[str, float] = {}

    def begin() -> None:
        begun.update(cpu=time.process_time(), wall=time.monotonic(), frames=frames())

    def end() -> None:
        wall = time.monotonic() - begun["wall"]
        figures = {
            "cpu": round((time.process_time() - begun["cpu"]) / wall * 100, 1),
            "fps": round((frames() - begun["frames"]) / PLOTS / wall, 1),
            "mb": round(_pss_mb(), 1),
        }
        print(json.dumps(figures))
        app.quit()

    QTimer.singleShot(int(WARM_S * 1000), begin)
    QTimer.singleShot(int((WARM_S + RUN_S) * 1000), end)
    app.exec()


def _samples() -> object:
    import numpy as np

    walk = (
        np.random.default_rng(7).normal(0, 1, (PLOTS * CURVES, POINTS + int((WARM_S + RUN_S + 5) * 10))).cumsum(axis=1)
    )
    return 50 + 40 * np.sin(walk / 40)


def _own() -> tuple[object, object, object]:
    import numpy as np
    from PySide6.QtWidgets import QApplication

    from console.domain.clock import SystemClock
    from widgets.parts.chart import Subject
    from widgets.parts.chart_items import CurvesItem
    from widgets.parts.chart_stack import ChartStack
    from widgets.parts.theme import read_theme

    painted = [0]

    class Counted(CurvesItem):
        def paint(self, *args: object) -> None:
            painted[0] += 1
            super().paint(*args)

    stack = ChartStack(read_theme("dark"), ZoneInfo("Asia/Jakarta"), SystemClock(), columns=4)
    stack.resize(1600, 900)
    stack.show()
    QApplication.processEvents()
    charts = stack.set_charts(PLOTS, CURVES)
    data, now = _samples(), int(time.time() * 1000)
    for number, chart in enumerate(charts):
        chart.curves.__class__ = Counted
        chart.set_subject(Subject(f"Deret {number + 1}", "cm", 1, PERIOD_MS))
    stack.set_window(POINTS * PERIOD_MS, now, True)
    for number, chart in enumerate(charts):
        for curve in range(CURVES):
            values = data[number * CURVES + curve, :POINTS]  # type: ignore[index]
            chart.load(now - np.arange(POINTS)[::-1] * PERIOD_MS, values, values, curve)
    upcoming = data[:, POINTS:].T.tolist()  # type: ignore[index]
    moment = [0]

    def step() -> None:
        at, row = int(time.time() * 1000), upcoming[moment[0]]
        moment[0] += 1
        for number, chart in enumerate(charts):
            for curve in range(CURVES):
                chart.append(at, row[number * CURVES + curve], True, curve)

    return stack, step, lambda: painted[0]


def _pyqtgraph(way: str) -> tuple[object, object, object]:
    import numpy as np
    import pyqtgraph as pg

    painted, curve_class = [0], pg.PlotDataItem if way == "raw" else pg.PlotCurveItem

    class Counted(pg.ViewBox):
        def paint(self, *args: object) -> None:
            painted[0] += 1
            super().paint(*args)

    window = pg.GraphicsLayoutWidget()
    x, data, curves = np.arange(-POINTS, 0.0), _samples(), []
    for number in range(PLOTS):
        plot = window.addPlot(number // 4, number % 4, viewBox=Counted())
        plot.setXRange(-POINTS, 0, padding=0)
        plot.setYRange(0, 100, padding=0)
        plot.disableAutoRange()
        for _ in range(CURVES):
            curve = curve_class(pen=pg.mkPen("w", width=1), antialias=False, skipFiniteCheck=True)
            plot.addItem(curve)
            curves.append(curve)
    moment = [0]

    def step() -> None:
        moment[0] += 1
        for curve, values in zip(curves, data[:, moment[0] : moment[0] + POINTS], strict=True):  # type: ignore[index]
            if way == "raw":
                curve.setData(x, values)
            else:
                columns = values.reshape(360, 10)
                low_high = np.stack([columns.min(axis=1), columns.max(axis=1)], axis=1).ravel()
                curve.setData(np.repeat(x[::10], 2), low_high)

    return window, step, lambda: painted[0]


def _pss_mb() -> float:
    text = Path("/proc/self/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    _run(sys.argv[1]) if len(sys.argv) > 1 else main()
