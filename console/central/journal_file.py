"""A territory's journal as one file for a room that begins from nothing; made page by page, the same bytes each time."""

from __future__ import annotations

import threading

import msgspec
import psycopg

from console.central.heads import Head, orders_at, sign_head
from console.domain.entry import Checkpoint, EntryId, from_bytes
from console.domain.keys import DeviceKey
from console.domain.order import Link
from console.wire.journal_file import PAGE, pack_page
from console.wire.messages import Changes
from console.wire.runs import pack_links, pack_runs

KEPT = 64 * 1024 * 1024
"""Bytes of pages kept for the next room, or the next piece."""
_ROWS = """
SELECT n, stream, seq, header, body, body_hash, accepted_at, void, order_hash FROM entries
WHERE territory = %s AND n > %s AND n <= %s ORDER BY n
"""
_CLOSED = """
SELECT territory, stream, checkpoint_seq, checkpoint_hash, checkpoint_signature FROM streams
WHERE stream = ANY(%s) AND device = ANY(%s) AND checkpoint_seq = seq ORDER BY stream
"""


class JournalFiles:
    """Makes the files. `key` signs where each page ends; safe for several threads."""

    def __init__(self, key: DeviceKey) -> None:
        self._key = key
        self._pages: dict[tuple[str, int, bytes], bytes] = {}
        self._size = 0
        self._lock = threading.Lock()

    def read(
        self, db: psycopg.Connection, head: Head, start: int, length: int, authorities: list[str]
    ) -> tuple[bytes, int]:
        """`length` bytes from `start` of the journal up to `head`, and how long the whole is. `authorities` are the devices
        whose streams end with one act, so that their checkpoints never change."""
        out, at = b"", 0
        for page in self._all(db, head, authorities):
            if at + len(page) > start and len(out) < length:
                out += page[max(0, start - at) :][: length - len(out)]
            at += len(page)
        return out, at

    def _all(self, db: psycopg.Connection, head: Head, authorities: list[str]) -> list[bytes]:
        ends = [*range(PAGE, head.n, PAGE), head.n] if head.n else []
        found = orders_at(db, ((head.territory, n) for n in ends))
        first = [0, *ends]
        return [
            self._page(db, msgspec.structs.replace(head, n=n, order=found[head.territory, n]), after, authorities)
            for after, n in zip(first, ends, strict=False)
        ]

    def _page(self, db: psycopg.Connection, end: Head, after: int, authorities: list[str]) -> bytes:
        name = (end.territory, end.n, end.order + end.epoch.to_bytes(4, "big"))
        with self._lock:
            if name in self._pages:
                return self._pages[name]
        page = self._make(db, end, after, authorities)
        with self._lock:
            while self._pages and self._size + len(page) > KEPT:
                self._size -= len(self._pages.pop(next(iter(self._pages))))
            self._pages[name] = page
            self._size += len(page)
        return page

    def _make(self, db: psycopg.Connection, end: Head, after: int, authorities: list[str]) -> bytes:
        rows = db.execute(_ROWS, (end.territory, after, end.n)).fetchall()
        links = [Link(r[0], EntryId(r[1], r[2]), r[6], r[7]) for r in rows]
        entries = sorted((from_bytes(r[3], r[4], r[5]) for r in rows), key=lambda e: (e.stream, e.seq))
        last = {e.stream: e.seq for e in entries}
        closed = [Checkpoint(*row) for row in db.execute(_CLOSED, (list(last), authorities))]
        proofs = [c for c in closed if c.seq == last[c.stream]]
        epochs = {end.territory: list(end.epochs)} if len(end.epochs) > 1 else {}
        page = Changes(
            0, "", pack_runs(entries), proofs, pack_links(end.territory, links), [sign_head(self._key, end)], [], epochs
        )
        return pack_page(msgspec.json.encode(page))
