"""One photo or document large over the workspace: looked at, never run; what is not here yet is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QScrollBar, QStackedWidget, QVBoxLayout, QWidget

from console.domain.attachment import Attachment, BlobHere
from console.domain.incident import IncidentDetail
from widgets.models.attachment_model import AttachmentModel
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.panels.attached_words import kind, kind_icon, lying, shown_name
from widgets.panels.foot import Foot
from widgets.panels.opened import Opened, open_up, why_absent, why_not_shown
from widgets.panels.saving import CopySaver
from widgets.panels.zone import zone_of
from widgets.parts.icons import pixmap
from widgets.parts.overlay import Overlay
from widgets.parts.photo import NUDGE, STEP, PhotoView
from widgets.parts.roles import set_role
from widgets.parts.said_page import SaidPage
from widgets.parts.theme import font
from widgets.parts.times import moment
from widgets.parts.words import size, who

if TYPE_CHECKING:
    from console.room import Room

ICON_PX = 64
Key = Qt.Key
_MOVES = {
    Key.Key_Left: (-NUDGE, 0.0),
    Key.Key_Right: (NUDGE, 0.0),
    Key.Key_Up: (0.0, -NUDGE),
    Key.Key_Down: (0.0, NUDGE),
}
_PAGES = {Key.Key_Left: -1, Key.Key_PageUp: -1, Key.Key_Right: 1, Key.Key_PageDown: 1}
_SCROLLS = {
    Key.Key_Up: QScrollBar.SliderAction.SliderSingleStepSub,
    Key.Key_Down: QScrollBar.SliderAction.SliderSingleStepAdd,
}
_OWN = frozenset({*_MOVES, *_PAGES, Key.Key_Escape, Key.Key_Plus, Key.Key_Equal, Key.Key_Minus, Key.Key_0, Key.Key_1})


class Viewer(Overlay):
    """Shows what is in a model, one at a time, and keeps up with it. Attributes: `opened`, None while the bytes are not
    here; `saver` writes copies.

    Keys: Esc back, arrows to the next one (or over a picture that is larger than the view), + - 0 1 zoom, Ctrl+S a copy.
    """

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, selection: Selection, model: AttachmentModel) -> None:
        super().__init__(over, "veil")
        self._room, self._bridge, self._selection, self._model = room, bridge, selection, model
        self._zone = zone_of(room.city)
        self._entry = ""
        self._detail: IncidentDetail | None = None
        self.opened: Opened | None = None
        self._loading = ""
        self._bound = 0
        self.saver = CopySaver(room, bridge, selection, self)
        self.title, self.place = self._label("title"), self._label("muted")
        self.state, self.caption, self.note = self._label("strong"), self._label("muted"), self._label("")
        self.photo, self.text, self.words = PhotoView(self), QPlainTextEdit(self), SaidPage(self)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.photo.sharperWanted.connect(self._on_sharper)
        model.dataChanged.connect(self._on_changed)
        model.modelReset.connect(self._on_changed)
        self.closed.connect(self._let_go)

    @property
    def one(self) -> Attachment | None:
        """What is on show."""
        row = self._model.row_of(self._entry)
        return self._model.items[row] if row >= 0 else None

    def show_row(self, detail: IncidentDetail, row: int) -> None:
        """Open what stands in a row of the model."""
        self._detail = detail
        self.open()
        self.setFocus()
        self._go_to(row)

    def leave(self) -> None:
        """Go, also while another workspace is on screen."""
        if self.isVisible():
            self.shut()
        else:
            self.hide()
            self._let_go()

    def keep_up(self, detail: IncidentDetail) -> None:
        """The incident has a longer story now."""
        self._detail = detail

    def event(self, event: QEvent) -> bool:
        """Its keys are its own; letters go on acting on the incident."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The keyboard does not wander to what is covered."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom, go back, save a copy."""
        key = Key(event.key())
        if key == Key.Key_Escape:
            self.shut()
        elif key == Key.Key_S and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save_copy()
        elif key in (Key.Key_Plus, Key.Key_Equal, Key.Key_Minus):
            self.photo.zoom(1 / STEP if key == Key.Key_Minus else STEP)
        elif key == Key.Key_0:
            self.photo.fit()
        elif key == Key.Key_1:
            self.photo.zoom_to(1.0)
        elif not self._move(key):
            super().keyPressEvent(event)

    def save_copy(self) -> None:
        """Save a copy of what is on show."""
        if self.one is not None:
            self.saver.save(self.one)

    def _move(self, key: Qt.Key) -> bool:
        if self.pages.currentWidget() is self.text and key in _SCROLLS:
            self.text.verticalScrollBar().triggerAction(_SCROLLS[key])
            return True
        if self.pages.currentWidget() is self.photo and key in _MOVES and self.photo.move_by(*_MOVES[key]):
            return True
        if key not in _PAGES:
            return False
        row = self._model.row_of(self._entry) + _PAGES[key]
        if 0 <= row < len(self._model.items):
            self._go_to(row)
        return True

    def _go_to(self, row: int) -> None:
        self._entry = self._model.items[row].entry
        self.opened, self._loading, self._bound = None, "", 0
        self.photo.show_picture(QImage(), self.photo.true, anew=True)
        self._show()
        self._load(self._wide())

    def _wide(self) -> int:
        """Screen pixels along the longer side: no picture that fits needs more."""
        return round(max(self.width(), self.height()) * self.devicePixelRatioF())

    def _load(self, bound: int) -> None:
        one = self.one
        if one is None or self._loading == one.entry:
            return
        self._loading, self._bound = one.entry, bound
        self._bridge.ask(self._read(one, bound), lambda found: self._on_read(one.entry, found), self, self._on_failed)

    async def _read(self, one: Attachment, bound: int) -> Opened | None:
        data = await self._room.blob(one.sha256)
        if data is not None:
            return await open_up(data, bound)
        if not self._room.store.read_only:
            await self._room.want_blob(one.sha256)
        return None

    def _on_read(self, entry: str, found: Opened | None) -> None:
        if entry != self._entry:
            return
        self._loading = ""
        anew = self.opened is None
        self.opened = found
        if found is not None and found.picture.drawn:
            self.photo.show_picture(found.picture.image, found.picture.size, anew=anew)
        if found is not None and anew:
            self.text.setPlainText(found.text)
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self._loading = ""
        self._bridge.failed.emit(error)

    def _on_sharper(self, bound: int) -> None:
        if bound > self._bound and self.opened is not None:
            self._load(bound)

    def _on_changed(self) -> None:
        one = self.one
        if not self._entry:
            return
        if one is None:
            self.leave()
            return
        self._show()
        if self.opened is None and self._model.lying(one).complete:
            self._load(self._wide())

    def _let_go(self) -> None:
        """What citizens sent stays in memory no longer than it is looked at."""
        self._entry, self._loading, self.opened = "", "", None
        self.photo.show_picture(QImage(), self.photo.true, anew=True)
        self.text.clear()

    # ---- what is on show

    def _show(self) -> None:
        one = self.one
        if one is None:
            return
        row, simulated = self._model.row_of(one.entry), self._detail is not None and self._detail.incident.simulated
        self.title.setText(shown_name(one))
        marks = (self.tr("SIMULASI") * simulated, f"{row + 1} / {len(self._model.items)}")
        self.place.setText(" · ".join(mark for mark in marks if mark))
        self.caption.setText(self._caption(one))
        self.note.setText(one.note)
        self.note.setVisible(bool(one.note))
        self._show_page(one)

    def _show_page(self, one: Attachment) -> None:
        opened, here = self.opened, self._model.lying(one)
        if opened is None:
            thumb = self._model.thumb(one)
            said = "" if here.complete else self._why_absent(one, here)
            if thumb is not None and not thumb.isNull():
                true = QSize(one.width, one.height)
                self.photo.show_picture(thumb, thumb.size() if true.isEmpty() else true, anew=False)
            self._say(self.photo if not self.photo.image.isNull() else self.words, said)
        elif opened.picture.drawn:
            self._say(self.photo, why_not_shown(one, opened))
        else:
            self._say(self.text if opened.text else self.words, why_not_shown(one, opened))

    def _why_absent(self, one: Attachment, here: BlobHere) -> str:
        asked = not self._room.store.read_only
        return why_absent(one, here, asked=asked, connected=self._room.link().mode in ("langsung", "hemat"))

    def _say(self, page: QWidget, said: str) -> None:
        """Show a page; what is to be said stands in the middle where nothing else does, else above the caption."""
        self.pages.setCurrentWidget(page)
        alone = page is self.words
        if alone:
            self.words.say(said, self._icon())
        self.state.setText(said)
        # What only has yet to come is nothing abnormal.
        set_role(self.state, "p2" if self.opened is not None or self._damaged() else "strong")
        self.state.setVisible(bool(said) and not alone)

    def _damaged(self) -> bool:
        one = self.one
        return one is not None and self._model.lying(one).damaged

    def _icon(self) -> QPixmap:
        one, ratio = self.one, self.devicePixelRatioF()
        media = self.opened.media if self.opened is not None else one.media if one is not None else ""
        broken = self.opened is not None or self._damaged()
        return pixmap(kind_icon(media, broken), self._selection.theme, ratio, "muted", ICON_PX)

    def _caption(self, one: Attachment) -> str:
        facts = [who(self._room.name_of(one.actor)), moment(one.at, self._zone, self._bridge.ticker.now())]
        facts += [self._from(one), kind(one.media), size(one.size)]
        if one.width and one.height:
            facts.append(f"{one.width} × {one.height}")
        return " · ".join(fact for fact in (*facts, lying(one, self._model.lying(one)).words) if fact)

    def _from(self, one: Attachment) -> str:
        """The room that it came from, as far as the story names it."""
        story = self._detail.story if self._detail is not None else ()
        device = next((event.device for event in story if event.entry == one.entry), "")
        if not device:
            return ""
        return self.tr("ruang ini") if device == self._room.device else self._room.device_name(device)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.place)
        self.title.setFont(font(15, QFont.Weight.DemiBold))
        self.text.setReadOnly(True)
        for part in (self.text, self.photo):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pages = QStackedWidget(self)
        for page in (self.photo, self.text, self.words):
            self.pages.addWidget(page)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        inside.addLayout(head)
        inside.addWidget(self.pages, 1)
        for label in (self.state, self.note, self.caption):
            label.setWordWrap(True)
            inside.addWidget(label)
        keys = [("← →", self.tr("berikutnya")), ("+ −", self.tr("perbesar, perkecil")), ("0", self.tr("pas layar"))]
        keys += [("1", self.tr("ukuran asli")), ("Ctrl S", self.tr("simpan salinan"))]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inside, 1)
        column.addWidget(Foot([("Esc", self.tr("kembali")), *keys], self._selection, self))

    def _label(self, role: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label
