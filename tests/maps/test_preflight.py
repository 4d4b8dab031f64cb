"""The web engine is asked for only where it can run; elsewhere the map says so and the program goes on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from maps import preflight
from maps.preflight import EngineFault
from maps.view import FolioMap

linux_only = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the sandbox question is one of Linux")


@linux_only
def test_root_without_the_switch_does_not_start_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert preflight.engine_fault() is EngineFault.ROOT


@linux_only
def test_a_system_without_user_namespaces_does_not_start_the_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert preflight.engine_fault() is EngineFault.SANDBOX


def test_a_map_that_cannot_start_says_so_calmly_and_can_be_tried_again(
    qtbot: QtBot, city: Any, dark: Any, page_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.view.engine_fault", lambda: EngineFault.MISSING)
    shown = FolioMap(city, dark, cache=page_cache)
    qtbot.addWidget(shown)
    with qtbot.waitSignal(shown.failed) as failed:
        shown.show()
    assert "WebEngine" in failed.args[0]
    assert shown.is_settled() and shown.grab().width() == shown.width()
    monkeypatch.setattr("maps.view.engine_fault", lambda: None)
    with qtbot.waitSignal(shown.ready, timeout=20_000):
        shown.start()
