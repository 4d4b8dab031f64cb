"""What an operator can do with the selected incident, as commands with one letter each, the same in every workspace.

The forms are imported when first used: the window's first paint does not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.incident import Incident, IncidentDetail
from console.domain.refusals import NotPermitted, Refused
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refusals import sentence
from widgets.models.selection import Selection
from widgets.models.undoing import undone_words, with_offer

if TYPE_CHECKING:
    from console.room import Room
    from widgets.models.attaching import Batch, Given
    from widgets.panels.incident_sheets import AssignSheet, NoteSheet, StateSheet
    from widgets.panels.sheet import Sheet

    SheetClass = type[NoteSheet] | type[StateSheet] | type[AssignSheet]

GHOSTLY = frozenset({"baru", "terverifikasi"})
"""States from which one key may close a call that was none."""


class IncidentActions(QObject):
    """The actions of one window; they live on its selection, so that each key is bound once whichever panel comes first."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, window: QWidget) -> None:
        super().__init__(selection)
        self._room, self._bridge, self._selection, self._window = room, bridge, selection, window
        self.sheet: Sheet | None = None
        self._batch: Batch | None = None

    def commands(self) -> list[Command]:
        """The actions with their keys."""
        group = self.tr("Kejadian terpilih")
        return [
            Command("incident.new", self.tr("Kejadian baru"), self.new, "Ctrl+N", self.tr("Kejadian")),
            Command("incident.note", self.tr("Catatan"), self.note, "N", group),
            Command("incident.state", self.tr("Tindak lanjut: ubah status"), self.follow_up, "T", group),
            Command("incident.assign", self.tr("Disposisi ke OPD"), self.assign, "D", group),
            Command("incident.attach", self.tr("Lampirkan foto atau berkas"), self.attach, "F", group),
            Command("incident.paste", self.tr("Lampirkan dari papan klip"), self.paste, "Ctrl+V", group),
            Command("incident.ghost", self.tr("Tutup panggilan iseng"), self.close_ghost, "G", group),
            Command("incident.undo", self.tr("Batalkan tindakan terakhir"), self.undo, "Ctrl+Z", self.tr("Kejadian")),
        ]

    def new(self) -> None:
        """Open the form for a new incident."""
        from widgets.panels.incident_sheets import NewIncidentSheet

        if not self._open():
            self.sheet = NewIncidentSheet(self._window, self._room, self._bridge, self._selection)
            self.sheet.destroyed.connect(self._on_gone)

    def note(self) -> None:
        """Write a note."""
        from widgets.panels.incident_sheets import NoteSheet

        self._with_sheet(NoteSheet)

    def follow_up(self) -> None:
        """Move it on to another state."""
        from widgets.panels.incident_sheets import StateSheet

        self._with_sheet(StateSheet)

    def assign(self) -> None:
        """Refer it to agencies."""
        from widgets.panels.incident_sheets import AssignSheet

        self._with_sheet(AssignSheet)

    def attach(self) -> None:
        """Choose files to attach."""
        self._with_incident(self._choose)

    def paste(self) -> None:
        """Attach what the clipboard holds."""
        self.take(QApplication.clipboard().mimeData())

    def take(self, mime: QMimeData) -> None:
        """Attach what was pasted or dropped."""
        from widgets.panels.given import from_mime

        given = from_mime(mime)
        if given:
            self._with_incident(lambda incident: self._give(incident, given))
        else:
            self._selection.said.emit(self.tr("Tidak ada gambar atau berkas untuk dilampirkan"))

    def _choose(self, incident: Incident) -> None:
        from widgets.panels.files import ask_files
        from widgets.panels.given import from_files

        if not self._open() and self._may_attach(incident):
            ask_files(self._window, lambda paths: self._give(incident, from_files(paths)))

    def _give(self, incident: Incident, given: list[Given]) -> None:
        from widgets.models.attaching import Batch
        from widgets.panels.attach_sheet import AttachSheet

        if self._open():
            # The file form blocks nothing, so another form may have been opened beside it.
            self._selection.said.emit(self.tr("Tutup dahulu formulir yang terbuka, lalu lampirkan lagi"))
        elif self._may_attach(incident):
            batch = self._batch = Batch(self._room, self._bridge, incident.subject, given, self)
            batch.ended.connect(lambda: self._on_batch(batch))
            self.sheet = AttachSheet(self._window, self._bridge, self._selection, incident, batch)
            self.sheet.destroyed.connect(self._on_gone)

    def _on_batch(self, batch: Batch) -> None:
        """Say what came of files whose form was closed while they were on their way."""
        if batch.stopping:
            self._selection.said.emit(batch.words())
            batch.deleteLater()

    def _may_attach(self, incident: Incident) -> bool:
        try:
            self._room.may_attach(incident)
        except (Refused, NotPermitted) as refusal:
            self._selection.said.emit(sentence(refusal))
            return False
        return True

    def close_ghost(self) -> None:
        """Close a call that was none, with this one key."""
        self._with_incident(self._close_ghost)

    def _close_ghost(self, incident: Incident) -> None:
        if incident.status not in GHOSTLY:
            self._selection.said.emit(self.tr("Sudah ditangani; tutup lewat T"))
            return
        said = self.tr("Diarsipkan sebagai panggilan iseng; tersimpan di ruang ini")
        subject, room = incident.subject, self._room
        self._bridge.ask(
            room.close_ghost(subject), lambda _done: self._selection.said.emit(with_offer(room, subject, said)), self
        )

    def undo(self) -> None:
        """Take back the last change, while that can be; not from behind an open form."""
        if not self._open():
            self._bridge.ask(self._room.undo(), lambda done: self._selection.said.emit(undone_words(done)), self)

    def _with_sheet(self, sheet: SheetClass) -> None:
        self._with_incident(lambda incident: self._show(sheet, incident))

    def _show(self, sheet: SheetClass, incident: Incident) -> None:
        if not self._open():
            self.sheet = sheet(self._window, self._room, self._bridge, self._selection, incident)
            self.sheet.destroyed.connect(self._on_gone)

    def _with_incident(self, act: Callable[[Incident], None]) -> None:
        subject = self._selection.incident
        if not subject:
            self._selection.said.emit(self.tr("Pilih dahulu satu kejadian"))
            return
        self._bridge.ask(self._room.incident(subject), lambda detail: self._on_detail(detail, act), self)

    def _on_detail(self, detail: IncidentDetail | None, act: Callable[[Incident], None]) -> None:
        if detail is not None:
            act(detail.incident)

    def _open(self) -> bool:
        return self.sheet is not None

    def _on_gone(self) -> None:
        self.sheet = None
        if self._batch is not None and not self._batch.running:
            self._batch.deleteLater()
        self._batch = None


def actions_of(
    room: Room, bridge: Bridge, selection: Selection, panel: QWidget
) -> tuple[IncidentActions, list[Command]]:
    """The window's actions, and their commands for the panel that made them; other panels get no commands."""
    found = selection.findChild(IncidentActions)
    if isinstance(found, IncidentActions):
        return found, []
    made = IncidentActions(room, bridge, selection, panel.window())
    return made, made.commands()
