"""What a second start of the program shows while the first one owns the folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets.shell.last_word import LastWord, last_word

WHO = "Folder /data sedang dipakai jendela Simpul (proses 7, sejak 01-11-2026 08.00); kerjakan di sana."


@pytest.fixture(autouse=True)
def as_the_program_does(qapp: QApplication) -> Iterator[None]:
    """A closed window does not end it."""
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(before)


def shown() -> LastWord:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, LastWord) and w.isVisible())


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_it_says_who_owns_the_folder_and_closes_by_a_key(loop: asyncio.AbstractEventLoop, key: Qt.Key) -> None:
    async def read() -> str:
        telling = asyncio.ensure_future(last_word(WHO))
        await asyncio.sleep(0.05)
        said = shown().said.text()
        QTest.keyClick(shown(), key)
        await telling
        return said

    assert loop.run_until_complete(asyncio.wait_for(read(), 30)) == WHO


def test_it_does_not_wait_for_ever(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_until_complete(asyncio.wait_for(last_word(WHO, seconds=0.05), 30))
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, LastWord) and w.isVisible()]
