"""Which workspaces there are, and which panels stand where in each."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from widgets.models.bridge import Bridge
from widgets.models.selection import Selection

if TYPE_CHECKING:
    from console.room import Room

Area = Literal["centre", "left", "right", "top", "bottom", "tab"]


class Dock(msgspec.Struct, frozen=True):
    """One panel in a workspace: where its class is ("module:Class"), and where it stands at first.

    `area` is relative to the dock named by `beside` ("" for the whole workspace); `share` is its part of the width (or
    height) among its neighbours; `least` the height, in pixels, that it cannot be squeezed below. `first` panels are
    built before the first paint, the others right after it.
    """

    id: str
    title: str
    panel: str
    area: Area = "centre"
    beside: str = ""
    share: int = 1
    least: int = 48
    first: bool = False


class Workspace(msgspec.Struct, frozen=True):
    """A screenful for one kind of work: its key, title and icon, its docks, a fixed strip along the top ("" for none)."""

    id: str
    key: str
    title: str
    icon: str
    docks: tuple[Dock, ...]
    strip: str = ""


def workspaces(city_hall: bool) -> tuple[Workspace, ...]:
    """The workspaces that exist, in the order of the rail. City hall's Situasi compares the kecamatan in a strip."""
    translate = QCoreApplication.translate
    name = translate("Workspaces", "Kecamatan")
    ranking = Dock("ranking", name, "widgets.panels.ranking:RankingPanel", "bottom", "map", share=7, least=72)
    bulletins = Dock(
        "bulletins",
        translate("Workspaces", "Peringatan & prakiraan"),
        "widgets.panels.bulletins:BulletinsPanel",
        "bottom",
        "queue",
        share=5,
        least=112,
    )
    return (
        Workspace(
            "situasi",
            "F1",
            translate("Workspaces", "Situasi"),
            "view-dashboard-outline",
            (
                Dock(
                    "queue",
                    translate("Workspaces", "Perlu ditangani"),
                    "widgets.panels.queue:QueuePanel",
                    share=28,
                    first=True,
                ),
                Dock("map", translate("Workspaces", "Peta"), "widgets.panels.mapping:MapPanel", "right", share=44),
                Dock("charts", translate("Workspaces", "Tren"), "widgets.panels.charts:ChartsPanel", "right", share=26),
                *((ranking,) if city_hall else ()),
                bulletins,
            ),
            strip="widgets.panels.figures:FiguresPanel",
        ),
        Workspace(
            "kejadian",
            "F2",
            translate("Workspaces", "Kejadian"),
            "format-list-bulleted",
            (
                Dock("list", translate("Workspaces", "Kejadian"), "widgets.panels.incidents:IncidentsPanel", share=45),
                Dock(
                    "detail", translate("Workspaces", "Rincian"), "widgets.panels.detail:DetailPanel", "right", share=55
                ),
            ),
        ),
        Workspace(
            "peta",
            "F3",
            translate("Workspaces", "Peta"),
            "map-outline",
            (
                Dock("map", translate("Workspaces", "Peta"), "widgets.panels.mapping:MapPanel", share=70),
                Dock(
                    "queue",
                    translate("Workspaces", "Perlu ditangani"),
                    "widgets.panels.queue:QueuePanel",
                    "right",
                    share=30,
                ),
                bulletins,
            ),
        ),
        Workspace(
            "tren",
            "F5",
            translate("Workspaces", "Tren"),
            "chart-line",
            (Dock("trends", translate("Workspaces", "Tren"), "widgets.panels.trends:TrendsPanel"),),
        ),
        Workspace(
            "sinkron",
            "F10",
            translate("Workspaces", "Sinkron"),
            "sync",
            (Dock("sync", translate("Workspaces", "Sinkron"), "widgets.panels.sync:SyncPanel"),),
        ),
    )


def make_panel(path: str, room: Room, bridge: Bridge, context: Selection, parent: QWidget) -> QWidget:
    """Build the panel whose class stands at "module:Class". Imports it now, so heavy libraries come when needed."""
    module, _, name = path.partition(":")
    panel: QWidget = getattr(importlib.import_module(module), name)(room, bridge, context, parent)
    return panel
