"""The program starts with its window and ends in order, however it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.room import Room
from widgets.shell import app
from widgets.shell.errors import ErrorDesk
from widgets.shell.preferences import FILE, read_preferences
from widgets.shell.window import ConsoleWindow


def _window(qapp: QApplication) -> ConsoleWindow:
    return next(w for w in qapp.topLevelWidgets() if isinstance(w, ConsoleWindow) and w.isVisible())


async def _open_then(room: Room, folder: Path, act: object, qapp: QApplication, desk: ErrorDesk) -> int:
    running = asyncio.ensure_future(
        app.run_window(room, app.Options(folder=folder, version="uji", workspace="kejadian"), desk)
    )
    for _ in range(250):
        await asyncio.sleep(0.02)
        if any(isinstance(w, ConsoleWindow) and w.isVisible() for w in qapp.topLevelWidgets()):
            break
    await asyncio.sleep(0.2)
    act()  # type: ignore[operator]
    return await asyncio.wait_for(running, 60)


def test_sigterm_ends_in_order(
    loop: asyncio.AbstractEventLoop, room: Room, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    code = loop.run_until_complete(_open_then(room, tmp_path, lambda: os.kill(os.getpid(), signal.SIGTERM), qapp, desk))
    assert code == 0
    assert signal.getsignal(signal.SIGTERM) is before
    assert read_preferences(tmp_path).workspace == "kejadian"
    assert not (tmp_path / "room" / "owner.pid").exists()


def test_closing_the_window_ends_in_order_and_remembers(
    loop: asyncio.AbstractEventLoop, room: Room, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    code = loop.run_until_complete(_open_then(room, tmp_path, lambda: _window(qapp).close(), qapp, desk))
    assert code == 0
    kept = read_preferences(tmp_path)
    assert set(kept.layouts) == {"kejadian"}
    assert (tmp_path / FILE).exists()


def test_pictures_and_out(
    loop: asyncio.AbstractEventLoop, room: Room, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    options = app.Options(
        folder=tmp_path, version="uji", screenshots=tmp_path / "out", after=0.1, sizes=((1366, 768),), theme="light"
    )
    assert loop.run_until_complete(app.run_window(room, options, desk)) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"situasi-1366x768.png", "kejadian-1366x768.png"}


@pytest.mark.expect_log("start_failed")
def test_what_fails_beside_is_told_and_the_window_stays(
    loop: asyncio.AbstractEventLoop, room: Room, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    seen: list[int] = []

    async def fail() -> None:
        raise OSError("kota contoh tidak menyala")

    async def drive() -> int:
        running = asyncio.ensure_future(app.run_window(room, app.Options(folder=tmp_path, version="uji"), desk, fail))
        await asyncio.sleep(0.6)
        window = _window(qapp)
        seen.append(len(window.errors.open))
        for told in list(window.errors.open.values()):
            told.close()
        window.close()
        return await running

    assert loop.run_until_complete(drive()) == 0
    assert seen == [1]


def test_root_is_refused_unless_allowed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(app.RunAsRootError):
        app.create_application(["simpul"])
    assert QCoreApplication.instance() is not None
