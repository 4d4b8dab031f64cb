"""Sinkron's outside sources: when each answered last, what came of it, and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.domain.views import FeedState
from widgets.models.bridge import Bridge
from widgets.panels.sync.section import Rows, Section
from widgets.parts.times import age

if TYPE_CHECKING:
    from console.room import Room

MOST_ROWS = 6


class FeedsSection(Section):
    """The sources that this room reads itself. Attribute: `table`."""

    def __init__(self, room: Room, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Sumber luar"))
        self._room = room
        heads = [self.tr("Sumber"), self.tr("Terakhir"), self.tr("Diterima"), self.tr("Cacat")]
        self.table = Rows(heads, self, numbers=(2,), wide=3, most=MOST_ROWS)
        self.column.addWidget(self.table)
        bridge.feedsChanged.connect(lambda: self.show_feeds(bridge.ticker.now()))
        self.show_feeds(bridge.ticker.now())

    def show_feeds(self, now: int) -> None:
        """Show them (`now` in ms since epoch UTC)."""
        feeds = self._room.feeds()
        self.table.fill([self._cells(feed, now) for feed in feeds])
        self.table.setVisible(bool(feeds))
        self.say("" if feeds else self.tr("Ruang ini tidak membaca sumber luar sendiri; data datang dari pusat."))

    def _cells(self, feed: FeedState, now: int) -> list[str]:
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(feed.faults.items())) or self.tr("tidak ada")
        name = f"{feed.name} · " + self.tr("SIMULASI") if feed.simulated else feed.name
        last = age(feed.last_ok, now)
        return [name, self.tr("basi {0}").format(last) if feed.stale else last, str(feed.taken), faults]
