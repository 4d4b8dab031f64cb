"""What is selected, shared by all panels, and the look they share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from widgets.parts.theme import Theme


class Selection(QObject):
    """The one selection of a window: choosing an incident, a place or a sensor re-scopes every panel.

    Attributes: `incident` (subject), `territory` (code), `sensor` (code), each "" when none; `theme`; `motion`, whether a
    change may be shown by a short fade.
    Signals: `incidentSelected(subject)`, `territorySelected(code)`, `sensorSelected(code)`, `cleared()`;
    `opened(workspace, id)` asks the window to show a workspace with something in it; `themeChanged(theme)`;
    `commandAsked(command)` runs a command by its id ("incident.new", …); `said(text)` shows a short line for a moment.
    """

    incidentSelected = Signal(str)
    territorySelected = Signal(str)
    sensorSelected = Signal(str)
    cleared = Signal()
    opened = Signal(str, str)
    commandAsked = Signal(str)
    said = Signal(str)
    themeChanged = Signal(object)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.motion = True
        self.incident = self.territory = self.sensor = ""

    def select_incident(self, subject: str) -> None:
        """Choose an incident ("" for none)."""
        if subject != self.incident:
            self.incident = subject
            self.incidentSelected.emit(subject)

    def select_territory(self, code: str) -> None:
        """Choose a place by its territory code ("" for none)."""
        if code != self.territory:
            self.territory = code
            self.territorySelected.emit(code)

    def select_sensor(self, code: str) -> None:
        """Choose a sensor by its code ("" for none)."""
        if code != self.sensor:
            self.sensor = code
            self.sensorSelected.emit(code)

    def clear(self) -> None:
        """Let go of everything; the one way out of any scope."""
        if self.incident or self.territory or self.sensor:
            self.incident = self.territory = self.sensor = ""
            self.cleared.emit()

    def set_theme(self, theme: Theme) -> None:
        """Change the look of everything."""
        self.theme = theme
        self.themeChanged.emit(theme)
