"""What was found in a damaged file, sorted by what it looks like: entries, signatures, orders. Nothing of it
is proven yet."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.domain.entry import STREAM, Checkpoint, Entry, EntryId, from_bytes
from console.domain.order import Link, OrderHead
from console.store.doctor.streams import UNREADABLE
from console.store.salvage.pages import Row, rows_of
from console.store.writer import connect_reader


class Piece(msgspec.Struct, frozen=True):
    """An entry as read, with its chain hash as it lay beside it (b"" where it lay elsewhere) and whether it had a number."""

    entry: Entry
    hash: bytes = b""
    numbered: bool = False


class Found:
    """Everything that was read, from one damaged file or several.

    `pieces` by place: every different reading of it. `links` of the present orders by territory and number, with the O_n
    that lay there; `lost` the rows of lost branches; `notes` the remembered texts; `refused` what the centre refused;
    `aside` what was set aside before, with the reason.
    """

    def __init__(self) -> None:
        self.pieces: dict[EntryId, list[Piece]] = {}
        self.checkpoints: set[Checkpoint] = set()
        self.links: dict[str, dict[int, list[tuple[Link, bytes]]]] = {}
        self.heads: set[OrderHead] = set()
        self.lost: set[Row] = set()
        self.branches: set[Row] = set()
        self.notes: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.cursors: dict[str, tuple[int, bytes]] = {}
        self.aside: dict[tuple[EntryId, bytes, bytes | None], str] = {}

    def read(self, path: Path) -> None:
        """Read all that can be read of a file and of its log."""
        for row in rows_of(path):
            with contextlib.suppress(*UNREADABLE):
                self._sort(row)
        with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
            self._small_tables(path)

    def _sort(self, row: Row) -> None:
        match row:
            case (str(), int(), str(), str(), str(), bytes(h), b, bh, bytes(chain), int(), n, _, _):
                self._piece(Piece(from_bytes(h, _bytes(b), _bytes(bh)), chain, isinstance(n, int)))
            case (_, str(), int(), str(), str(reason), bytes(h), b, int()):
                e = from_bytes(h, _bytes(b))
                self.aside[e.id, h, e.body] = reason
            case (str(stream), int(seq), str(t), bytes(x), bytes(s), *rest) if len(x) == 32 and len(s) == 64:
                if len(rest) <= 1 and STREAM.fullmatch(stream):
                    self.checkpoints.add(Checkpoint(t, stream, seq, x, s))
            case (str(), int(), str(), bytes(h), b, bh):
                self._piece(Piece(from_bytes(h, _bytes(b), _bytes(bh))))
            case (str(t), int(epoch), int(n), bytes(x), bytes(s)) if len(x) == 32 and len(s) == 64:
                self.heads.add(OrderHead(t, epoch, n, x, s))
            case (str(t), int(branch), int(n), str(stream), int(seq), int(at), v, bytes(x)) if len(x) == 32:
                if branch:
                    self.lost.add(row)
                else:
                    link = Link(n, EntryId(stream, seq), at, str(v or ""))
                    self.links.setdefault(t, {}).setdefault(n, []).append((link, x))
            case _:
                pass

    def _piece(self, piece: Piece) -> None:
        known = self.pieces.setdefault(piece.entry.id, [])
        if piece not in known:
            known.append(piece)

    def _small_tables(self, path: Path) -> None:
        db = connect_reader(path)
        try:
            for key, value in _read(db, "SELECT key, value FROM meta"):
                self.notes[str(key)] = str(value)
            for stream, refused in _read(db, "SELECT stream, refused FROM streams WHERE coalesce(refused, '') <> ''"):
                self.refused[str(stream)] = str(refused)
            for t, n, name in _read(db, "SELECT territory, n, hash FROM cursors"):
                if isinstance(n, int) and isinstance(name, bytes):
                    self.cursors[str(t)] = (n, name)
            self.branches |= set(_read(db, "SELECT territory, branch, parent, common_n FROM branches"))
        finally:
            db.close()


def _bytes(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _read(db: sqlite3.Connection, query: str) -> Iterator[Row]:
    """The rows of a small table as far as they read."""
    with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
        yield from db.execute(query)
