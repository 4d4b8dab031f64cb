"""Has the map page built outside this process, or takes it from the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from console.log import logger
from maps import page

log = logger()
DEADLINE_MS = 30_000


class PageBuilder(QObject):
    """One page for one order. `done(files)` or `failed(reason)` comes once, never from inside `start`."""

    done = Signal(dict)
    failed = Signal(str)

    def __init__(self, order: page.PageOrder, cache: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order, self._cache = order, cache
        self._process: QProcess | None = None
        self._deadline = QTimer(self, singleShot=True, interval=DEADLINE_MS)
        self._deadline.timeout.connect(self._on_deadline)

    def start(self) -> None:
        """Look in the cache, else start the builder process."""
        kept = page.cached(self._cache, self._order) if self._cache else None
        if kept is not None:
            QTimer.singleShot(0, self, lambda: self.done.emit(kept))
            return
        self._process = process = QProcess(self)
        process.setProcessEnvironment(self._environment())
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        if app := QCoreApplication.instance():
            app.aboutToQuit.connect(self.stop)
        process.start(sys.executable, ["-m", "maps.page"])
        process.write(msgspec.json.encode(self._order))
        process.closeWriteChannel()
        self._deadline.start()

    def stop(self) -> None:
        """End the builder process, if one runs; nothing is emitted any more."""
        self._deadline.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.kill()
        process.waitForFinished(1000)

    @staticmethod
    def _environment() -> QProcessEnvironment:
        environment = QProcessEnvironment.systemEnvironment()
        ours = str(Path(page.__file__).resolve().parent.parent)
        others = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (ours, others))))
        return environment

    def _on_finished(self, code: int) -> None:
        self._deadline.stop()
        process, self._process = self._process, None
        if process is None:
            return
        if code != 0:
            lines = bytes(process.readAllStandardError().data()).decode(errors="replace").strip().splitlines()
            self.failed.emit(lines[-1] if lines else f"exit {code}")
            return
        files = page.read_files(bytes(process.readAllStandardOutput().data()))
        self._store(files)
        self.done.emit(files)

    def _store(self, files: page.Files) -> None:
        if self._cache is None:
            return
        try:
            page.keep(self._cache, self._order, files)
        except OSError as fault:
            log.info("map_page_not_cached", reason=str(fault))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._deadline.stop()
            self._process = None
            self.failed.emit(error.name)

    def _on_deadline(self) -> None:
        self.stop()
        self.failed.emit("timeout")
