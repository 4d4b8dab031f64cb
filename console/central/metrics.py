"""Counters of this process and gauges from the database, as Prometheus text (exposition format 0.0.4)."""

from __future__ import annotations

import threading
from collections import Counter

import psycopg

from console.central.frames import frames_head, kept_from
from console.central.heads import read_heads

HELP = {
    "simpul_calls_total": "Calls answered, by path and status.",
    "simpul_entries_total": "Entries taken, by outcome.",
    "simpul_waiting": "Long-polls waiting now.",
    "simpul_journal_n": "Last number of each territory's journal.",
    "simpul_journal_epoch": "Epoch of each territory's journal.",
    "simpul_frames_n": "Number of the last frame of readings.",
    "simpul_frames_pruned_total": "Frames given up because they were older than is kept.",
    "simpul_frames_kept_from_seconds": "Unix time before which readings were given up, 0 while none were.",
}
_GAUGES = frozenset({
    "simpul_waiting", "simpul_journal_n", "simpul_journal_epoch", "simpul_frames_n", "simpul_frames_kept_from_seconds",
})  # fmt: skip


class Metrics:
    """Counts by name and labels; thread-safe."""

    def __init__(self) -> None:
        self._values: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, labels: str = "", amount: int = 1) -> None:
        """Add to a value; `labels` as they stand between the braces."""
        with self._lock:
            self._values[name, labels] += amount

    def text(self, db: psycopg.Connection) -> str:
        """Everything, as Prometheus reads it."""
        with self._lock:
            values = dict(self._values)
        for territory, head in read_heads(db).items():
            values["simpul_journal_n", f'territory="{territory}"'] = head.n
            values["simpul_journal_epoch", f'territory="{territory}"'] = head.epoch
        values["simpul_frames_n", ""] = frames_head(db)
        values["simpul_frames_kept_from_seconds", ""] = 60 * kept_from(db)
        lines: list[str] = []
        for name, about in HELP.items():
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {'gauge' if name in _GAUGES else 'counter'}"]
            lines += [
                f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
                for (of, labels), value in sorted(values.items())
                if of == name
            ]
        return "\n".join(lines) + "\n"
