"""The situation, asked once for everybody who shows a part of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from console.domain.views import Situation
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh


class SituationFeed(QObject):
    """Asks the room for its situation whenever it may have changed. Signals: `changed(Situation)`.

    Attribute: `latest`, None until the first answer.
    """

    changed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.latest: Situation | None = None
        self._refresh = Refresh(bridge, bridge.room.situation, self._on_situation, self)
        for signal in (bridge.incidentsChanged, bridge.linkChanged):
            signal.connect(self._refresh.again)
        self._refresh.again()

    def again(self) -> None:
        """Ask anew though nothing was written: clocks run out and sensors fall silent by themselves."""
        self._refresh.again()

    def _on_situation(self, situation: Situation) -> None:
        self.latest = situation
        self.changed.emit(situation)


def situation_of(bridge: Bridge) -> SituationFeed:
    """The feed of this window, made when it is first wanted; it lives as long as the bridge."""
    found = bridge.findChild(SituationFeed)
    return found if isinstance(found, SituationFeed) else SituationFeed(bridge)
