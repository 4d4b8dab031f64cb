"""Builds the map page with folium, once per city pack and theme, in a process of its own.

folium takes half a second to import and brings a good deal of memory, so the console never imports it: it runs
`python -m maps.page` with a `PageOrder` as JSON on its input and reads the finished files from its output, as JSON.
The page names no address outside itself: Leaflet comes from the installed package under `console://`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.domain.city import City
from maps.policy import POLICY
from maps.theme import MapTheme

if TYPE_CHECKING:
    import folium

LEGEND = """
<div class="folio-legend" id="folio-legend" aria-hidden="true">
  <div class="folio-scale" id="folio-scale" hidden>
    <span id="folio-title"></span><span class="folio-swatches" id="folio-swatches"></span><span id="folio-range"></span>
    <i id="folio-hatch" hidden></i><span id="folio-missing" hidden></span>
  </div>
  <div class="folio-note" id="folio-note" hidden></div>
</div>
<div class="folio-badge" id="folio-badge" hidden></div>
<div class="folio-tip" id="folio-tip" hidden></div>
"""


PAGE = "page.html"
Files = dict[str, str]
"""The page and the scripts and styles that stood in it, by file name."""

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


class PageOrder(msgspec.Struct, frozen=True):
    """What a page is built from: boundaries (GeoJSON text, WGS84), the first view, and the theme."""

    boundaries: str
    lat: float
    lon: float
    zoom: float
    theme: MapTheme


def order_for(city: City, theme: MapTheme) -> PageOrder:
    """The order for a city's page in a theme. Raises UnicodeDecodeError when the boundaries are not UTF-8."""
    view = city.map_view
    return PageOrder(city.boundaries.decode(), view.lat, view.lon, view.zoom, theme)


def cache_name(order: PageOrder) -> str:
    """A file name that changes with the boundaries, the view, the theme and the program that builds the page."""
    digest = hashlib.sha256(msgspec.json.encode(order))
    for part in ("page.py", "policy.py", "land.py"):
        digest.update(resources.files("maps").joinpath(part).read_bytes())
    return f"peta-{digest.hexdigest()[:24]}.json"


def cached(folder: Path, order: PageOrder) -> Files | None:
    """The page built before for the same order, or None when there is none or it is damaged."""
    try:
        return read_files((folder / cache_name(order)).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def read_files(data: bytes) -> Files:
    """Files as the builder writes them. Raises msgspec.DecodeError."""
    files = msgspec.json.decode(data, type=Files)
    if PAGE not in files:
        raise msgspec.ValidationError(f"{PAGE} is missing")
    return files


def keep(folder: Path, order: PageOrder, files: Files) -> None:
    """Put a built page in the cache folder, whole or not at all. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        part.write(msgspec.json.encode(files))
    Path(part.name).replace(folder / cache_name(order))


def build(order: PageOrder) -> Files:
    """The page and its files. Raises `maps.land.LandError` for boundaries that cannot be drawn."""
    from maps.land import labelled

    page = _folium_map(order)
    _add_land(page, labelled(order.boundaries), order.theme)
    _add_folio(page)
    files = move_inline(page.get_root().render())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />'
    files[PAGE] = files[PAGE].replace("<head>", f"<head>\n    {meta}", 1)
    return files


def move_inline(html: str) -> Files:
    """Give each inline script and style a file of its own, in the same place and order."""
    files: Files = {}

    def move(found: re.Match[str]) -> str:
        tag, text = found.groups()
        name = f"page-{len(files) + 1}.{'js' if tag == 'script' else 'css'}"
        files[name] = text
        return f'<script src="{name}"></script>' if tag == "script" else f'<link rel="stylesheet" href="{name}" />'

    return {PAGE: _INLINE.sub(move, html)} | files


def _folium_map(order: PageOrder) -> folium.Map:
    import folium

    page = folium.Map(
        location=(order.lat, order.lon),
        zoom_start=order.zoom,  # type: ignore[arg-type]  # Leaflet takes fractions, and zoom_snap=0 keeps them
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        keyboard=False,
        zoom_snap=0,
        zoom_animation=False,
        fade_animation=False,
        inertia=False,
        double_click_zoom=False,
    )
    page.default_js = [("leaflet", "leaflet.js"), ("channel", "qwebchannel.js")]
    page.default_css = [("leaflet_css", "leaflet.css"), ("folio_css", "folio.css")]
    page._id = "simpul"  # folium draws a random name; a fixed one makes equal pages equal bytes
    return page


def _add_land(page: folium.Map, land: dict[str, Any], theme: MapTheme) -> None:
    import folium

    style = {"fillColor": theme.land, "fillOpacity": 1, "color": theme.land_line, "weight": 1}
    layer = folium.GeoJson(land, style_function=lambda _feature: style, smooth_factor=0.5)
    layer._id = "simpul"
    layer.add_to(page)


def _add_folio(page: folium.Map) -> None:
    """Our own dress and script; deferred, so that it runs once folium's map stands."""
    from branca.element import Element

    root: Any = page.get_root()
    root._id = "simpul"
    root.header.add_child(Element('<script defer src="folio.js"></script>'), name="folio_js")
    root.html.add_child(Element(LEGEND), name="folio_legend")


def main() -> int:
    """Read a `PageOrder` from standard input and write the files to standard output; faults go to standard error."""
    from maps.land import LandError

    try:
        files = build(msgspec.json.decode(sys.stdin.buffer.read(), type=PageOrder))
    except (LandError, msgspec.DecodeError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
