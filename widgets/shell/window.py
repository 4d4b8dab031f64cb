"""The main window: header, rail, workspaces, alarm line, and what is laid over them. It owns no data."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.refusals import NotPermitted, Refused
from widgets.models.bridge import Bridge
from widgets.models.commands import Command, Commands
from widgets.models.refusals import sentence
from widgets.models.selection import Selection
from widgets.parts.overlay import Overlay
from widgets.parts.theme import Theme, font_missing
from widgets.shell.acts import add_commands
from widgets.shell.alarm_line import AlarmLine
from widgets.shell.banner import Banner
from widgets.shell.errors import ErrorWindows
from widgets.shell.header import Header
from widgets.shell.page import WorkspacePage
from widgets.shell.pages import Pages
from widgets.shell.preferences import Preferences
from widgets.shell.rail import Rail
from widgets.shell.said import Said
from widgets.shell.session import Session
from widgets.shell.sheet import KeySheet
from widgets.shell.watch import Watch
from widgets.shell.workspaces import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from console.room import Room
    from widgets.shell.enrol_sheet import EnrolSheet
    from widgets.shell.login import LoginSheet
    from widgets.shell.palette import Palette

FIRST_DATA_S = 1.0
"""Longest that the other panels wait for the first ones to show their data."""


class ConsoleWindow(QWidget):
    """One room's window. Attributes: `context` (what is selected), `commands`, `bridge`, and its parts: `header`,
    `banner`, `rail`, `stack` (the workspaces), `alarm`, `finder` (the palette), `sheet`, `login`, `said`, `errors`,
    `session`, `watch`.

    Signals: `painted()` once, after the first paint; `closing()` when the person closes it; `reopening()` when the room
    has become another than the window was made for.
    """

    painted = Signal()
    closing = Signal()
    reopening = Signal()

    def __init__(
        self, room: Room, listed: Sequence[Workspace], theme: Theme, preferences: Preferences, version: str
    ) -> None:
        super().__init__()
        self.setObjectName("console")
        self.setWindowTitle(f"Simpul · {room.city.name}")
        self.setMinimumSize(1024, 640)
        self.room, self.preferences = room, preferences
        self.bridge = Bridge(room, self)
        self.context = Selection(theme, self)
        self.commands = Commands(self)
        self.errors = ErrorWindows(version, self)
        self._painted = False
        self._finder: Palette | None = None
        self._enrolment: EnrolSheet | None = None
        self.context.motion = preferences.motion
        self._make_frame(listed, theme)
        self._make_overlays()
        self.watch = Watch(room, self.bridge, self.context, self.header, self.rail, self.banner)
        self.session = Session(room, self.bridge, self.commands, self._desk, self.said)
        self._connect()
        add_commands(self)
        self._restore()

    @property
    def workspace(self) -> str:
        """The id of the workspace on screen."""
        return self.stack.current

    def workspace_ids(self) -> list[str]:
        """All workspaces, in the order of the rail."""
        return list(self.stack.listed)

    def page(self, workspace: str) -> WorkspacePage:
        """A workspace's page, made when it is first asked for. Raises `KeyError` when there is no such workspace."""
        return self.stack.page(workspace)

    def go(self, workspace: str) -> None:
        """Show a workspace; one that does not exist is passed over."""
        if workspace not in self.stack.listed:
            return
        self.stack.show_page(workspace, docked=self._painted)
        if self._painted:
            self._focus_workspace()
            page = self.page(workspace)
            self.bridge.ask(self._build_rest(page), None, page)

    @property
    def login(self) -> LoginSheet:
        """The sheet that asks who is there."""
        return self.session.login

    @property
    def finder(self) -> Palette:
        """The palette, made when it is first asked for: it is not worth a moment of the start."""
        if self._finder is None:
            from widgets.shell.palette import Palette

            self._finder = Palette(self, self.room, self.bridge, self.context, self.commands)
        return self._finder

    @property
    def enrolment(self) -> EnrolSheet:
        """The sheet that enrols the room, made when it is first asked for."""
        if self._enrolment is None:
            from widgets.shell.enrol_sheet import EnrolSheet

            self._enrolment = EnrolSheet(self._desk, self.room, self.bridge)
            self._enrolment.enrolled.connect(self.reopening)
        return self._enrolment

    async def settled(self, seconds: float) -> None:
        """Returns once the panels on screen show their data, after so many seconds at the latest."""
        panels = self.page(self.workspace).panels()
        waits = [settled() for panel in panels if (settled := getattr(panel, "settled", None)) is not None]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*waits)

    def escape(self) -> None:
        """Go one step back: what is laid over, then the selection."""
        for overlay in (self._finder, self.sheet, self._enrolment):
            if overlay is not None and overlay.isVisible():
                overlay.shut()
                return
        self.context.clear()

    def set_theme(self, theme: Theme) -> None:
        """Change the look of everything in the window; the stylesheet is the application's."""
        self.preferences.theme = theme.name
        for part in (self.header, self.rail, self.banner, self.alarm, self._finder):
            if part is not None:
                part.set_theme(theme)
        self.context.set_theme(theme)

    def remembered(self) -> Preferences:
        """The preferences as they stand now, to save."""
        self.preferences.geometry = bytes(self.saveGeometry().data())
        self.stack.remember()
        return self.preferences

    async def shut(self) -> None:
        """Stop asking and listening; the window can then be destroyed."""
        await self.bridge.close()
        self.hide()

    def on_failed(self, error: Exception) -> None:
        """Tell of an error that no panel took: a refusal as its sentence, anything else in its window."""
        if isinstance(error, Refused | NotPermitted):
            self.said.say(sentence(error))
        else:
            self.errors.show(error)

    def on_opened(self, workspace: str, _what: str) -> None:
        """Show the workspace that a panel asked for."""
        self.go(workspace)

    def on_alarm_opened(self, subject: str) -> None:
        """Show the incident on the alarm line."""
        self.context.select_incident(subject)
        self.go("kejadian")

    def on_covered(self, covered: bool) -> None:
        """Cover what the log-in does not reach: panels that float, and what is laid over the whole window."""
        self.stack.set_covered(covered)
        if covered:
            self.activateWindow()
            for overlay in (self._finder, self.sheet, self._enrolment):
                if overlay is not None:
                    overlay.shut()
            from PySide6.QtWidgets import QFileDialog

            for form in self.findChildren(QFileDialog):
                form.reject()

    def on_panel_built(self, panel: QWidget) -> None:
        """Take in the commands that a panel brings."""
        commands: Callable[[], list[Command]] | None = getattr(panel, "commands", None)
        for command in commands() if commands is not None else []:
            self.commands.add(command, panel if command.scope == "panel" else self)
        missing: SignalInstance | None = getattr(panel, "mapMissing", None)
        if missing is not None:
            missing.connect(lambda why: self.watch.set_state("map_missing", bool(why), why))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window has been seen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            # Queued, so that the paint is on screen before anything heavy begins.
            asyncio.get_event_loop().call_soon(self._on_first_paint)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the program shut down in order; it hides the window when that is done."""
        event.ignore()
        self.closing.emit()

    def _make_frame(self, listed: Sequence[Workspace], theme: Theme) -> None:
        self.header = Header(self.room, self.bridge, theme, self)
        self.banner = Banner(theme, self)
        self.rail = Rail(listed, theme, self)
        # The stack raises its current page, so what covers it must be its sibling.
        self._desk = QWidget(self)
        self.stack = Pages(listed, self.room, self.bridge, self.context, self.preferences, self._desk)
        desk = QVBoxLayout(self._desk)
        desk.setContentsMargins(0, 0, 0, 0)
        desk.addWidget(self.stack)
        self.alarm = AlarmLine(self.bridge, theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._desk, 1)
        for part in (self.header, self.banner):
            column.addWidget(part)
        column.addLayout(middle, 1)
        column.addWidget(self.alarm)

    def _make_overlays(self) -> None:
        self.sheet = KeySheet(self, self.commands)
        self.said = Said(self)

    def _connect(self) -> None:
        context = self.context
        self.bridge.failed.connect(self.on_failed)
        context.opened.connect(self.on_opened)
        context.said.connect(self.said.say)
        context.commandAsked.connect(self.commands.run)
        self.header.searchAsked.connect(lambda: self.commands.run("palette.open"))
        self.header.clearAsked.connect(context.clear)
        self.header.operatorAsked.connect(self.session.change)
        self.banner.asked.connect(self.commands.run)
        self.session.covered.connect(self.on_covered)
        self.session.bundleAsked.connect(lambda: self.enrolment.open_stick())
        self.rail.chosen.connect(self.go)
        self.stack.shown.connect(self.rail.show_current)
        self.stack.panelBuilt.connect(self.on_panel_built)
        self.alarm.opened.connect(self.on_alarm_opened)

    def _restore(self) -> None:
        if self.preferences.geometry:
            self.restoreGeometry(QByteArray(self.preferences.geometry))
        self.go(self.workspace)
        self.session.on_people()
        self.watch.set_state("font_missing", font_missing())
        self.watch.start()

    def _on_first_paint(self) -> None:
        self._focus_workspace()
        self.bridge.ask(self._furnish(), None, self)
        self.painted.emit()

    async def _furnish(self) -> None:
        """Bring in the rest once the panels that stand show their data, or after a while without it."""
        page = self.page(self.workspace)
        await self.settled(FIRST_DATA_S)
        self.alarm.start()
        self.watch.go_on()
        self.rail.load_icons()
        await self._build_rest(page)

    async def _build_rest(self, page: WorkspacePage) -> None:
        """Build what is missing; a page that had nothing for the keyboard yet gets it then."""
        empty = not page.panels()
        await page.build_rest()
        laid_over = any(overlay.isVisible() for overlay in self.findChildren(Overlay))
        if empty and page is self.page(self.workspace) and not laid_over:
            page.focus_next()

    def _focus_workspace(self) -> None:
        if not self.session.asking:
            self.stack.enter()
