"""Pictures of every workspace, for judging the screens and for machines without a display."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from console.domain.views import IncidentQuery
from console.log import logger
from widgets.shell.app import SIZES
from widgets.shell.window import ConsoleWindow

DENSE = 2560
"""From this width on a picture shows the window as a dense screen does: at 200 %, as systems set up a 4K screen."""
PATIENCE_S = 15.0
"""Longest wait for one panel to have its data on screen; the picture is taken all the same, and says so in the log."""

LOOKED_AT = 200
"""How many open incidents are looked through for one with a photo."""
HISTORY_LOOKS = 200
"""How often to look, five times a second, whether older readings have come."""


async def screenshots(window: ConsoleWindow, folder: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> list[Path]:
    """Save each workspace at each size as `<workspace>-<width>x<height>.png`; the paths written.

    Waits for the panels' first data, for older readings that are on their way, and for the map to settle. Raises OSError when
    the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    await _history_came(window)
    photographed = await _photographed(window)
    for width, height in sizes:
        ratio = 2 if width >= DENSE else 1
        window.resize(width // ratio, height // ratio)
        for workspace in window.workspace_ids():
            if photographed and workspace == "kejadian":
                window.context.select_incident(photographed)
            window.go(workspace)
            await window.page(workspace).build_rest()
            await _settle(window.page(workspace).panels())
            window.said.hide()
            paths.append(_saved(window, ratio, folder / f"{workspace}-{width}x{height}.png"))
    return paths


async def first_pictures(page: QWidget, folder: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    """Save the first page at each size as `mulai-<width>x<height>.png`. Raises OSError when the folder cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in sizes:
        ratio = 2 if width >= DENSE else 1
        page.resize(width // ratio, height // ratio)
        await asyncio.sleep(0.1)
        _saved(page, ratio, folder / f"mulai-{width}x{height}.png")


def _saved(window: QWidget, ratio: int, path: Path) -> Path:
    if not picture(window, ratio).save(str(path)):
        raise OSError(f"cannot write {path}")
    return path


def picture(window: QWidget, ratio: int) -> QImage:
    """The window as a screen with `ratio` device pixels per pixel shows it."""
    image = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    window.render(image)
    return image


async def _history_came(window: ConsoleWindow) -> None:
    """Until the older readings that move now are here: charts without them show gaps that are none a minute later."""
    for _look in range(HISTORY_LOOKS):
        if not any(lane.key == "history" and lane.state == "moving" for lane in await window.room.lanes()):
            return
        await asyncio.sleep(0.2)


async def _photographed(window: ConsoleWindow) -> str:
    """The most urgent open incident with a photo or document: its picture shows all that a detail can. "" for none."""
    page = await window.room.incidents(IncidentQuery(open_only=True, limit=LOOKED_AT))
    for incident in page.items:
        detail = await window.room.incident(incident.subject)
        if detail is not None and detail.attachments:
            return incident.subject
    return ""


async def _settle(panels: Sequence[QWidget]) -> None:
    waits = [settled() for panel in panels if (settled := getattr(panel, "settled", None)) is not None]
    try:
        await asyncio.wait_for(asyncio.gather(*waits), PATIENCE_S)
    except TimeoutError:
        logger().warning("panel_not_settled", seconds=PATIENCE_S)
    # Two turns of the loop: one for the last data, one for its paint.
    for _turn in range(2):
        await asyncio.sleep(0.1)
