"""A person at a real window, for journeys: opens a room as the program does and presses the keys that it is told.

Run as a process: `python tests/journeys/desk.py DATA PACK`. It reads one JSON object a line on standard input and answers
with one each: {"keys": "Ctrl+N"}, {"text": "…"}, {"go": "kejadian"}, {"rows": true}, {"choose": title},
{"shot": path}, {"end": true}. It touches nothing but keys; what it reports is what the lists show.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from maps import scheme

scheme.register()

import qasync  # noqa: E402
from PySide6.QtCore import Qt  # noqa: E402
from PySide6.QtGui import QKeySequence  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from console.cities.read import read_city  # noqa: E402
from console.domain.clock import SystemClock  # noqa: E402
from console.domain.incident import Incident  # noqa: E402
from console.log import configure  # noqa: E402
from console.room import Room, open_room  # noqa: E402
from widgets.panels.incidents import IncidentsPanel  # noqa: E402
from widgets.shell.app import Options, create_application, run_window  # noqa: E402
from widgets.shell.errors import ErrorDesk  # noqa: E402
from widgets.shell.window import ConsoleWindow  # noqa: E402


class Desk:
    """Does what the lines on standard input say."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def window(self) -> ConsoleWindow:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, ConsoleWindow))

    async def work(self) -> None:
        self.window.activateWindow()
        answer({"ready": True})
        while line := await asyncio.to_thread(sys.stdin.readline):
            told = msgspec.json.decode(line, type=dict[str, Any])
            if "end" in told:
                self.window.close()
                return
            answer(await self._do(told))

    async def _do(self, told: dict[str, Any]) -> dict[str, Any]:
        [(what, value)] = told.items()
        match what:
            case "keys":
                self._press(value)
            case "text":
                QTest.keyClicks(self._focus(), value)
            case "go":
                self.window.go(value)
                await self.window.page(value).build_rest()
            case "rows":
                return {"rows": [msgspec.to_builtins(i) for i in self._rows()]}
            case "choose":
                self._choose(value)
            case "shot":
                return {"saved": self.window.grab().save(value)}
            case "state":
                link, operator = self._room.link(), self._room.operator
                return {"mode": link.mode, "queue": link.queue, "operator": operator.name if operator else ""}
        await asyncio.sleep(0.15)
        return {"focus": type(self._focus()).__name__}

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def _panel(self, kind: type[Any]) -> Any:
        return self.window.findChild(kind)

    def _rows(self) -> list[Incident]:
        """What the list of Kejadian shows, from top to bottom."""
        rows = self._panel(IncidentsPanel).list.rows
        return [rows.incident(rows.index(k, 0)) for k in range(rows.rowCount())]

    def _press(self, keys: str) -> None:
        pressed = QKeySequence(keys)[0]
        QTest.keyClick(self._focus(), pressed.key(), pressed.keyboardModifiers())

    def _choose(self, title: str) -> None:
        """Walk down the list to the row of this title."""
        listed = self._panel(IncidentsPanel).list
        listed.setFocus()
        titles = [i.title for i in self._rows()]
        QTest.keyClick(listed, Qt.Key.Key_Home)
        for _ in range(titles.index(title)):
            QTest.keyClick(listed, Qt.Key.Key_Down)


def answer(said: dict[str, Any]) -> None:
    print(msgspec.json.encode(said).decode(), flush=True)


async def live(data: Path, pack: Path, desk: ErrorDesk) -> int:
    configure(data, "room")
    room = open_room(data, read_city(pack), SystemClock())
    return await run_window(room, Options(folder=data, version="uji"), desk, beside=Desk(room).work)


def main() -> int:
    data, pack = map(Path, sys.argv[1:])
    application = create_application(sys.argv[:1], allow_root=True)
    with qasync.QEventLoop(application) as loop:
        return int(loop.run_until_complete(live(data, pack, application.desk)))


if __name__ == "__main__":
    sys.exit(main())
