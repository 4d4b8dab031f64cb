"""An incident's story as a time line: when, who, from where, what, and what the centre does not know yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.domain.attachment import ATTACHED, clean_name
from console.domain.city import City
from console.domain.entry import EntryId, read_json
from console.domain.incident import Event
from console.domain.journal import ADOPTED
from console.domain.people import who_may
from widgets.models.selection import Selection
from widgets.panels.attached_words import kind
from widgets.parts.theme import font
from widgets.parts.times import moment
from widgets.parts.words import field, roles, status, who, why_void

if TYPE_CHECKING:
    from console.room import Room

TIME_PX = 116
QUIET = frozenset(
    {"acknowledge_by", "respond_by", "started", "simulated", "channel", "point", "reason", "source", "undoes", "entry"}
)
"""Fields that the story does not spell out: they stand elsewhere, or say nothing to a reader."""
UNDONE = "undone"
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class Line:
    """One event in words. Attributes: `head` (what happened), `body` (a note or reason), `foot` (who, from where, marks),
    `counts` (whether the fold takes it)."""

    def __init__(self, event: Event, head: str, body: str, foot: str, counts: bool = True) -> None:
        self.event, self.head, self.body, self.foot, self.counts = event, head, body, foot, counts


def adopted_in(story: Sequence[Event]) -> frozenset[str]:
    """The void entries that others of the story, which count, let count after all."""
    said = (event for event in story if event.kind == ADOPTED and not event.void)
    places = (read_json(event.changes.get("entry", "").encode(), EntryId) for event in said)
    return frozenset(str(place) for place in places if place)


def uncounted_words(story: Sequence[Event]) -> str:
    """How many lines of the story do not count, why, and what can be done about it; "" when all count."""
    adopted = adopted_in(story)
    reasons = [why_void(event.void) for event in story if event.void and event.entry not in adopted]
    if not reasons:
        return ""
    said = QCoreApplication.translate(
        "Story",
        "{0} catatan di riwayat ini tersimpan, tetapi tidak dihitung: {1}. Yang boleh mengakuinya: {2} (F10, U).",
    )
    return said.format(len(reasons), ", ".join(dict.fromkeys(reasons)), roles(who_may("adopt")))


def tell(
    event: Event,
    city: City,
    name_of: Callable[[str], str],
    device_name: Callable[[str], str],
    own_device: str,
    adopted: bool = False,
) -> Line:
    """Say what an event did, by whom and from which device; both are named, not numbered. `adopted`: it is void, but
    another lets it count."""
    attached = event.kind == ATTACHED
    changes = {name: spoken(name, raw, city) for name, raw in event.changes.items() if name not in QUIET}
    body = " ".join(part for part in (event.text, spoken("reason", event.changes.get("reason", '""'), city)) if part)
    translate = QCoreApplication.translate
    where = translate("Story", "ruang ini") if event.device == own_device else device_name(event.device)
    marks = []
    if event.void and adopted:
        marks.append(translate("Story", "diakui dan dihitung; semula {0}").format(why_void(event.void)))
    elif event.void:
        marks.append(translate("Story", "tidak dihitung: {0}").format(why_void(event.void)))
    elif event.n is None:
        marks.append(translate("Story", "belum sampai di pusat"))
    return Line(
        event,
        _attached(event.changes) if attached else _head(UNDONE if "undoes" in event.changes else event.kind, changes),
        body,
        " · ".join(p for p in (who(name_of(event.actor)), where, *marks) if p),
        not event.void or adopted,
    )


def lines_of(story: Sequence[Event], room: Room) -> list[Line]:
    """A whole story in words."""
    adopted = adopted_in(story)
    return [
        tell(event, room.city, room.name_of, room.device_name, room.device, event.entry in adopted) for event in story
    ]


def _attached(changes: Mapping[str, str]) -> str:
    """What was attached, by what it is and its name; the rest of what such an entry says is for programs."""
    media = read_json(changes.get("media", "").encode(), str) or ""
    name = clean_name(read_json(changes.get("name", "").encode(), str) or "")
    said = QCoreApplication.translate("Story", "melampirkan {0} {1}")
    return said.format(kind(media), name).strip()


def _head(what: str, changes: dict[str, str]) -> str:
    translate = QCoreApplication.translate
    parts = [f"{field(name)} {value}" for name, value in changes.items() if value and name not in ("status", "title")]
    first = {
        "incident.opened": translate("Story", "dibuka"),
        "incident.noted": translate("Story", "catatan"),
        "incident.reporter": translate("Story", "pelapor dicatat"),
        "incident.decided": translate("Story", "diputuskan"),
        "incident.edited": translate("Story", "diperbaiki"),
        "incident.assigned": translate("Story", "disposisi"),
        "incident.status": translate("Story", "status"),
        UNDONE: translate("Story", "dibatalkan"),
        "entry.adopted": translate("Story", "entri yang tidak dihitung diakui"),
    }.get(what, what)
    if what in ("incident.opened", "incident.reporter"):
        return first
    if "status" in changes and what == "incident.status":
        first = changes["status"]
    elif "status" in changes:
        parts.insert(0, changes["status"])
    return " · ".join((first, *parts))


def spoken(name: str, raw: str, city: City) -> str:
    """The value of a field (raw JSON) as a person reads it; what cannot be read stands as it came."""
    try:
        value = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return raw
    if name == "status":
        return status(str(value))
    if name == "priority":
        return f"P{value}"
    if name == "category":
        found = city.category(str(value))
        return found.name if found else str(value)
    if name == "place":
        place = city.territory(str(value))
        return place.name if place else str(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class Story(QWidget):
    """The time line, newest last, as high as it needs to be; put it in a scroll area."""

    def __init__(self, selection: Selection, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self._now = 0
        self._selection, self._zone = selection, zone
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_lines(self, lines: Sequence[Line], now: int) -> None:
        """Show another story."""
        self.lines, self._now = list(lines), now
        self.setAccessibleDescription("\n".join(f"{line.head}. {line.body} {line.foot}" for line in lines))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as all lines are at this width."""
        return sum(self._height(line, width) for line in self.lines) + 8

    def sizeHint(self) -> QSize:
        """The height at the present width."""
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dot and three lines of text per event."""
        painter, y = QPainter(self), 4
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, line in enumerate(self.lines):
            height = self._height(line, self.width())
            if y + height >= event.rect().top() and y <= event.rect().bottom():
                self._paint_line(painter, QRect(0, y, self.width(), height), line, place == len(self.lines) - 1)
            y += height

    def _paint_line(self, painter: QPainter, box: QRect, line: Line, last: bool) -> None:
        theme = self._selection.theme
        known = line.event.n is not None and line.counts
        painter.setPen(QPen(theme.qcolor("line"), 1))
        if not last:
            painter.drawLine(box.left() + TIME_PX + 4, box.top() + 14, box.left() + TIME_PX + 4, box.bottom() + 6)
        painter.setPen(QPen(theme.qcolor("muted"), 1))
        painter.setBrush(theme.qcolor("muted") if known else theme.qcolor("panel"))
        painter.drawEllipse(QRectF(box.left() + TIME_PX, box.top() + 5, 8, 8))
        self._write(
            painter, QRect(box.left(), box.top(), TIME_PX - 12, 18), self._at(line), font(12), "muted", right=True
        )
        text = QRect(box.left() + TIME_PX + 22, box.top(), box.width() - TIME_PX - 22, 18)
        faded = "text" if line.counts else "muted"
        self._write(
            painter, text, line.head, _strong(), faded, height=self._wrapped(line.head, _strong(), text.width())
        )
        text = text.translated(0, self._wrapped(line.head, _strong(), text.width()) + 1)
        if line.body:
            tall = self._wrapped(line.body, font(), text.width())
            self._write(painter, text, line.body, font(), faded, height=tall)
            text = text.translated(0, tall + 1)
        self._write(painter, text, line.foot, font(11), "muted")

    def _write(
        self, painter: QPainter, box: QRect, text: str, face: QFont, token: str, height: int = 18, right: bool = False
    ) -> None:
        painter.setFont(face)
        painter.setPen(self._selection.theme.qcolor(token))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop) if right else _WRAP
        painter.drawText(QRect(box.left(), box.top(), box.width(), height), flags, text)

    def _height(self, line: Line, width: int) -> int:
        room = width - TIME_PX - 22
        body = self._wrapped(line.body, font(), room) + 1 if line.body else 0
        return self._wrapped(line.head, _strong(), room) + 1 + body + 18 + 10

    def _at(self, line: Line) -> str:
        return moment(line.event.at, self._zone, self._now)

    @staticmethod
    def _wrapped(text: str, face: QFont, width: int) -> int:
        return QFontMetrics(face).boundingRect(QRect(0, 0, max(width, 40), 10_000), _WRAP, text).height()


def _strong() -> QFont:
    return font(13, QFont.Weight.DemiBold)
