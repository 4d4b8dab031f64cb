"""Every workspace that the rail shows has its panels, and a key of its own."""

from __future__ import annotations

import importlib
import inspect

import pytest
from PySide6.QtWidgets import QWidget

from widgets.shell.workspaces import workspaces


def _panels() -> set[str]:
    listed = workspaces(city_hall=True)
    return {dock.panel for one in listed for dock in one.docks} | {one.strip for one in listed if one.strip}


@pytest.mark.parametrize("path", sorted(_panels()))
def test_a_panel_stands_where_the_table_says(path: str) -> None:
    module, _, name = path.partition(":")
    panel = getattr(importlib.import_module(module), name)
    assert issubclass(panel, QWidget)
    # Room, bridge, selection, parent.
    inspect.signature(panel).bind(None, None, None, None)


def test_keys_and_names_are_ones_own() -> None:
    listed = workspaces(city_hall=True)
    for values in ([one.id for one in listed], [one.key for one in listed], [one.title for one in listed]):
        assert len(set(values)) == len(values)
    for one in listed:
        ids = [dock.id for dock in one.docks]
        assert len(set(ids)) == len(ids)
        assert all(dock.beside in ("", *ids) for dock in one.docks)


def test_only_city_hall_compares_the_kecamatan() -> None:
    def ids(city_hall: bool) -> set[str]:
        return {dock.id for one in workspaces(city_hall) for dock in one.docks}

    assert ids(True) - ids(False) == {"ranking"}
