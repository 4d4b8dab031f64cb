"""What the program does when it is started with its window: this room, or a whole demo city beside it.

Nothing of Qt is imported with this module, so that `start_lightly` comes before all of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.commands.answer import DONE
from console.commands.place import data_folder, diary, room_here
from widgets.shell.light_start import start_lightly

if TYPE_CHECKING:
    from widgets.shell.app import Options
    from widgets.shell.errors import ErrorDesk

VERSION = "0.1.0"
PROGRAM = Path(__file__).resolve().parents[2] / "main.py"


def open_window(options: argparse.Namespace) -> int:
    """Show the console until it is closed: this room, or a demo city. Its exit code."""
    prepare_browser_engine(options)
    start_lightly()
    from maps import scheme

    scheme.register()
    from widgets.shell.app import create_application

    allow_root = options.demo or options.screenshot is not None
    application = create_application(sys.argv[:1], allow_root=allow_root)
    import qasync

    # An event loop of Qt's own; asyncio code of the core runs on it unchanged.
    opened = demo_window if options.demo else room_window
    with qasync.QEventLoop(application) as loop:
        return int(loop.run_until_complete(opened(options, application.desk)))


def prepare_browser_engine(options: argparse.Namespace) -> None:
    """What Chromium reads once, before it loads. Its sandbox refuses the superuser; a demo may go without."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and (options.demo or options.screenshot is not None):
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


async def room_window(options: argparse.Namespace, desk: ErrorDesk) -> int:
    """The window of the data folder's room, after the first page where there is none yet."""
    from console.room import is_room
    from console.store.folder import FolderBusy
    from widgets.shell.app import run_window

    folder = data_folder(options)
    diary(folder, "room", options)
    if not options.city and not is_room(folder) and not await _first_run(folder, options, desk):
        return DONE

    def reopen() -> Any:
        # The pack that the centre sent counts from now on.
        options.city = ""
        return room_here(options)

    try:
        room = room_here(options)
    except FolderBusy as busy:
        if options.screenshot is None:
            from widgets.shell.last_word import last_word

            await last_word(str(busy), options.theme)
        raise
    return await run_window(room, window_options(options), desk, reopen=reopen)


async def _first_run(folder: Path, options: argparse.Namespace, desk: ErrorDesk) -> bool:
    from console.first_room import FirstRoom
    from widgets.shell.app import run_first

    return await run_first(FirstRoom(folder), window_options(options), desk)


async def demo_window(options: argparse.Namespace, desk: ErrorDesk) -> int:
    """The window of a demo city's room; the rest of the city starts once it stands."""
    from console.cities.pack import pack_path
    from console.cities.read import read_city
    from console.demo.demo import Demo
    from console.domain.clock import SystemClock
    from widgets.shell.app import run_window

    pack = pack_path(options.city or "bandung")
    city = read_city(pack, trusted=True)
    demo = Demo(PROGRAM, pack, city, options.data)
    diary(demo.folder / "room", "room", options)
    room = demo.open_room(SystemClock())
    try:
        return await run_window(room, window_options(options), desk, beside=lambda: demo.start(room))
    finally:
        await demo.stop()


def window_options(options: argparse.Namespace) -> Options:
    """How the window opens, from the command line."""
    from widgets.shell.app import SIZES, Options

    return Options(
        folder=data_folder(options),
        version=VERSION,
        theme=options.theme,
        language=options.lang,
        workspace=options.workspace,
        screenshots=options.screenshot,
        after=options.after,
        sizes=options.size or SIZES,
    )
