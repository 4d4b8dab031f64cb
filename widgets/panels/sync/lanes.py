"""Sinkron's lanes: in which order things cross the line, what waits each way, when it is through, and why it is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from console.domain.views import LaneState
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.panels.sync.section import Rows, Section
from widgets.panels.zone import zone_of
from widgets.parts.times import SECOND, moment, span
from widgets.parts.trouble_words import trouble_rows
from widgets.parts.words import size

if TYPE_CHECKING:
    from console.room import Room

UNKNOWN = "–"
LOOK_EVERY = 3 * SECOND
LANES = 7


def lane_words(key: str) -> str:
    """A lane's name; an unknown one stands as it came."""
    translate = QCoreApplication.translate
    return {
        "outbox": translate("Lanes", "Kotak keluar ruang ini"),
        "own": translate("Lanes", "Jurnal wilayah sendiri"),
        "city": translate("Lanes", "Jurnal kota dan peringatan"),
        "readings": translate("Lanes", "Bacaan terbaru"),
        "others": translate("Lanes", "Wilayah lain"),
        "blobs": translate("Lanes", "Foto dan berkas"),
        "history": translate("Lanes", "Riwayat lama"),
    }.get(key, key)


def why_held(why: str) -> str:
    """Why a lane does not move; an unknown reason stands as it came."""
    translate = QCoreApplication.translate
    words = {
        "budget": translate("Lanes", "anggaran habis"),
        "queue": translate("Lanes", "yang mendesak dahulu"),
        "thin": translate("Lanes", "lambat, bergiliran"),
        "cut": translate("Lanes", "sambungan putus"),
        "portal": translate("Lanes", "internet palsu"),
        "asked": translate("Lanes", "pusat meminta jeda"),
        "refused": translate("Lanes", "ditolak pusat"),
        "full": translate("Lanes", "disk ruang ini penuh"),
        "alone": translate("Lanes", "belum terdaftar"),
        "stick": translate("Lanes", "menunggu stik"),
        "revoked": translate("Lanes", "pendaftaran dicabut"),
        "unenrolled": translate("Lanes", "ruang tidak dikenal pusat"),
        "centre_forked": translate("Lanes", "urutan pusat berbeda"),
    }.get(why)
    # What the centre's proof or answers lack takes a sentence, and that stands with the line.
    return words or (translate("Lanes", "lihat sambungan di atas") if why in trouble_rows() else why)


class LanesSection(Section):
    """Every lane in a row, the most urgent first. Attributes: `table`, `lanes` (what the rows show)."""

    def __init__(self, room: Room, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Jalur, yang paling mendesak dahulu"))
        self.lanes: tuple[LaneState, ...] = ()
        self._zone, self._now = zone_of(room.city), bridge.ticker.now
        heads = [self.tr("Jalur"), self.tr("Naik"), self.tr("Turun"), self.tr("Perkiraan"), self.tr("Keadaan")]
        self.table = Rows(heads, self, numbers=(1, 2, 3), wide=4, most=LANES)
        self.column.addWidget(self.table)
        self._asked_at = 0
        self._refresh = Refresh(bridge, room.lanes, self.on_lanes, self)
        bridge.linkChanged.connect(self._refresh.again)
        bridge.incidentsChanged.connect(self._refresh.again)
        self._refresh.again()

    def tick(self, now: int) -> None:
        """Ask now and then: budgets and pauses end by themselves (`now` in ms since epoch UTC)."""
        if not 0 <= now - self._asked_at < LOOK_EVERY:
            self._asked_at = now
            self._refresh.again()

    def on_lanes(self, lanes: Sequence[LaneState]) -> None:
        """Show them."""
        self.lanes = tuple(lanes)
        self.table.fill([self._cells(lane) for lane in lanes])
        for row, lane in enumerate(lanes):
            self.table.quiet(row, 4, lane.state == "empty")

    def _cells(self, lane: LaneState) -> list[str]:
        up = self._amount(lane.waiting_up, lane.bytes_up)
        down = self._amount(lane.waiting_down, lane.bytes_down)
        drain = UNKNOWN if lane.drain_s is None else f"± {span(max(SECOND, int(lane.drain_s * 1000)))}"
        return [lane_words(lane.key), up, down, "" if lane.state == "empty" else drain, self._state(lane)]

    def _amount(self, count: int | None, amount: int | None) -> str:
        """What waits; a dash where nobody knows, which is not nothing."""
        if count is None:
            return UNKNOWN
        return f"{count} · {size(amount)}" if amount else str(count)

    def _state(self, lane: LaneState) -> str:
        """Whether it moves; how far back history has come; what was thinned out because it waited too long."""
        words = {"held": self.tr("tertahan: {0}").format(why_held(lane.why)), "moving": self.tr("berjalan")}
        parts = [words.get(lane.state, self.tr("kosong"))]
        if lane.reached is not None:
            parts.append(self.tr("sampai {0}").format(moment(lane.reached, self._zone, self._now())))
        if lane.left_out:
            parts.append(self.tr("{0} bacaan ditipiskan").format(lane.left_out))
        return " · ".join(parts)
