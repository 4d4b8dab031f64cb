"""What an operator can do with the window itself, as commands for the palette, the key sheet and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.sync.troubles import UNENROLLED
from widgets.models.commands import Command
from widgets.models.line_words import exchanged_words

if TYPE_CHECKING:
    from widgets.shell.window import ConsoleWindow

WITHOUT_OPERATOR = frozenset(
    {"back", "keys.show", "session.login", "window.close", "look.theme", "look.language", "look.motion"}
)
"""Commands that show and change nothing of the room, and so work while nobody is logged in."""


def add_commands(window: ConsoleWindow) -> None:
    """Register all of them with the window."""
    for command in (*_going(window), *_looking(window), *_moving(window), *_staying(window)):
        window.commands.add(command, window, always=command.id in WITHOUT_OPERATOR)


def _going(window: ConsoleWindow) -> list[Command]:
    group = QCoreApplication.translate("Acts", "Ruang kerja")

    def goer(workspace: str) -> Callable[[], None]:
        return lambda: window.go(workspace)

    return [Command(f"go.{name}", one.title, goer(name), one.key, group) for name, one in window.stack.listed.items()]


def _looking(window: ConsoleWindow) -> list[Command]:
    translate = QCoreApplication.translate
    group = translate("Acts", "Jendela")
    to_alarm = translate("Acts", "Buka kejadian di baris alarm")
    return [
        Command("palette.open", translate("Acts", "Cari apa saja"), lambda: window.finder.open(), "Ctrl+K", group),
        Command("keys.show", translate("Acts", "Lembar tombol"), window.sheet.open, "?", group),
        Command("back", translate("Acts", "Kembali, lepas pilihan"), window.escape, "Esc", group),
        Command("alarm.open", to_alarm, window.alarm.open_incident, "Alt+Return", group),
    ]


def _moving(window: ConsoleWindow) -> list[Command]:
    translate, pages = QCoreApplication.translate, window.stack
    group = translate("Acts", "Jendela")

    def toggle_lock() -> None:
        pages.set_locked(not pages.preferences.locked)
        locked, free = translate("Acts", "Tata letak dikunci"), translate("Acts", "Tata letak dapat diubah")
        window.said.say(locked if pages.preferences.locked else free)

    def reset() -> None:
        pages.page(pages.current).reset_layout()
        window.said.say(translate("Acts", "Tata letak dikembalikan"))

    return [
        Command("panel.next", translate("Acts", "Panel berikutnya"), lambda: pages.focus(1), "Ctrl+F6", group),
        Command("panel.before", translate("Acts", "Panel sebelumnya"), lambda: pages.focus(-1), "Ctrl+Shift+F6", group),
        Command("layout.lock", translate("Acts", "Kunci atau buka tata letak"), toggle_lock, "", group),
        Command("layout.reset", translate("Acts", "Kembalikan tata letak"), reset, "", group),
    ]


def _staying(window: ConsoleWindow) -> list[Command]:
    translate, session = QCoreApplication.translate, window.session
    frame, group = translate("Acts", "Jendela"), translate("Acts", "Operator")

    def sync_now() -> None:
        window.bridge.ask(window.room.sync_now(), lambda done: window.said.say(exchanged_words(done)), window)

    return [
        Command("sync.now", translate("Acts", "Sinkron sekarang"), sync_now, "Ctrl+R", frame),
        Command("window.close", translate("Acts", "Tutup program"), window.closing.emit, "Ctrl+Q", frame),
        *_enrolling(window, group),
        Command("session.login", translate("Acts", "Masuk"), session.log_in, "", group),
        Command("session.lock", translate("Acts", "Kunci layar"), session.lock, "Ctrl+L", group),
        Command("session.leave", translate("Acts", "Keluar (ganti operator)"), session.sign_out, "", group),
    ]


def _enrolling(window: ConsoleWindow, group: str) -> list[Command]:
    """A demo's room is enrolled by itself; every other is enrolled by hand."""
    if window.room.demo:
        return []

    translate = QCoreApplication.translate

    def enrol() -> None:
        link = window.room.link()
        if link.mode in ("mandiri", "stik") or link.problem == UNENROLLED:
            window.enrolment.form.server.setText(link.server or window.enrolment.form.server.text())
            window.enrolment.open()
        else:
            window.said.say(translate("Acts", "Ruang ini sudah terdaftar di {0}.").format(link.server))

    def enrol_by_stick() -> None:
        if window.room.rooted:
            window.said.say(translate("Acts", "Ruang ini sudah terdaftar; I di Sinkron mengimpor bundel."))
        else:
            window.enrolment.open_stick()

    by_stick = translate("Acts", "Daftarkan ruang lewat stik USB")
    return [
        Command("room.enrol", translate("Acts", "Daftarkan ruang ke pusat"), enrol, "", group),
        Command("room.enrol.stick", by_stick, enrol_by_stick, "", group),
    ]
