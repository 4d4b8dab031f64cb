"""Sinkron (F10): the room's standing with the centre, in sections with one idea each."""

from widgets.panels.sync.panel import SyncPanel as SyncPanel
