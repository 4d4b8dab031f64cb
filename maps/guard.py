"""Keeps the map page inside: no request, navigation, window, download or permission reaches beyond `console://map`.

Each layer alone has holes (an interceptor sees no WebRTC, a content policy no navigation), so all stand together:
content policy (policy.py), `RequestGuard`, `ShutInPage`, the script that takes WebRTC away, and the engine's flags.
"""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineDesktopMediaRequest,
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from console.log import logger
from maps.scheme import HOST, PAGE_URL, SCHEME

log = logger()
LOGGED_MESSAGES = 20

NO_SOCKETS = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport", "SharedWorker"]) {
  Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
}
"""
"""Content policy and interceptor do not see WebRTC; the page does not get it."""


class Blocked(QObject):
    """Counts what was kept in, by kind: request, navigation, window, download, permission, policy. `happened(kind, what)`."""

    happened = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counts: Counter[str] = Counter()

    def add(self, kind: str, what: str) -> None:
        """Count one, and tell who listens."""
        self.counts[kind] += 1
        self.happened.emit(kind, what)

    def total(self) -> int:
        """All kinds together."""
        return self.counts.total()


def is_inside(url: QUrl) -> bool:
    """Whether an address is the map's own."""
    return url.scheme().encode() == SCHEME and url.host() == HOST


class RequestGuard(QWebEngineUrlRequestInterceptor):
    """Blocks every request that is not for the map's own files."""

    def __init__(self, blocked: Blocked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._blocked = blocked

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Called by the engine for each request, sub-resources and navigations alike."""
        if is_inside(info.requestUrl()):
            return
        info.block(True)
        self._blocked.add("request", info.requestUrl().toString())


class ShutInPage(QWebEnginePage):
    """A page that goes nowhere, opens nothing, asks for nothing and shows no dialogs."""

    def __init__(self, profile: QWebEngineProfile, blocked: Blocked, parent: QObject | None = None) -> None:
        super().__init__(profile, parent)
        self._blocked = blocked
        self._logged = 0
        self.permissionRequested.connect(self._on_permission)
        self.desktopMediaRequested.connect(self._on_desktop_media)
        self.newWindowRequested.connect(lambda request: blocked.add("window", request.requestedUrl().toString()))
        self.fullScreenRequested.connect(lambda request: request.reject())

    def acceptNavigationRequest(self, url: QUrl | str, _kind: QWebEnginePage.NavigationType, main_frame: bool) -> bool:
        """Only the page itself, only in the main frame."""
        if main_frame and QUrl(url).toString() == PAGE_URL:
            return True
        self._blocked.add("navigation", QUrl(url).toString())
        return False

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """No windows."""
        self._blocked.add("window", "createWindow")
        return None

    def chooseFiles(self, *_args: object) -> list[str]:
        """No files."""
        return []

    def javaScriptAlert(self, *_args: object) -> None:
        """No dialogs: the console never stops for a page."""

    def javaScriptConfirm(self, *_args: object) -> bool:
        """No dialogs."""
        return False

    def javaScriptPrompt(self, *_args: object) -> tuple[bool, str]:
        """No dialogs."""
        return False, ""

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """The page's messages go to the log; a page that floods is heard only so often."""
        self._logged += 1
        if self._logged <= LOGGED_MESSAGES:
            log.debug("map_page_message", level=level.name, message=message[:400], line=line, source=source[-60:])

    def _on_permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        self._blocked.add("permission", permission.permissionType().name)

    def _on_desktop_media(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()
        self._blocked.add("permission", "desktop media")


def shut(profile: QWebEngineProfile, blocked: Blocked) -> RequestGuard:
    """Close a profile: interceptor, no downloads, no storage, no pop-ups, no WebRTC. Gives the interceptor."""
    guard = RequestGuard(blocked, profile)
    profile.setUrlRequestInterceptor(guard)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)

    def refuse(download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        blocked.add("download", download.url().toString())

    profile.downloadRequested.connect(refuse)
    profile.scripts().insert(_no_sockets())
    _set_attributes(profile.settings())
    return guard


def _no_sockets() -> QWebEngineScript:
    script = QWebEngineScript()
    script.setName("no-sockets")
    script.setSourceCode(NO_SOCKETS)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
    script.setRunsOnSubFrames(True)
    return script


def _set_attributes(settings: QWebEngineSettings) -> None:
    attribute = QWebEngineSettings.WebAttribute
    for off in (
        attribute.JavascriptCanOpenWindows,
        attribute.JavascriptCanAccessClipboard,
        attribute.LocalStorageEnabled,
        attribute.LocalContentCanAccessRemoteUrls,
        attribute.LocalContentCanAccessFileUrls,
        attribute.HyperlinkAuditingEnabled,
        attribute.DnsPrefetchEnabled,
        attribute.AutoLoadIconsForPage,
        attribute.PluginsEnabled,
        attribute.PdfViewerEnabled,
        attribute.WebGLEnabled,
        attribute.FullScreenSupportEnabled,
        attribute.ScreenCaptureEnabled,
        attribute.ErrorPageEnabled,
        attribute.NavigateOnDropEnabled,
        attribute.FocusOnNavigationEnabled,
    ):
        settings.setAttribute(off, False)
    settings.setAttribute(attribute.WebRTCPublicInterfacesOnly, True)
