"""Sinkron's line: the last day as a strip, and what is known of it now in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from widgets.models.line_words import forecast, mode_words
from widgets.models.selection import Selection
from widgets.panels.sync.line_strip import LineStrip
from widgets.panels.sync.section import Section, button, label
from widgets.panels.zone import zone_of
from widgets.parts.times import age
from widgets.parts.trouble_words import trouble_text
from widgets.parts.words import number, size

if TYPE_CHECKING:
    from console.room import Room

FACTS = ("mode", "contact", "queue", "rtt", "rate", "bytes", "neighbours", "server")
UNKNOWN = "–"


class LineSection(Section):
    """The line to the centre. Attributes: `strip`, `facts` (title, value and note by name), `problem`."""

    def __init__(self, room: Room, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Sambungan ke pusat, 24 jam"))
        self._room = room
        self.strip = LineStrip(selection, zone_of(room.city), self)
        self.facts = {name: self._fact() for name in FACTS}
        self.problem = label("p2", self, wrap=True)
        self.enrol = button(self.tr("Daftarkan ruang"), lambda: selection.commandAsked.emit("room.enrol"), self)
        self.sync = button(self.tr("Sinkron sekarang  Ctrl+R"), lambda: selection.commandAsked.emit("sync.now"), self)
        self.tools.addWidget(self.enrol)
        self.tools.addWidget(self.sync)
        self.column.addWidget(self.strip)
        self.column.addWidget(self.problem)
        self.column.addLayout(self._row())

    def show_link(self, waiting: int, now: int) -> str:
        """Show the line as it is, with `waiting` entries that have no number; gives the forecast in words."""
        link = self._room.link()
        self.strip.show_history(link.history, now)
        alone = link.mode in ("mandiri", "stik")
        self.enrol.setVisible(alone and not self._room.demo)
        self.sync.setVisible(not alone)
        self.say(self._standing(link.mode))
        self._put("mode", mode_words(link.mode))
        contact = self.tr("belum pernah") if link.last_contact is None else age(link.last_contact, now)
        self._put("contact", contact if link.last_contact is None else self.tr("{0} lalu").format(contact))
        said = forecast(link, waiting)
        self._put("queue", str(waiting), said)
        lost = "" if link.loss is None else self.tr("{0} % gagal").format(number(100 * link.loss))
        self._put("rtt", UNKNOWN if link.rtt_ms is None else self.tr("{0} md").format(number(link.rtt_ms)), lost)
        self._put("rate", f"↑ {self._rate(link.rate_up)}  ↓ {self._rate(link.rate_down)}")
        self._put("bytes", f"↑ {size(link.bytes_up)}  ↓ {size(link.bytes_down)}")
        self._put("neighbours", str(link.neighbours))
        self._put(
            "server", link.server or (self.tr("tanpa sambungan") if self._room.rooted else self.tr("belum terdaftar"))
        )
        self.problem.setText(trouble_text(self._room.states(), link.problem))
        self.problem.setVisible(bool(link.problem))
        return said

    def _standing(self, mode: str) -> str:
        """What a line that never was means."""
        return {
            "mandiri": self.tr("Ruang ini belum terdaftar di pusat; semua tersimpan hanya di ruang ini."),
            "stik": self.tr(
                "Terdaftar tanpa sambungan: yang ditulis tersimpan di ruang ini sampai stik membawanya ke pusat. "
                "E menulis bundel, I mengimpor."
            ),
            "belum": self.tr(
                "Sudah terdaftar, belum pernah sinkron; yang ditulis tersimpan di ruang ini dan menunggu."
            ),
        }.get(mode, "")

    def _rate(self, rate: float | None) -> str:
        return UNKNOWN if rate is None else self.tr("{0}/dtk").format(size(rate))

    def _put(self, name: str, value: str, note: str = "") -> None:
        _title, shown, below = self.facts[name]
        shown.setText(value)
        below.setText(note)

    def _fact(self) -> tuple[QLabel, QLabel, QLabel]:
        return label("small", self), label("strong", self), label("small", self)

    def _row(self) -> QGridLayout:
        names = {
            "mode": self.tr("Mode"), "contact": self.tr("Kontak terakhir"), "queue": self.tr("Antrean"),
            "rtt": self.tr("Pulang-pergi"), "rate": self.tr("Laju"), "bytes": self.tr("Bita, seluruhnya"),
            "neighbours": self.tr("Tetangga di LAN"), "server": self.tr("Pusat"),
        }  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(0)
        for column, (name, parts) in enumerate(self.facts.items()):
            parts[0].setText(names[name])
            for row, part in enumerate(parts):
                grid.addWidget(part, row, column)
        grid.setColumnStretch(len(self.facts), 1)
        return grid
