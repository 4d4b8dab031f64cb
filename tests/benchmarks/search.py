"""Filter and search in 100,000 incidents: the first page as a screen gets it, beside the bare FTS5 query."""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from console.cities.read import read_city
from console.domain.city import City
from console.domain.entry import Entry, Seen, chain_hash
from console.domain.views import IncidentQuery
from console.store import projection, queries, rows, schema, search
from console.store.writer import connect, connect_reader
from tests.small_city import KELURAHAN, NORTH, make_small_pack

COUNT = 100_000
REACH_MS = 20
NOW = 1_764_000_000_000
STREAM = "00000000000000aa"
WORDS = (
    "banjir pohon tumbang jalan rusak lampu padam kebakaran rumah longsor macet kecelakaan sampah selokan mampet air"
    " listrik kabel putus warga lansia anak hilang ular sarang tawon parkir liar pedagang trotoar pasar sekolah"
).split()
STATUS = ("ditutup",) * 90 + ("baru", "terverifikasi", "ditangani", "selesai", "diarsipkan") * 2
QUERIES = {
    "open by urgency": IncidentQuery(open_only=True),
    "all by urgency": IncidentQuery(),
    "newest": IncidentQuery(order="newest"),
    "one word": IncidentQuery(text="banjir"),
    "as it is typed": IncidentQuery(text="ba"),
    "two words": IncidentQuery(text="pohon tumb", order="newest"),
    "word and kecamatan": IncidentQuery(text="kebakaran", territory=NORTH),
    "kelurahan and status": IncidentQuery(territory=KELURAHAN[0], status=("ditutup",)),
    "priority and agency": IncidentQuery(priority=(1, 2), agency="PU"),
    "category, open": IncidentQuery(category="D01", open_only=True),
    "rare word": IncidentQuery(text="nomor77777"),
}


def fill(db: sqlite3.Connection, city: City) -> None:
    """Entries as rooms write them, a few words each, and their projection by the real fold."""
    chance, link, batch = random.Random(7), bytes(32), []
    for k in range(1, COUNT + 1):
        category = chance.choice(city.categories)
        at = NOW - (COUNT - k) * 300_000
        status = chance.choice(STATUS)
        body = {
            "title": " ".join(chance.choices(WORDS, k=4)), "category": category.code, "priority": category.priority,
            "channel": category.channel, "status": status, "place": chance.choice(KELURAHAN),
            "agencies": [category.lead], "started": at, "acknowledge_by": at + 3_600_000,
            "description": f"nomor{k} " + " ".join(chance.choices(WORDS, k=8)),
        }  # fmt: skip
        e = Entry(NORTH, STREAM, k, at, 0, "op", Seen(), "incident.opened", "", msgspec.json.encode(body))
        link = chain_hash(link, e)
        batch.append((e, link))
    db.execute("BEGIN")
    rows.insert_entries(db, batch)
    projection.rebuild(db, city)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def median_ms(run: Callable[[], object], times: int = 9) -> float:
    run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def bare(db: sqlite3.Connection) -> list[object]:
    found = "SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH ? ORDER BY rowid DESC LIMIT 200"
    return db.execute(found, ('"banjir"*',)).fetchall()


def measure(folder: Path) -> None:
    city = read_city(make_small_pack(folder / "pack"))
    writer = connect(folder / "room.db", "FULL")
    schema.migrate(writer)
    fill(writer, city)
    db = connect_reader(folder / "room.db")
    each = {name: median_ms(lambda q=q: search.incidents(db, q)) for name, q in QUERIES.items()}  # type: ignore[misc]
    slowest = max(each, key=lambda name: each[name])
    say("search_100k", each[slowest], raw_fts5_ms=round(median_ms(lambda: bare(db)), 2), slowest=slowest, each=each)
    parts: dict[str, Callable[[], object]] = {
        "figures": lambda: queries.figures(db, NOW, 1, 2, (), NOW),
        "open_by_priority": lambda: queries.open_by_priority(db),
        "districts": lambda: queries.districts(db, city),
        "undecided": lambda: queries.undecided(db),
        "journals": lambda: queries.journals(db, city),
    }
    parted = {name: median_ms(run) for name, run in parts.items()}
    say("situation_100k", sum(parted.values()), each=parted)
    db.close()
    writer.close()


def say(name: str, value: float, *, each: dict[str, float], **beside: object) -> None:
    shown = {k: round(v, 2) for k, v in each.items()}
    line = {"name": name, "value": round(value, 2), "unit": "ms", "reach": REACH_MS, "ok": value <= REACH_MS}
    print(json.dumps({**line, **beside, "each": shown}), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as where:
        measure(Path(where))
    sys.exit(0)
