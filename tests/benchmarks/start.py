"""How long from the start of the process to the first painted window: header, rail and the queue of yesterday's incidents.

Beside it, in the same run and in turns with it: a bare QMainWindow on the same Python and Qt. Both are told from the
start of the process to the turn of the event loop after the paint; medians of several starts, after one warm-up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Nothing of the program here: the bare window starts from this file, too.
ROOT = Path(__file__).resolve().parents[2]
TIMES, INCIDENTS = 7, 200
PLACE = "32.73.02"
LIMIT_S = 60.0


def main() -> None:
    """Measure and print."""
    import statistics

    from _city import figure

    with tempfile.TemporaryDirectory(prefix="simpul-bench-", ignore_cleanup_errors=True) as name:
        data = Path(name) / "room"
        keep_bytecode(Path(name) / "bytecode")
        subprocess.run([sys.executable, __file__, "fill", str(data)], cwd=ROOT, check=True)
        bare: list[float] = []
        seen: list[dict[str, float]] = []
        for turn in range(TIMES + 1):
            counted = turn > 0
            bare += [started("bare")["painted"]][: int(counted)]
            seen += [started("own", str(data))][: int(counted)]
    middle = {key: round(statistics.median(each[key] for each in seen)) for key in seen[0]}
    beside = {
        "bare_qmainwindow_ms": round(statistics.median(bare)),
        "first_paint_ms": middle["painted"],
        "starts": TIMES,
    }
    figure("start", middle["queue"], "ms", 2 * statistics.median(bare), beside)


def keep_bytecode(folder: Path) -> None:
    """Let the warm-up leave compiled modules for the starts that count, as on anybody's machine, also where the
    environment keeps Python from writing them beside the sources."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


async def fill(data: Path) -> None:
    """Yesterday: a room that stands alone, with its queue of open incidents."""
    from _city import room_at

    from console.domain.views import NewIncident

    room = room_at(data, PLACE)
    categories = room.city.categories
    for number in range(INCIDENTS):
        category = categories[number % len(categories)].code
        await room.open_incident(NewIncident(f"Kejadian ukur {number} (SIMULASI)", category, PLACE))
    await room.close()


def started(*way: str) -> dict[str, float]:
    """Start a process and let it say when things were on screen, in ms from just before its start."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, __file__, *way], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    times = dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.startswith(("painted ", "queue ")))
    if not times:
        raise RuntimeError(f"nothing was painted (exit {done.returncode}): {done.stderr[-2000:]}")
    return {key: (float(at) - begun) * 1000 for key, at in times.items()}


def say(what: str) -> None:
    """Tell the process that measures that something is on screen now."""
    print(what, time.monotonic(), flush=True)


def bare() -> None:
    """The yardstick: nothing but a window."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, leave)

    def leave() -> None:
        say("painted")
        os._exit(0)

    application = QApplication([])
    window = Window()
    window.resize(1920, 1080)
    window.show()
    application.exec()


def own(data: str) -> None:
    """The program itself as the command line starts it, with its operator at the desk, and ears on its window and queue."""
    import main
    from widgets.shell import opening

    open_room = opening.room_here

    def room_with_operator(options: object) -> object:
        from console.domain.people import Operator

        room = open_room(options)
        room.log_in_as(Operator("ukur", "Operator Ukur", "koordinator", room.city.code, ""))
        return room

    opening.room_here = room_with_operator
    create = opening.window_options

    def listen_to_window(options: object) -> object:
        from widgets.panels.incident_list import IncidentList
        from widgets.shell.window import ConsoleWindow

        after_paint(ConsoleWindow, lambda _window: True, lambda: say("painted"))
        after_paint(IncidentList, lambda rows: rows.model().rowCount() > 0, queue_stands)
        return create(options)

    opening.window_options = listen_to_window
    # Pictures are what the superuser may start the program for; the process ends before they would be taken.
    main.main(["--data", data, "--screenshot", data, "--after", "1000"])


def after_paint(widget: type, counts: object, then: object) -> None:
    """Call `then` in the turn of the event loop after the first paint of such a widget that `counts`."""
    from PySide6.QtCore import QTimer

    paint = widget.paintEvent
    heard: list[bool] = []

    def painted(painted_one: object, event: object) -> None:
        paint(painted_one, event)
        if not heard and counts(painted_one):
            heard.append(True)
            QTimer.singleShot(0, then)

    widget.paintEvent = painted


def queue_stands() -> None:
    """The end: what was to be measured is on screen."""
    say("queue")
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare()
    elif sys.argv[1:2] == ["fill"]:
        import asyncio

        asyncio.run(fill(Path(sys.argv[2])))
    elif sys.argv[1:2] == ["own"]:
        own(sys.argv[2])
    else:
        main()
