"""Starting and ending a program with a window: the application, the room in it, and a clean way out."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Signal
from PySide6.QtWidgets import QApplication

from console.domain.views import IncidentQuery
from console.log import logger
from widgets.parts.theme import read_theme
from widgets.shell.errors import ErrorDesk, ErrorWindows
from widgets.shell.language import WRITTEN, set_locale, translator
from widgets.shell.look import add_look_commands
from widgets.shell.memory import Collector
from widgets.shell.preferences import Preferences, read_preferences, write_preferences
from widgets.shell.theme import dress
from widgets.shell.window import ConsoleWindow
from widgets.shell.workspaces import workspaces

if TYPE_CHECKING:
    from console.first_room import FirstRoom
    from console.room import Room


SIZES = ((1366, 768), (1920, 1080), (3840, 2160))
"""The sizes of pictures; the middle one is also a window's that nobody has sized yet."""
SHOWN_WITH_DATA_S = 0.05
"""Longest that the window waits to be shown with its first data in it, and not empty for a moment."""
FIRST_DATA_S = 60.0
"""Longest wait for first data before pictures are taken all the same."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to open the window.

    `folder` keeps the window's preferences; `theme` and `language` override what is kept there; with `screenshots` set,
    every workspace is saved there as PNG after `after` seconds, and the program ends; `workspace` opens first; `greeting`
    is said once the window stands.
    """

    folder: Path
    version: str
    theme: str = ""
    language: str = ""
    workspace: str = ""
    screenshots: Path | None = None
    after: float = 2.0
    sizes: tuple[tuple[int, int], ...] = SIZES
    greeting: str = ""


class RunAsRootError(Exception):
    """The program was started by the system's administrator, under whom a browser engine must not run."""


class Application(QApplication):
    """The program's application. Attribute: `desk`, where every uncaught error ends."""

    def __init__(self, program: str) -> None:
        # Qt's own style, which the stylesheet is made for, and not the desktop's; said here, since asking for it later
        # loads a dozen tables that nothing else needs.
        super().__init__([program, "-style", "Fusion"])
        self.desk = ErrorDesk(self)


def create_application(argv: Sequence[str], allow_root: bool = False) -> Application:
    """The application, with error hooks set first. Raises `RunAsRootError` unless root is allowed (demo, tests)."""
    if not allow_root and hasattr(os, "geteuid") and os.geteuid() == 0:
        raise RunAsRootError("Jangan dijalankan sebagai root; masuk sebagai pengguna biasa, atau pakai --demo.")
    application = Application(argv[0])
    application.desk.install()
    application.setApplicationName("Simpul")
    # The end is in order and explicit; a closed error window must not end the program.
    application.setQuitOnLastWindowClosed(False)
    return application


class Signals(QObject):
    """Turns SIGTERM and SIGINT into a Qt signal on the main thread. Signals: `asked()`."""

    asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)
        # Python handlers run only when the interpreter next does; the wakeup byte makes Qt's loop return to it.
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno())
        self._before = {which: signal.signal(which, self._on_signal) for which in (signal.SIGTERM, signal.SIGINT)}

    def stop(self) -> None:
        """Put back what was there before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for which, handler in self._before.items():
            signal.signal(which, handler)
        for end in (self._read, self._write):
            end.close()

    def _on_signal(self, number: int, _frame: object) -> None:
        logger().info("signal", number=number)

    def _on_byte(self) -> None:
        self._read.recv(64)
        self.asked.emit()


async def run_window(
    room: Room,
    options: Options,
    desk: ErrorDesk,
    beside: Callable[[], Awaitable[None]] | None = None,
    reopen: Callable[[], Room] | None = None,
) -> int:
    """Show the room's window until it is closed or the process is told to end; closes the room. Exit code.

    `desk` is where errors end that nobody caught. `beside` is what else has to start (a demo's other processes), begun
    once the window stands; pictures wait for it, and what goes wrong with it is told in the window. `reopen` opens the
    room anew once it has been enrolled: its territory, its pack and with them everything on screen may be others then.

    The window is painted before `room.start()` begins its exchanges, so it stands whatever the line does.
    """
    while await _one_window(room, options, desk, beside) and reopen is not None:
        room, beside = reopen(), None
        options = msgspec.structs.replace(options, greeting=_enrolled_words(room))
    return 0


async def _one_window(
    room: Room, options: Options, desk: ErrorDesk, beside: Callable[[], Awaitable[None]] | None
) -> bool:
    """One window from its start to its end; whether the room asks to be opened again."""
    application = _application()
    asyncio.get_running_loop().set_exception_handler(desk.on_loop_error)
    collector = Collector(application)
    preferences = _dressed(application, options)
    theme = read_theme(preferences.theme)
    listed = workspaces(city_hall=room.territory == room.city.code)
    window = ConsoleWindow(room, listed, theme, preferences, options.version)
    desk.caught.connect(window.on_failed)
    add_look_commands(application, window)
    ended, again = asyncio.Event(), asyncio.Event()
    signals = Signals(application)
    signals.asked.connect(ended.set)
    window.closing.connect(ended.set)
    window.reopening.connect(again.set)
    window.reopening.connect(ended.set)
    try:
        await _live(window, options, ended, beside)
    finally:
        write_preferences(options.folder, window.remembered())
        await window.shut()
        await room.close()
        signals.stop()
        collector.stop()
        desk.caught.disconnect(window.on_failed)
        window.deleteLater()
    return again.is_set()


async def run_first(first: FirstRoom, options: Options, desk: ErrorDesk) -> bool:
    """Show the first page until the folder holds a room; False when the person closed it, or pictures were taken."""
    from console.first_room import offered_cities
    from widgets.shell.first_run import FirstRun

    application = _application()
    asyncio.get_running_loop().set_exception_handler(desk.on_loop_error)
    _speak_menus(application, _dressed(application, options).language)
    page = FirstRun(first, offered_cities())
    errors = ErrorWindows(options.version, page)
    ended, made = asyncio.Event(), asyncio.Event()
    signals = Signals(application)
    for signal_ in (signals.asked, page.closing, page.done):
        signal_.connect(ended.set)
    page.done.connect(made.set)
    for failed in (desk.caught, page.failed):
        failed.connect(errors.show)
    try:
        page.resize(*SIZES[1])
        page.show()
        if options.screenshots is not None:
            await asyncio.sleep(options.after)
            from widgets.shell.screenshots import first_pictures

            await first_pictures(page, options.screenshots, options.sizes)
        else:
            await ended.wait()
    finally:
        await page.shut()
        signals.stop()
        desk.caught.disconnect(errors.show)
        page.deleteLater()
    return made.is_set()


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def _dressed(application: QApplication, options: Options) -> Preferences:
    """The folder's preferences with what the command line says over them, and the application looking and speaking so."""
    preferences = read_preferences(options.folder)
    preferences.theme = options.theme or preferences.theme
    preferences.language = options.language or preferences.language
    preferences.workspace = options.workspace or preferences.workspace
    set_locale(preferences.language)
    if preferences.language != WRITTEN:
        _speak(application, preferences.language)
    dress(application, read_theme(preferences.theme))
    return preferences


def _enrolled_words(room: Room) -> str:
    place = room.city.territory(room.territory)
    said = QCoreApplication.translate("App", "Ruang terdaftar untuk {0}; masuk dengan nama dan sandi dari kota")
    return said.format(place.name if place else room.territory)


async def _live(
    window: ConsoleWindow, options: Options, ended: asyncio.Event, beside: Callable[[], Awaitable[None]] | None
) -> None:
    painted = asyncio.Event()
    window.painted.connect(painted.set)
    if not window.preferences.geometry:
        window.resize(*SIZES[1])
    await window.settled(SHOWN_WITH_DATA_S)
    window.show()
    work = asyncio.ensure_future(_work(window, options, painted, beside))
    end = asyncio.ensure_future(ended.wait())
    # With pictures to take, the work's end is the program's; else the window stays until it is closed.
    await asyncio.wait({end, work} if options.screenshots else {end}, return_when=asyncio.FIRST_COMPLETED)
    for task in (work, end):
        task.cancel()
    [outcome, _] = await asyncio.gather(work, end, return_exceptions=True)
    if options.screenshots and isinstance(outcome, Exception):
        raise outcome


async def _work(
    window: ConsoleWindow, options: Options, painted: asyncio.Event, beside: Callable[[], Awaitable[None]] | None
) -> None:
    await painted.wait()
    _speak_menus(_application(), window.preferences.language)
    _greet(window, options.greeting)
    try:
        await window.room.start()
        if beside is not None:
            await beside()
    except Exception as error:
        if options.screenshots:
            raise
        # The room stands without what failed, and the window says so.
        logger().error("start_failed", exc_info=error)
        window.on_failed(error)
    if options.screenshots is not None:
        await _first_data(window.room)
        await asyncio.sleep(options.after)
        from widgets.shell.screenshots import screenshots

        await screenshots(window, options.screenshots, options.sizes)


async def _first_data(room: Room) -> None:
    """Wait until the centre has sent something to show; a room that stands alone has all it will ever have."""
    ends = room.clock.monotonic() + FIRST_DATA_S
    while room.link().mode not in ("mandiri", "stik") and room.clock.monotonic() < ends:
        if await room.latest() and (await room.incidents(IncidentQuery(limit=1))).total:
            return
        await asyncio.sleep(0.25)
    if room.link().mode not in ("mandiri", "stik"):
        logger().warning("no_first_data", seconds=FIRST_DATA_S)


def _greet(window: ConsoleWindow, greeting: str) -> None:
    operator = window.room.operator
    if greeting:
        window.said.say(greeting)
    if window.room.demo and operator is not None:
        said = QCoreApplication.translate("App", "Demo: {0} sudah masuk sebagai operator contoh; data SIMULASI")
        window.said.say(said.format(operator.name))


def _speak_menus(application: QApplication, language: str) -> None:
    """What is left to translate where the words in the code are the language's own: nothing that the first paint shows."""
    if language == WRITTEN:
        _speak(application, language)


def _speak(application: QApplication, language: str) -> None:
    found = translator(language, application)
    if found is not None:
        application.installTranslator(found)
