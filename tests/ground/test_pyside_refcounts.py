"""PySide6 must not lose references to True and None: 6.12.0 on Python 3.11 did, and aborted after some thousand signals."""

from __future__ import annotations

import json
import subprocess
import sys

# Objects that are never freed from Python 3.12 on; on 3.11 each wrongly dropped reference brings the abort nearer.
_EMIT = """
import json, sys
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

ROUNDS = 20_000

class Sender(QObject):
    flag = Signal(bool)
    thing = Signal(object)
    pair = Signal(str, bool)

    @Slot(bool)
    def take(self, value): self.taken = value

app = QCoreApplication([])
sender = Sender()
sender.flag.connect(sender.take)
sender.flag.connect(lambda value: None)
sender.thing.connect(lambda value: value)
sender.pair.connect(lambda text, value: None)

def counts():
    return {repr(each): sys.getrefcount(each) for each in (True, False, None)}

def burst():
    for turn in range(ROUNDS):
        sender.flag.emit(True)
        sender.flag.emit(False)
        sender.thing.emit(None)
        sender.thing.emit(True)
        sender.pair.emit("a", turn % 2 == 0)
        sender.setProperty("on", True)
        sender.property("on")
        sender.blockSignals(False)
    app.quit()

before = counts()
QTimer.singleShot(0, burst)
app.exec()
after = counts()
print(json.dumps({name: after[name] - before[name] for name in before}))
"""


def emit_signals(python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run the burst of signals in an interpreter of its own, since a broken binding takes the process with it."""
    return subprocess.run([python, "-c", _EMIT], capture_output=True, text=True, timeout=120)


def test_many_signals_leave_true_false_and_none_as_they_were() -> None:
    ran = emit_signals()
    assert ran.returncode == 0, ran.stderr[-2000:]
    drift = json.loads(ran.stdout)
    assert all(abs(change) < 100 for change in drift.values()), drift
