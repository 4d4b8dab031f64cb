"""Who is at the desk: logging in, locking the screen, signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from widgets.models.bridge import Bridge
from widgets.models.commands import Commands
from widgets.shell.said import Said

if TYPE_CHECKING:
    from console.room import Room
    from widgets.shell.login import LoginSheet


class Session(QObject):
    """Covers `over` and holds the commands back while nobody is logged in. Signals: `covered(whether)`, for what stands
    outside of `over`; `bundleAsked()` by somebody who cannot log in before a stick brings the people of the city."""

    covered = Signal(bool)
    bundleAsked = Signal()

    def __init__(self, room: Room, bridge: Bridge, commands: Commands, over: QWidget, said: Said) -> None:
        super().__init__(over)
        self._room, self._bridge, self._commands, self._over, self._said = room, bridge, commands, over, said
        self._login: LoginSheet | None = None
        bridge.peopleChanged.connect(self.on_people)

    @property
    def login(self) -> LoginSheet:
        """The sheet that asks who is there, made when somebody is first asked."""
        if self._login is None:
            from widgets.shell.login import LoginSheet

            self._login = LoginSheet(self._over, self._room, self._bridge)
            self._login.loggedIn.connect(lambda _operator: self.on_people())
            self._login.bundleAsked.connect(self.bundleAsked)
            self._login.closed.connect(lambda: self.covered.emit(False))
        return self._login

    @property
    def asking(self) -> bool:
        """Whether the sheet covers everything."""
        return self._login is not None and self._login.isVisible()

    def on_people(self) -> None:
        """Ask for a log-in when nobody is at the desk."""
        self._commands.enabled = self._room.operator is not None
        if not self._commands.enabled:
            (self.login.explain_again if self.asking else self._ask)()
        elif self.asking:
            self.login.shut()

    def log_in(self) -> None:
        """Ask for a log-in, unless somebody is at the desk."""
        if self._room.operator is None:
            self.on_people()
        else:
            self._said.say(self.tr("Sudah masuk: {0}").format(self._room.operator.name))

    def lock(self) -> None:
        """Lock the screen: signs out and asks the same person's password."""
        if not self._may_leave():
            return
        name = self._room.operator.name if self._room.operator else ""
        self._leave()
        self._ask(name, locked=True)

    def sign_out(self) -> None:
        """Sign out and ask who is next."""
        if not self._may_leave():
            return
        self._leave()
        self._ask()

    def change(self) -> None:
        """What the operator's name in the header does: lock when somebody is at the desk, else ask for a log-in."""
        (self.lock if self._room.operator else self.log_in)()

    def _may_leave(self) -> bool:
        """Whether whoever is at the desk could come back: a demo's operator, and the one of a room that stands alone, have
        no password, and a locked screen would stay so."""
        operator = self._room.operator
        if operator is None or operator.verifier:
            return True
        self._said.say(self.tr("{0} tidak bersandi; layar tidak dikunci.").format(operator.name))
        return False

    def _ask(self, name: str = "", locked: bool = False) -> None:
        self.covered.emit(True)
        self.login.ask(name, locked=locked)

    def _leave(self) -> None:
        # At once, not with the notice, which comes a moment later.
        self._commands.enabled = False
        self._room.log_out()
