"""The folium map as a widget: builds or fetches its page, starts the web engine late, and feeds it differences.

Nothing here imports the web engine before the first map is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QColor, QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from console.domain.city import City
from maps import page, scheme
from maps.bridge import Bridge
from maps.builder import PageBuilder
from maps.district_map import DistrictMap
from maps.preflight import EngineFault, engine_fault
from maps.scene import Teller
from maps.theme import MapTheme

if TYPE_CHECKING:
    from maps.surface import Surface

Kind = Literal["auto", "folio", "painted"]
State = Literal["idle", "building", "loading", "live", "down", "failed"]


def make_map(
    city: City, theme: MapTheme, kind: Kind = "auto", parent: QWidget | None = None, *, cache: Path | None = None
) -> DistrictMap:
    """A map of `city`. `kind`: "folio" (the folium page), "painted" (no web engine), or "auto": the folium page where the
    web engine can run, else the painted one. `cache` keeps built pages between runs."""
    if kind == "painted" or (kind == "auto" and engine_fault() is not None):
        from maps.painted import PaintedMap

        return PaintedMap(city, theme, parent)
    return FolioMap(city, theme, parent, cache=cache)


class MapNotice(QWidget):
    """Stands where the map will be: that it is coming, or calmly why it is not, with a way to try again."""

    def __init__(self, theme: MapTheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.again = QPushButton(self.tr("Coba lagi"), self)
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self.words)
        layout.addWidget(self.again, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.setAutoFillBackground(True)
        self.dress(theme)

    def say(self, sentence: str, may_retry: bool) -> None:
        """Show a sentence, and the button when trying again can help."""
        self.words.setText(sentence)
        self.again.setVisible(may_retry)

    def dress(self, theme: MapTheme) -> None:
        """Take the theme's colours."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.muted))
        self.setPalette(palette)


class FolioMap(DistrictMap):
    """The map on a folium page. `state` tells how far it is; `surface` is there once the engine runs."""

    def __init__(
        self, city: City, theme: MapTheme, parent: QWidget | None = None, *, cache: Path | None = None
    ) -> None:
        super().__init__(city, theme, parent)
        self.state: State = "idle"
        self.surface: Surface | None = None
        self._cache = cache
        self._teller = Teller(self.scene)
        self._focus: str | None = None
        self._sent = self._drawn = self._painted = 0
        self._dirty = False
        self._builder: PageBuilder | None = None
        self._notice = MapNotice(theme, self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._notice)
        self._notice.again.clicked.connect(self.start)
        self._flush_soon = QTimer(self, singleShot=True, interval=0)
        self._flush_soon.timeout.connect(self._flush)
        self._notice.say(self.tr("Peta sedang disiapkan…"), may_retry=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """The first time it is seen, the map starts, once the window has had its turn to paint."""
        super().showEvent(event)
        if self.state == "idle":
            QTimer.singleShot(0, self, self.start)

    def start(self) -> None:
        """Build or fetch the page and load the engine meanwhile. Does nothing while already under way."""
        if self.state not in ("idle", "failed"):
            return
        self.state = "building"
        self._notice.say(self.tr("Peta sedang disiapkan…"), may_retry=False)
        fault = engine_fault()
        if fault is not None:
            self._give_up(self._sentence(fault))
            return
        try:
            order = page.order_for(self.city, self.scene.theme)
        except UnicodeDecodeError:
            self._give_up(self.tr("Batas wilayah di paket kota tidak terbaca."))
            return
        self._builder = PageBuilder(order, self._cache, self)
        self._builder.done.connect(self._on_page)
        self._builder.failed.connect(self._on_build_failed)
        self._builder.start()
        QTimer.singleShot(0, self, self._load_engine)

    def _load_engine(self) -> bool:
        """Bring the web engine into the process; the page is being built elsewhere meanwhile."""
        try:
            scheme.declare()
            import maps.surface  # noqa: F401
        except ImportError as fault:
            self._give_up(self.tr("Mesin peta tidak terpasang lengkap ({0}).").format(fault))
            return False
        return True

    def _on_page(self, files: page.Files) -> None:
        if self.state != "building" or not self._load_engine():
            return
        from maps.surface import Surface

        self._drop_surface()
        self.state = "loading"
        bridge = Bridge(self.knows)
        self.surface = surface = Surface(files, bridge, QColor(self.scene.theme.panel), self)
        bridge.setParent(surface)
        surface.ready.connect(self._on_ready)
        surface.down.connect(self._on_down)
        surface.broken.connect(self._on_broken)
        bridge.frame_drawn.connect(self._on_drawn)
        bridge.frame_painted.connect(self._on_painted)
        bridge.pick.connect(self.selected)
        if app := QCoreApplication.instance():
            app.aboutToQuit.connect(surface.end)
        self._stack.addWidget(surface)
        self._stack.setCurrentWidget(surface)
        self.setFocusProxy(surface)
        surface.load()

    def _on_ready(self) -> None:
        first, self.state = self.state == "loading", "live"
        self._teller.forget()
        self._drawn = self._painted = self._sent
        self._flush()
        if first:
            self.ready.emit()

    def _on_down(self) -> None:
        self.state = "down"

    def _on_drawn(self, number: int) -> None:
        self._drawn = min(max(number, self._drawn), self._sent)
        if self._dirty:
            self._flush()

    def _on_painted(self, number: int) -> None:
        self._painted = min(max(number, self._painted), self._sent)
        if self.is_settled():
            self._settle()

    def _on_build_failed(self, reason: str) -> None:
        self._give_up(self.tr("Peta tidak dapat disusun ({0}).").format(reason))

    def _on_broken(self, reason: str) -> None:
        self._give_up(self.tr("Mesin peta berhenti berulang kali ({0}).").format(reason))
        self._drop_surface()

    def _drop_surface(self) -> None:
        if self.surface is not None:
            self.setFocusProxy(None)  # type: ignore[arg-type]
            self._stack.removeWidget(self.surface)
            self.surface.deleteLater()
            self.surface = None

    def _give_up(self, sentence: str) -> None:
        self.state = "failed"
        if self._builder is not None:
            self._builder.stop()
        told = sentence + "\n" + self.tr("Antrean, daftar dan tren tetap jalan tanpa peta.")
        self._notice.say(told, may_retry=True)
        self._stack.setCurrentWidget(self._notice)
        self.failed.emit(sentence)
        self._settle()

    def _sentence(self, fault: EngineFault) -> str:
        return {
            EngineFault.MISSING: self.tr("Mesin peta (Qt WebEngine) tidak terpasang."),
            EngineFault.ROOT: self.tr("Peta tidak dijalankan sebagai root; jalankan Simpul sebagai pengguna biasa."),
            EngineFault.SANDBOX: self.tr("Sistem ini tidak mengizinkan kotak pasir yang diperlukan peta."),
        }[fault]

    def _refresh(self) -> None:
        self._notice.dress(self.scene.theme)
        self._dirty = True
        self._flush_soon.start()

    def _focus_on(self, code: str) -> None:
        self._focus = code
        self._refresh()

    def is_settled(self) -> bool:
        """Whether the page has painted the last message and none waits."""
        return self.state == "failed" or (self.state == "live" and not self._dirty and self._painted == self._sent)

    def _flush(self) -> None:
        """Send what changed, unless the page still works on the last message; then its answer brings us back here."""
        if self.state != "live" or self._drawn < self._sent or self.surface is None:
            return
        self._dirty = False
        message = self._teller.news(self._plain())
        if self._focus is not None:
            message["focus"], self._focus = {"code": self._focus}, None
        if message:
            self._sent += 1
            self.surface.send(message | {"n": self._sent})
        else:
            self._settle()

    def _plain(self) -> dict[str, Any]:
        theme = self.scene.theme
        words = {"note": self.note(), "badge": self.badge(), "name": self.tr("Peta {0}").format(self.city.name)}
        return {
            "theme": theme.colours() | {"ramp": theme.ramp, "inks": theme.inks()},
            "words": words,
            "legend": msgspec.to_builtins(self.legend()),
            "selection": self.scene.selection,
        }
