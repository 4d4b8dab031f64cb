"""How the window looks and speaks, as commands: theme, language and motion."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from widgets.models.commands import Command
from widgets.parts.theme import read_theme
from widgets.shell.theme import dress
from widgets.shell.window import ConsoleWindow


def add_look_commands(application: QApplication, window: ConsoleWindow) -> None:
    """Register theme, language and motion with the window."""
    translate = QCoreApplication.translate
    group = translate("App", "Jendela")
    theme = translate("App", "Tema gelap atau terang")
    language = translate("App", "Bahasa Indonesia atau Inggris (English)")
    motion = translate("App", "Gerak (memudar) nyala atau mati")
    for command in (
        Command("look.theme", theme, lambda: toggle_theme(application, window), "Ctrl+T", group),
        Command("look.language", language, lambda: toggle_language(window), "", group),
        Command("look.motion", motion, lambda: toggle_motion(window), "", group),
    ):
        window.commands.add(command, window, always=True)


def toggle_theme(application: QApplication, window: ConsoleWindow) -> None:
    """Dark or light."""
    theme = read_theme("light" if window.context.theme.dark else "dark")
    dress(application, theme)
    window.set_theme(theme)


def toggle_language(window: ConsoleWindow) -> None:
    """Indonesian or English, from the next start on."""
    window.preferences.language = "en" if window.preferences.language == "id" else "id"
    said = QCoreApplication.translate("App", "Bahasa berganti saat program dibuka lagi: {0}")
    window.said.say(said.format(window.preferences.language))


def toggle_motion(window: ConsoleWindow) -> None:
    """Whether what changed fades."""
    window.preferences.motion = window.context.motion = not window.context.motion
    on = QCoreApplication.translate("App", "Gerak menyala: yang berubah memudar sebentar")
    off = QCoreApplication.translate("App", "Gerak mati: yang berubah langsung berganti")
    window.said.say(on if window.context.motion else off)
