"""Telemetry at rest: a file of its own, with NORMAL durability, since a lost second of readings can be read again.

Rows hold the integer value as it travelled; `flags` is the quality (0 to 2) plus 4 when simulated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isnan

import msgspec

from console.domain.city import City, Sensor
from console.domain.reading import Frame, Latest
from console.domain.views import Series
from console.store import frames_out
from console.store.writer import transaction

MINUTE = 60_000
KEEP_MS = 8 * 24 * 3_600_000
SIMULATED = 4
VERSION = 1


def prepare(db: sqlite3.Connection) -> None:
    """Create the tables that the file does not have, all or none."""
    with transaction(db):
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            _create(db)
        frames_out.create(db)


def _create(db: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    tables = Database(db)
    tables.table("sensors").create({"id": int, "code": str, "source": str}, pk="id")
    tables.table("sensors").create_index(["code"], unique=True)
    tables.table("frames").create(
        {"territory": str, "source": str, "minute": int, "revision": int}, pk=("territory", "source", "minute")
    )
    tables.table("frames_out").create(
        {"id": int, "territory": str, "source": str, "minute": int, "revision": int, "frame": bytes}, pk="id"
    )
    tables.table("frames_out").create_index(["territory", "source", "minute"])
    db.execute(
        "CREATE TABLE readings(sensor INTEGER NOT NULL, at INTEGER NOT NULL, value INTEGER, flags INTEGER NOT NULL,"
        " PRIMARY KEY(sensor, at)) WITHOUT ROWID"
    )
    db.execute(f"PRAGMA user_version = {VERSION}")


def take(db: sqlite3.Connection, frames: Sequence[Frame], own: bool, at_centre: bool = False) -> int:
    """Keep frames that are new or of a higher revision; `own` ones are queued for the centre, and those that are `at_centre`
    wait for it no more, whoever brought them there. Returns how many were new."""
    if at_centre:
        frames_out.sent(db, frames)
    new = 0
    for frame in frames:
        key = (frame.territory, frame.source, frame.minute)
        row = db.execute(
            "SELECT revision FROM frames WHERE territory = ? AND source = ? AND minute = ?", key
        ).fetchone()
        if not _sound(frame) or (row and row[0] >= frame.revision):
            continue
        db.execute("INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?)", (*key, frame.revision))
        _keep(db, frame, replaces=row is not None)
        if own:
            db.execute(
                "INSERT INTO frames_out(territory, source, minute, revision, frame) VALUES (?, ?, ?, ?, ?)",
                (*key, frame.revision, msgspec.json.encode(frame)),
            )
        new += 1
    return new


def _sound(frame: Frame) -> bool:
    """Whether its columns fit together and its numbers are in range; anything else is not kept, and stops nothing."""
    rows = len(frame.sensors) == len(frame.values) == len(frame.quality)
    return (
        rows
        and all(len(values) == len(frame.at) for values in frame.values)
        and all(quality in (0, 1, 2) for quality in frame.quality)
        and all(0 <= offset < MINUTE for offset in frame.at)
        and all(abs(v) < 2**62 for values in frame.values for v in values if v is not None)
        and 0 <= frame.minute < 2**32
        and 0 <= frame.revision < 2**32
    )


def _keep(db: sqlite3.Connection, frame: Frame, replaces: bool) -> None:
    start = frame.minute * MINUTE
    ids = [_sensor_id(db, code, frame.source) for code in frame.sensors]
    if replaces:
        db.executemany(
            "DELETE FROM readings WHERE sensor = ? AND at >= ? AND at < ?", [(i, start, start + MINUTE) for i in ids]
        )
    db.executemany(
        "INSERT OR REPLACE INTO readings(sensor, at, value, flags) VALUES (?, ?, ?, ?)",
        [
            (sensor, start + offset, value, quality | (SIMULATED if frame.simulated else 0))
            for sensor, values, quality in zip(ids, frame.values, frame.quality, strict=True)
            for offset, value in zip(frame.at, values, strict=True)
            if value is not None
        ],
    )


def _sensor_id(db: sqlite3.Connection, code: str, source: str) -> int:
    row = db.execute("SELECT id FROM sensors WHERE code = ?", (code,)).fetchone()
    if row:
        return int(row[0])
    made = db.execute("INSERT INTO sensors(code, source) VALUES (?, ?) RETURNING id", (code, source)).fetchone()
    return int(made[0])


def prune(db: sqlite3.Connection, now: int) -> None:
    """Forget what is older than the window that charts show."""
    for (sensor,) in db.execute("SELECT id FROM sensors").fetchall():
        db.execute("DELETE FROM readings WHERE sensor = ? AND at < ?", (sensor, now - KEEP_MS))
    db.execute("DELETE FROM frames WHERE minute < ?", ((now - KEEP_MS) // MINUTE,))


def latest(db: sqlite3.Connection, city: City) -> dict[str, Latest]:
    """The newest value of every sensor that the pack knows and that ever spoke."""
    known: Mapping[str, Sensor] = {s.code: s for s in city.sensors}
    out: dict[str, Latest] = {}
    for sensor, code, source in db.execute("SELECT id, code, source FROM sensors").fetchall():
        if code not in known:
            continue
        row = db.execute(
            "SELECT at, value, flags FROM readings WHERE sensor = ? ORDER BY at DESC LIMIT 1", (sensor,)
        ).fetchone()
        if row:
            at, value, flags = row
            scale = 10 ** known[code].decimals
            out[code] = Latest(code, at, value / scale, flags & 3, bool(flags & SIMULATED), source)
    return out


def series(db: sqlite3.Connection, sensor: Sensor, start: int, end: int, columns: int) -> Series:
    """A window of one sensor as min and max per column; no column is narrower than 1.5 intervals, so that an empty
    column is a real gap."""
    span = max(end - start, 1)
    count = max(1, min(columns, span // max(1, sensor.interval_s * 1500)))
    width = span / count
    at = [start + k * width for k in range(count)]
    low, high = [float("nan")] * count, [float("nan")] * count
    row = db.execute("SELECT id FROM sensors WHERE code = ?", (sensor.code,)).fetchone()
    if row is None:
        return Series(sensor.code, at, low, high, None, None, False)
    scale = 10**sensor.decimals
    found = db.execute(
        "SELECT CAST((at - ?) / ? AS INTEGER) AS c, MIN(value), MAX(value), MAX(flags & ?) FROM readings"
        " WHERE sensor = ? AND at >= ? AND at < ? GROUP BY c ORDER BY c",
        (start, width, SIMULATED, row[0], start, end),
    )
    simulated = 0
    for c, least, most, flag in found:
        # The last moment may round up to the edge, whose column is then met twice.
        k = min(c, count - 1)
        low[k] = least / scale if isnan(low[k]) else min(low[k], least / scale)
        high[k] = most / scale if isnan(high[k]) else max(high[k], most / scale)
        simulated |= flag
    last = db.execute(
        "SELECT at, value FROM readings WHERE sensor = ? AND at >= ? AND at < ? ORDER BY at DESC LIMIT 1",
        (row[0], start, end),
    ).fetchone()
    if last is None:
        return Series(sensor.code, at, low, high, None, None, False)
    return Series(sensor.code, at, low, high, last[1] / scale, last[0], bool(simulated))


def live_by_hour(db: sqlite3.Connection, now: int, hours: int = 12) -> tuple[float, ...]:
    """How many sensors spoke in each of the last hours, oldest first."""
    spoke = (
        "SELECT COUNT(*) FROM sensors s WHERE EXISTS(SELECT 1 FROM readings WHERE sensor = s.id AND at >= ? AND at < ?)"
    )
    edges = [now - h * 3_600_000 for h in range(hours, -1, -1)]
    return tuple(float(db.execute(spoke, span).fetchone()[0]) for span in pairwise(edges))
