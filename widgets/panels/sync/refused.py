"""Sinkron's refused entries: what the centre does not take, about which incident, why, and what mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from console.domain.views import Withheld
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.sync.section import Rows, Section
from widgets.panels.zone import zone_of
from widgets.parts.times import moment

if TYPE_CHECKING:
    from console.room import Room

MOST_ROWS = 5


def why_refused(reason: str) -> str:
    """Why the centre does not take it; an unknown reason stands as it came."""
    translate = QCoreApplication.translate
    return {
        "toobig": translate("Withheld", "terlalu besar untuk dikirim"),
        "signature": translate("Withheld", "tanda tangan tidak cocok dengan perangkatnya"),
        "chain": translate("Withheld", "rantai catatan tidak utuh"),
        "malformed": translate("Withheld", "catatan rusak atau terlalu besar"),
        "opening": translate("Withheld", "aliran tidak dimulai dengan pembukaannya"),
        "unknown_device": translate("Withheld", "perangkat penulisnya tidak dikenal pusat"),
        "conflict": translate("Withheld", "catatan lain sudah ada dengan nomor ini"),
        "elsewhere": translate("Withheld", "aliran ini milik jurnal wilayah lain"),
        "territory": translate("Withheld", "wilayahnya tidak dikenal pusat"),
    }.get(reason, reason)


def mend(reason: str, own: bool) -> str:
    """What to do about it. `own`: this machine wrote it."""
    translate = QCoreApplication.translate
    broken = translate("Withheld", "Tutup program, jalankan: simpul doctor --repair")
    words = {
        "toobig": translate("Withheld", "Enter membuka kejadiannya: catat lagi lebih ringkas"),
        "signature": broken,
        "chain": broken,
        "malformed": broken,
        "opening": broken,
        "unknown_device": translate("Withheld", "Minta admin kota mendaftarkan perangkat itu"),
        "territory": translate("Withheld", "Minta admin kota memeriksa paket kota di pusat"),
    }
    if not own and reason != "territory":
        return translate("Withheld", "Minta ruang penulisnya mengirim sendiri ke pusat")
    return words.get(reason, translate("Withheld", "Sampaikan alasan ini kepada admin kota"))


class RefusedSection(Section):
    """What the centre refuses. Attributes: `table`, `shown` (what the rows show). Signals: `counted()` after each answer."""

    counted = Signal()

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Ditolak pusat"))
        self._room, self._bridge, self._selection = room, bridge, selection
        self._zone = zone_of(room.city)
        self.shown: tuple[Withheld, ...] = ()
        heads = [
            self.tr("Kejadian"), self.tr("Catatan"), self.tr("Oleh"), self.tr("Sebab"), self.tr("Yang perlu dilakukan"),
        ]  # fmt: skip
        self.table = Rows(heads, self, numbers=(1,), wide=4, most=MOST_ROWS)
        self.table.opened.connect(self._open)
        self.column.addWidget(self.table)
        self._refresh = Refresh(bridge, room.withheld, self.on_withheld, self)
        for signal in (bridge.incidentsChanged, bridge.linkChanged):
            signal.connect(self._refresh.again)
        self._refresh.again()

    def on_withheld(self, found: Sequence[Withheld]) -> None:
        """Show them."""
        self.shown = tuple(found)
        self.table.fill([self._cells(one) for one in found])
        self.summary.setText(str(sum(one.entries for one in found)))
        self.say(self.tr("Semua tetap tersimpan di ruang ini; catatan lain terus dikirim. Enter membuka kejadiannya."))
        self.counted.emit()

    def _cells(self, one: Withheld) -> list[str]:
        journal = self._room.city.territory(one.territory)
        place = journal.name if journal else one.territory
        own = one.device == self._room.device
        by = self.tr("ruang ini") if own else self._room.device_name(one.device)
        at = moment(one.at, self._zone, self._bridge.ticker.now())
        title = one.title or self.tr("jurnal {0}").format(place)
        return [title, str(one.entries), f"{by}, {at}", why_refused(one.reason), mend(one.reason, own)]

    def _open(self, row: int) -> None:
        one = self.shown[row]
        if one.title:
            self._selection.select_incident(one.subject)
            self._selection.opened.emit("kejadian", one.subject)
