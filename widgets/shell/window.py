"""The main window: header, rail, workspaces, alarm line, and what is laid over them. It owns no data."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from console.domain.reading import Latest
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import IncidentPage, IncidentQuery, LinkState, RoomState, Situation
from widgets.models.bridge import Bridge
from widgets.models.commands import Command, Commands
from widgets.models.refresh import Refresh
from widgets.models.refusals import sentence
from widgets.models.selection import Selection
from widgets.parts.theme import Theme, font_missing
from widgets.shell.alarm_line import AlarmLine
from widgets.shell.banner import Banner
from widgets.shell.docks import DockedWorkspace
from widgets.shell.errors import ErrorWindows
from widgets.shell.header import Header
from widgets.shell.login import LoginSheet
from widgets.shell.palette import Palette
from widgets.shell.preferences import Preferences
from widgets.shell.rail import Rail
from widgets.shell.said import Said
from widgets.shell.sheet import KeySheet
from widgets.shell.states import of_link, ranked
from widgets.shell.workspaces import Workspace

if TYPE_CHECKING:
    from console.room import Room

FIRST_DATA_S = 1.0
"""Longest that the other panels wait for the first ones to show their data."""


WITHOUT_OPERATOR = frozenset({"back", "keys.show", "session.login", "window.close"})
"""Commands that show and change nothing of the room, and so work while nobody is logged in."""


class ConsoleWindow(QWidget):
    """One room's window. Attributes: `context` (what is selected), `commands`, `bridge`.

    Signals: `painted()` once, after the first paint; `closing()` when the person closes it.
    """

    painted = Signal()
    closing = Signal()

    def __init__(
        self, room: Room, listed: Sequence[Workspace], theme: Theme, preferences: Preferences, version: str
    ) -> None:
        super().__init__()
        self.setObjectName("console")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"Simpul · {room.city.name}")
        self.setMinimumSize(1024, 640)
        self.room, self.preferences = room, preferences
        self.bridge = Bridge(room, self)
        self.context = Selection(theme, self)
        self.commands = Commands(self)
        self.errors = ErrorWindows(version, self)
        self._extra: dict[str, RoomState] = {}
        self._listed = {workspace.id: workspace for workspace in listed}
        self._pages: dict[str, DockedWorkspace] = {}
        self._painted = self._has_data = False
        self._make_frame(listed, theme)
        self._make_overlays()
        self._make_queries()
        self._connect()
        self._restore()

    # What is on screen

    @property
    def workspace(self) -> str:
        """The id of the workspace on screen."""
        return self.preferences.workspace

    def workspace_ids(self) -> list[str]:
        """All workspaces, in the order of the rail."""
        return list(self._listed)

    def page(self, workspace: str) -> DockedWorkspace:
        """A workspace's page, made when it is first asked for. Raises `KeyError` when there is no such workspace."""
        if workspace not in self._pages:
            self._pages[workspace] = self._make_page(self._listed[workspace])
        return self._pages[workspace]

    def go(self, workspace: str) -> None:
        """Show a workspace; its panels are built when it is first shown."""
        if workspace not in self._listed:
            return
        page = self.page(workspace)
        self.preferences.workspace = workspace
        page.build_first()
        self.stack.setCurrentWidget(page)
        self.rail.show_current(workspace)
        if self._painted:
            self._focus_workspace()
            self.bridge.ask(page.build_rest(), None, page)

    def set_state(self, code: str, present: bool, detail: str = "") -> None:
        """Say that a state of the window itself holds or not ("map_missing", …)."""
        if present:
            self._extra[code] = RoomState(code, detail)
        else:
            self._extra.pop(code, None)
        self.on_states()

    def set_theme(self, theme: Theme) -> None:
        """Change the look of everything in the window; the stylesheet is the application's."""
        self.preferences.theme = theme.name
        for part in (self.header, self.rail, self.banner, self.alarm, self.finder):
            part.set_theme(theme)
        self.context.set_theme(theme)

    def remembered(self) -> Preferences:
        """The preferences as they stand now, to save."""
        self.preferences.geometry = bytes(self.saveGeometry().data())
        self.preferences.layouts |= {name: page.save_layout() for name, page in self._pages.items()}
        return self.preferences

    async def shut(self) -> None:
        """Stop asking and listening; the window can then be destroyed."""
        await self.bridge.close()
        self.hide()

    # Notices

    def on_states(self) -> None:
        """Show what is abnormal."""
        states = [*self.room.states(), *of_link(self.room.link()), *self._extra.values()]
        # The log-in sheet says that one itself.
        self.banner.show_states(ranked([s for s in states if s.code != "login_needed" or not self.login.isVisible()]))

    def on_situation(self, situation: Situation) -> None:
        """Show the counts of open incidents and of those to decide."""
        self.header.on_situation(situation)
        self.rail.set_count("sinkron", situation.undecided)

    def on_new_incidents(self, page: IncidentPage) -> None:
        """Show how many incidents nobody has looked at yet."""
        self.rail.set_count("kejadian", page.total)

    def on_latest(self, latest: dict[str, Latest], link: LinkState | None = None) -> None:
        """Say that first data is awaited, until some has come; a room without a line waits for none."""
        mode = (link or self.room.link()).mode
        waiting = not latest and bool(self.room.city.sensors) and mode in ("langsung", "hemat")
        self.set_state("waiting_data", waiting)
        self._has_data = self._has_data or bool(latest)

    def on_people(self) -> None:
        """Ask for a log-in when nobody is at the desk."""
        signed_in = self.room.operator is not None
        self.commands.enabled = signed_in
        if signed_in:
            self.login.shut()
        elif not self.login.isVisible():
            self.login.ask()
        self.on_states()

    def on_failed(self, error: Exception) -> None:
        """Tell of an error that no panel took: a refusal as its sentence, anything else in its window."""
        if isinstance(error, Refused | NotPermitted):
            self.said.say(sentence(error))
        else:
            self.errors.show(error)

    def on_opened(self, workspace: str, _what: str) -> None:
        """Show the workspace that a panel asked for."""
        self.go(workspace)

    def on_scope(self, *_changed: object) -> None:
        """Say in the header what is selected."""
        city, context = self.room.city, self.context
        if context.incident:
            self.bridge.ask(self.room.incident(context.incident), self._on_scope_incident, self)
        elif context.sensor and (sensor := city.sensor(context.sensor)):
            self.header.show_scope(sensor.name)
        elif context.territory and (place := city.territory(context.territory)):
            self.header.show_scope(place.name)
        else:
            self.header.show_scope("")

    # What the operator can do with the window

    def escape(self) -> None:
        """Go one step back: what is laid over, then the selection."""
        for overlay in (self.finder, self.sheet):
            if overlay.isVisible():
                overlay.shut()
                return
        self.context.clear()

    def log_in(self) -> None:
        """Ask for a log-in, unless somebody is at the desk."""
        if self.room.operator is None:
            self.on_people()
        else:
            self.said.say(self.tr("Sudah masuk: {0}").format(self.room.operator.name))

    def lock(self) -> None:
        """Lock the screen: signs out and asks the same person's password."""
        name = self.room.operator.name if self.room.operator else ""
        self.room.log_out()
        self.commands.enabled = False
        self.login.ask(name, locked=True)

    def sign_out(self) -> None:
        """Sign out and ask who is next."""
        self.room.log_out()
        self.commands.enabled = False
        self.login.ask()

    def toggle_layout_lock(self) -> None:
        """Lock or unlock where panels stand."""
        self.preferences.locked = not self.preferences.locked
        self._apply_lock()
        self.said.say(self.tr("Tata letak dikunci") if self.preferences.locked else self.tr("Tata letak dapat diubah"))

    def reset_layout(self) -> None:
        """Put this workspace's panels back where they stood at first."""
        self.page(self.workspace).reset_layout()
        self.said.say(self.tr("Tata letak dikembalikan"))

    def sync_now(self) -> None:
        """Exchange with the centre now."""
        self.bridge.ask(self.room.sync_now(), lambda _done: self.said.say(self.tr("Sinkron selesai")), self)

    # Qt

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

    # Building

    def _make_frame(self, listed: Sequence[Workspace], theme: Theme) -> None:
        self.header = Header(self.room, self.bridge, theme, self)
        self.banner = Banner(theme, self)
        self.rail = Rail(listed, theme, self)
        # The stack raises its current page, so what covers it must be its sibling.
        self._desk = QWidget(self)
        self.stack = QStackedWidget(self._desk)
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

    def _make_page(self, workspace: Workspace) -> DockedWorkspace:
        page = DockedWorkspace(workspace, self.room, self.bridge, self.context, self.stack)
        page.panelBuilt.connect(self._on_panel_built)
        self.stack.addWidget(page)
        if saved := self.preferences.layouts.get(workspace.id):
            page.restore_layout(saved)
        page.set_locked(self.preferences.locked)
        return page

    def _make_overlays(self) -> None:
        self.finder = Palette(self, self.room, self.bridge, self.context, self.commands)
        self.sheet = KeySheet(self, self.commands)
        self.login = LoginSheet(self._desk, self.room, self.bridge)
        self.said = Said(self)

    def _make_queries(self) -> None:
        new = IncidentQuery(status=("baru",), open_only=True, limit=1)
        self._situation = Refresh(self.bridge, self.room.situation, self.on_situation, self)
        self._first_data = Refresh(self.bridge, self.room.latest, self.on_latest, self)
        self._new = Refresh(self.bridge, lambda: self.room.incidents(new), self.on_new_incidents, self)

    def _connect(self) -> None:
        bridge, context = self.bridge, self.context
        bridge.incidentsChanged.connect(self._situation.again)
        bridge.incidentsChanged.connect(self._new.again)
        bridge.readingsChanged.connect(self._on_data_perhaps)
        bridge.linkChanged.connect(self._on_data_perhaps)
        bridge.statesChanged.connect(self.on_states)
        bridge.linkChanged.connect(self.on_states)
        bridge.feedsChanged.connect(self.on_states)
        bridge.peopleChanged.connect(self.on_people)
        bridge.failed.connect(self.on_failed)
        context.opened.connect(self.on_opened)
        context.said.connect(self.said.say)
        context.commandAsked.connect(self.commands.run)
        for signal in (context.incidentSelected, context.territorySelected, context.sensorSelected, context.cleared):
            signal.connect(self.on_scope)
        self.header.searchAsked.connect(lambda: self.commands.run("palette.open"))
        self.header.clearAsked.connect(context.clear)
        self.header.operatorAsked.connect(self._on_operator_asked)
        self.banner.asked.connect(self.commands.run)
        self.rail.chosen.connect(self.go)
        self.alarm.opened.connect(self._on_alarm_opened)
        self.login.loggedIn.connect(lambda _operator: self.on_people())
        for command in self._own_commands():
            self.commands.add(command, self, always=command.id in WITHOUT_OPERATOR)

    def _own_commands(self) -> list[Command]:
        window, session = self.tr("Jendela"), self.tr("Operator")
        go = self.tr("Ruang kerja")
        return [
            *(
                Command(f"go.{name}", workspace.title, self._goer(name), workspace.key, go)
                for name, workspace in self._listed.items()
            ),
            Command("palette.open", self.tr("Cari apa saja"), self.finder.open, "Ctrl+K", window),
            Command("keys.show", self.tr("Lembar tombol"), self.sheet.open, "?", window),
            Command("back", self.tr("Kembali, lepas pilihan"), self.escape, "Esc", window),
            Command("panel.next", self.tr("Panel berikutnya"), lambda: self._focus_panel(1), "F6", window),
            Command("panel.before", self.tr("Panel sebelumnya"), lambda: self._focus_panel(-1), "Shift+F6", window),
            Command(
                "alarm.open", self.tr("Buka kejadian di baris alarm"), self.alarm.open_incident, "Alt+Return", window
            ),
            Command("layout.lock", self.tr("Kunci atau buka tata letak"), self.toggle_layout_lock, "", window),
            Command("layout.reset", self.tr("Kembalikan tata letak"), self.reset_layout, "", window),
            Command("sync.now", self.tr("Sinkron sekarang"), self.sync_now, "Ctrl+R", window),
            Command("session.login", self.tr("Masuk"), self.log_in, "", session),
            Command("session.lock", self.tr("Kunci layar"), self.lock, "Ctrl+L", session),
            Command("session.lock.out", self.tr("Keluar (ganti operator)"), self.sign_out, "", session),
            Command("window.close", self.tr("Tutup program"), self.closing.emit, "Ctrl+Q", window),
        ]

    def _restore(self) -> None:
        if self.preferences.geometry:
            self.restoreGeometry(QByteArray(self.preferences.geometry))
        self.go(self.workspace if self.workspace in self._listed else next(iter(self._listed)))
        self.set_state("font_missing", font_missing())
        self.on_people()
        self._situation.again()

    def _on_first_paint(self) -> None:
        self.alarm.start()
        self._new.again()
        self._first_data.again()
        self._focus_workspace()
        self.bridge.ask(self._furnish(), None, self)
        self.painted.emit()

    async def _furnish(self) -> None:
        """Bring in the rest once the panels that stand show their data, or after a while without it."""
        page = self.page(self.workspace)
        waits = [settled() for panel in page.panels() if (settled := getattr(panel, "settled", None)) is not None]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*waits), FIRST_DATA_S)
        self.rail.load_icons()
        await page.build_rest()

    def _on_data_perhaps(self) -> None:
        if not self._has_data:
            self._first_data.again()

    def _on_panel_built(self, panel: QWidget) -> None:
        commands: Callable[[], list[Command]] | None = getattr(panel, "commands", None)
        for command in commands() if commands is not None else []:
            self.commands.add(command, panel if command.scope == "panel" else self)

    def _on_operator_asked(self) -> None:
        (self.lock if self.room.operator else self.on_people)()

    def _on_alarm_opened(self, subject: str) -> None:
        self.context.select_incident(subject)
        self.go("kejadian")

    def _on_scope_incident(self, detail: object) -> None:
        incident = getattr(detail, "incident", None)
        if incident is not None and incident.subject == self.context.incident:
            self.header.show_scope(incident.title)

    def _apply_lock(self) -> None:
        for page in self._pages.values():
            page.set_locked(self.preferences.locked)

    def _goer(self, workspace: str) -> Callable[[], None]:
        return lambda: self.go(workspace)

    def _focus_workspace(self) -> None:
        page = self.page(self.workspace)
        if not page.focused and not self.login.isVisible():
            page.focus_next()

    def _focus_panel(self, step: int) -> None:
        self.page(self.workspace).focus_next(step)
