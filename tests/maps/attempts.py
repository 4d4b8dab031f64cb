"""Tries every way out of a web page towards a canary server; a process of its own, since the engine reads its flags once.

`attempts.py MODE PORT`, where MODE says what stands in the way:
  layers       the map page with content policy, interceptor and page rules, without the engine's flags
  whole        the map page as it is used
  policy       a page with the content policy alone
  interceptor  a page with the interceptor alone
  flags        a page with the engine's flags alone
  bare         a page with nothing
Prints one JSON line: what was blocked, by kind, and where the page stood in the end.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

# Each attempt reaches for OUT/<its name>. BODY(tag, {attributes}) adds an element.
ATTEMPTS = {
    "fetch": "fetch('OUT/fetch', {mode: 'no-cors'}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', 'OUT/xhr'); x.send()",
    "img": "window.keep = new Image(); keep.src = 'OUT/img'",
    "script": "BODY('script', {src: 'OUT/script'})",
    "stylesheet": "BODY('link', {rel: 'stylesheet', href: 'OUT/stylesheet'})",
    "css-url": "document.body.style.backgroundImage = 'url(OUT/css-url)'",
    "css-import": "BODY('style', {textContent: '@import url(OUT/css-import);'})",
    "font": "new FontFace('f', 'url(OUT/font)').load().catch(() => 0)",
    "video": "BODY('video', {src: 'OUT/video', autoplay: true, muted: true})",
    "object": "BODY('object', {data: 'OUT/object'})",
    "embed": "BODY('embed', {src: 'OUT/embed', type: 'text/html'})",
    "iframe": "BODY('iframe', {src: 'OUT/iframe'})",
    "socket": "window.keep = new WebSocket('ws://HOST/socket')",
    "events": "window.keep = new EventSource('OUT/events')",
    "beacon": "navigator.sendBeacon('OUT/beacon', 'x')",
    "keepalive": "fetch('OUT/keepalive', {method: 'POST', mode: 'no-cors', keepalive: true, body: 'x'}).catch(() => 0)",
    "worker": "window.keep = new Worker(URL.createObjectURL(new Blob([\"importScripts('OUT/worker')\"])))",
    "preload": "BODY('link', {rel: 'preload', as: 'image', href: 'OUT/preload'})",
    "prefetch": "BODY('link', {rel: 'prefetch', href: 'OUT/prefetch'})",
    "preconnect": "BODY('link', {rel: 'preconnect', href: 'OUT'})",
    "dns-prefetch": "BODY('link', {rel: 'dns-prefetch', href: 'OUT'})",
    "webrtc": "const p = window.keep = new RTCPeerConnection({iceServers: [{urls: 'stun:HOST'}]});"
    "p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o))",
    "open": "window.open('OUT/open')",
    "download": "BODY('a', {href: 'OUT/download', download: 'x'}).click()",
    "ping": "BODY('a', {href: '#', ping: 'OUT/ping'}).click()",
    "form": "BODY('form', {action: 'OUT/form', method: 'post'}).submit()",
    "refresh": "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=OUT/refresh';"
    "document.head.append(m)",
    "location": "setTimeout(() => { location = 'OUT/location' }, 0)",
}
PAUSE_MS = 40
LAST_PAUSE_MS = 1_200


def script_for(name: str, port: int) -> str:
    body = (
        "const BODY = (tag, facts) => { const e = Object.assign(document.createElement(tag), facts);"
        "document.body.append(e); return e; };"
    )
    text = ATTEMPTS[name].replace("OUT", f"http://127.0.0.1:{port}").replace("HOST", f"127.0.0.1:{port}")
    return f"(() => {{ try {{ {body} {text} }} catch (e) {{}} }})(); 1"


def pause(ms: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def made_map() -> Any:
    """A live folium map of one square."""
    from console.domain.city import City, MapView, Territory
    from maps.theme import theme_from
    from maps.view import FolioMap

    ring = [[100, 0], [100.1, 0], [100.1, 0.1], [100, 0.1], [100, 0]]
    facts = {"code": "99.01.01", "name": "Petak", "level": "kecamatan"}
    square = {"type": "Feature", "properties": facts, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    boundaries = json.dumps({"type": "FeatureCollection", "features": [square]}).encode()
    colours = json.loads(Path("resources/themes/dark.json").read_text())["colour"]
    kecamatan = Territory("99.01.01", "Petak", "kecamatan", "99.01", 0.05, 100.05)
    city = City(
        "99.01",
        "Contoh",
        "Asia/Jakarta",
        ("id",),
        MapView(0.05, 100.05, 11),
        "1",
        (kecamatan,),
        (),
        (),
        (),
        (),
        (),
        "",
        boundaries,
        "",
    )
    shown = FolioMap(city, theme_from("dark", colours, colours["ramp"]))
    shown.show()
    while shown.state not in ("live", "failed"):
        pause(20)
    return shown


def try_map(port: int) -> dict[str, Any]:
    shown = made_map()
    for name in ATTEMPTS:
        shown.surface.page.runJavaScript(script_for(name, port))
        pause(PAUSE_MS)
    pause(LAST_PAUSE_MS)
    where = shown.surface.page.url().toString().partition("#")[0]
    return {"state": shown.state, "where": where, "blocked": dict(shown.surface.blocked.counts)}


def try_page(mode: str, port: int) -> dict[str, Any]:
    """Each attempt from a fresh page, which stands on console:// as the map does."""
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
    from PySide6.QtWebEngineWidgets import QWebEngineView

    from maps import scheme, serve
    from maps.guard import Blocked, RequestGuard

    scheme.declare()
    if mode != "policy":
        serve.HEADERS.clear()
    profile = QWebEngineProfile()
    server = serve.PageServer({"page.html": "<!DOCTYPE html><html><body></body></html>"})
    profile.installUrlSchemeHandler(scheme.SCHEME, server)
    if mode == "interceptor":
        guard = RequestGuard(Blocked(profile), profile)
        profile.setUrlRequestInterceptor(guard)
    kept = []
    for name in ATTEMPTS:
        page, view = QWebEnginePage(profile), QWebEngineView()
        view.setPage(page)
        view.show()
        page.loadFinished.connect(lambda _, p=page, n=name: p.runJavaScript(script_for(n, port)))
        page.load(QUrl(scheme.PAGE_URL))
        kept.append((page, view))
        pause(2 * PAUSE_MS)
    pause(LAST_PAUSE_MS)
    return {"state": "tried"}


def main(mode: str, port: int) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    from PySide6.QtWidgets import QApplication

    from maps import scheme

    os.environ.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)
    if mode not in ("whole", "flags"):
        scheme.SHUT_IN = ()
    scheme.register(software=True)
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    found = try_map(port) if mode in ("whole", "layers") else try_page(mode, port)
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main(sys.argv[1], int(sys.argv[2]))
