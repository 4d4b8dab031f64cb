"""Building a journal anew from what was read of a damaged one. Lives for one transaction of the new file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from console.domain.city import City
from console.domain.entry import Entry, EntryId, NamedId, chain_hash, short
from console.domain.exchange import Incoming
from console.domain.journal import replaced
from console.domain.keys import DeviceKey, KeyRing
from console.domain.order import Link, OrderHead
from console.domain.stream import OPENED, StreamHead, StreamOpened, new_stream
from console.store import order, outbox, projection, rewriting, rows
from console.store.doctor.orders import check_orders
from console.store.doctor.streams import SALVAGED, UNREADABLE
from console.store.keyring import load_ring
from console.store.salvage.found import Found, Piece
from console.store.salvage.proof import Stream, mine, order_steps, streams
from console.store.taking import Taking

CURSOR = "sync.cursor"
PROGRAM = "simpul doctor"


class Salvaged(msgspec.Struct, frozen=True):
    """How many entries came of it: `held` in the journal, of them `unnumbered` still to be sent and `rewritten` under a new
    name; `parked` until the missing ones before them come; `aside` readable but not provable. `again` names the territories
    whose order is to be fetched again, from the number that is proven."""

    held: int
    unnumbered: int
    rewritten: int
    parked: int
    aside: int
    again: dict[str, int]

    def lines(self) -> list[str]:
        """What a person reads."""
        out = [
            f"{self.held} entri selamat, {self.unnumbered} di antaranya belum bernomor pusat dan tetap akan dikirim."
        ]
        if self.rewritten:
            out.append(
                f"{self.rewritten} entri ruang ini ditulis ulang dengan nama baru; tidak akan terhitung dua kali."
            )
        if self.parked:
            out.append(f"{self.parked} entri menunggu entri sebelumnya datang lagi dari pusat.")
        if self.aside:
            out.append(f"{self.aside} entri terbaca tetapi tidak dapat dibuktikan; disisihkan untuk dilihat orang.")
        out += [f"Urutan {t} diambil lagi dari pusat mulai nomor {n + 1}." for t, n in sorted(self.again.items())]
        return out


class _Proving(Taking):
    """A taking that may be told what a signed order vouches for before the order itself is taken."""

    def vouch(self, territory: str, stream: str, entries: Sequence[Entry], vouched: Mapping[int, bytes]) -> None:
        """Take entries of a stream that a signed order names by hash."""
        self._take_stream(territory, stream, entries, (), vouched)


class Rebuilding:
    """Takes what was `Found` into an empty file, inside one transaction. `key` is the room's own."""

    def __init__(self, db: sqlite3.Connection, city: City, root: bytes, key: DeviceKey, now: int) -> None:
        self._db = db
        self._city = city
        self._root = root
        self._key = key
        self._now = now
        self._rewritten = 0

    def run(self, found: Found) -> Salvaged:
        """Own streams first, then the city's journal, then the others; last the order and what is folded."""
        read = streams(found)
        gone = {place for place, *_ in found.aside}
        again = _written_again(found)
        tails: dict[str, list[Piece]] = {}
        for stream in [s for s in read if mine(s, found, self._key)]:
            tails[stream] = self._own(stream, read.pop(stream))
        for territory in sorted(
            {s.territory for s in read.values()} | set(found.links), key=lambda t: (t != self._city.code, t)
        ):
            self._territory(territory, {n: s for n, s in read.items() if s.territory == territory}, found)
        for stream, tail in tails.items():
            left = [p for p in tail if p.entry.id not in gone and not _stands_again(p, again)]
            self._rewrite(stream, [p for p in left if not self._numbered(p, found)])
        self._keep_rest(found)
        projection.rebuild(self._db, self._city)
        return self._counts(found)

    # ---- streams

    def _own(self, stream: str, s: Stream) -> list[Piece]:
        """Hold the sound beginning, signed anew; gives what is to be written again."""
        if s.run:
            last, chain = s.run[-1]
            head = StreamHead(s.territory, stream, self._key.id, last.seq, chain)
            Taking(self._db, self._city.code, self._ring(), self._now).own(head, s.run)
            rows.keep_checkpoint(self._db, self._key.checkpoint(s.territory, stream, last.seq, chain), self._now)
        rows.park(self._db, [p.entry for p in (*s.tail, *s.loose) if p.numbered])
        for piece in s.loose:
            if not piece.numbered:
                rows.set_aside(self._db, piece.entry, SALVAGED, self._now)
        return s.tail

    def _ring(self) -> KeyRing:
        return load_ring(self._db, self._city.code, self._root)

    def _territory(self, territory: str, read: Mapping[str, Stream], found: Found) -> None:
        taking = _Proving(self._db, self._city.code, self._ring(), self._now)
        proofs = [c for c in found.checkpoints if c.stream in read and c.territory == territory]
        pieces = {n: [e for e, _ in s.run] + [p.entry for p in (*s.tail, *s.loose)] for n, s in read.items()}
        taking.run(Incoming(tuple(e for part in pieces.values() for e in part), tuple(proofs)))
        steps = order_steps(found.links.get(territory, {}), self._hashes(found))
        ring = self._ring()
        heads = [h for h in found.heads if h.territory == territory and _signed(ring, h)]
        reached = max((h.n for h in heads if h.n <= len(steps) and h.n and steps[h.n - 1][2] == h.hash), default=0)
        proven = steps[:reached]
        self._vouch(taking, territory, proven, pieces)
        self._advance(territory, proven, heads)

    def _hashes(self, found: Found) -> dict[EntryId, set[bytes]]:
        """The hashes that an entry may have: what lay beside it, and what is proven."""
        out = {place: {p.hash for p in pieces if p.hash} for place, pieces in found.pieces.items()}
        for stream, seq, chain in self._db.execute("SELECT stream, seq, hash FROM entries"):
            out.setdefault(EntryId(stream, seq), set()).add(chain)
        return out

    def _vouch(
        self,
        taking: _Proving,
        territory: str,
        proven: Sequence[tuple[Link, bytes, bytes]],
        pieces: Mapping[str, list[Entry]],
    ) -> None:
        by_stream: dict[str, dict[int, bytes]] = {}
        for link, entry_hash, _ in proven:
            by_stream.setdefault(link.id.stream, {})[link.id.seq] = entry_hash
        for stream, vouched in by_stream.items():
            if max(vouched) > rows.stream_head(self._db, territory, stream).seq:
                taking.vouch(territory, stream, pieces.get(stream, ()), vouched)

    def _advance(self, territory: str, proven: Sequence[tuple[Link, bytes, bytes]], heads: Sequence[OrderHead]) -> None:
        held: list[tuple[Link, bytes]] = []
        for link, entry_hash, name in proven:
            row = self._db.execute(
                "SELECT hash FROM entries WHERE stream = ? AND seq = ?", (link.id.stream, link.id.seq)
            ).fetchone()
            if row is None or row[0] != entry_hash:
                break
            held.append((link, name))
        if held:
            on_chain = [h for h in heads if h.n <= len(proven) and proven[h.n - 1][2] == h.hash]
            order.advance(self._db, territory, held, max((h.epoch for h in on_chain), default=1))
            for head in sorted((h for h in on_chain if h.n <= len(held)), key=lambda h: h.n):
                order.keep_head(self._db, head)

    # ---- what only this room has

    def _numbered(self, piece: Piece, found: Found) -> bool:
        links = found.links.get(piece.entry.territory, {})
        return piece.numbered or any(x.id == piece.entry.id for steps in links.values() for x, _ in steps)

    def _rewrite(self, old: str, tail: Sequence[Piece]) -> None:
        """Write own entries that stand above a damaged one again, as they were, in a stream of their own."""
        pieces = [p for p in tail if p.entry.kind != OPENED]
        if not pieces:
            return
        first = pieces[0].entry
        stream, territory = new_stream(), first.territory
        body = msgspec.json.encode(StreamOpened(self._key.id, None, PROGRAM, self._city.version))
        opening = msgspec.structs.replace(
            first, stream=stream, seq=1, kind=OPENED, subject="", body=body, body_hash=None
        )
        base = rows.stream_head(self._db, territory, old)
        known = NamedId(old, base.seq, short(base.hash)) if base.seq else None
        head = StreamHead(territory, stream, self._key.id, 1, chain_hash(bytes(32), opening))
        written = [(opening, head.hash)]
        for piece in pieces:
            again = _again(piece, stream, head.seq + 1, known)
            if again is None:
                rows.set_aside(self._db, piece.entry, SALVAGED, self._now)
                continue
            head = StreamHead(territory, stream, self._key.id, again.seq, chain_hash(head.hash, again))
            written.append((again, head.hash))
        Taking(self._db, self._city.code, self._ring(), self._now).own(head, written)
        rows.keep_checkpoint(self._db, self._key.checkpoint(territory, stream, head.seq, head.hash), self._now)
        self._rewritten += len(written) - 1

    def _keep_rest(self, found: Found) -> None:
        """Lost orders as far as they hang together, what was set aside before, what the centre refused, and notes."""
        for (place, header, body), reason in found.aside.items():
            self._db.execute(
                "INSERT INTO set_aside(stream, seq, territory, reason, header, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (place.stream, place.seq, msgspec.json.decode(header)[0], reason, header, body, self._now),
            )
        insert = "INSERT OR IGNORE INTO orders(territory, branch, n, stream, seq, accepted_at, void, hash)"
        self._db.executemany(f"{insert} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", sorted(found.lost, key=repr))
        self._db.executemany("INSERT OR IGNORE INTO branches VALUES (?, ?, ?, ?)", sorted(found.branches, key=repr))
        self._drop_broken_branches()
        self._db.execute(
            "UPDATE entries SET void = (SELECT o.void FROM orders o WHERE o.branch > 0 AND o.stream = entries.stream"
            " AND o.seq = entries.seq ORDER BY o.branch LIMIT 1) WHERE n IS NULL AND EXISTS (SELECT 1 FROM orders o"
            " WHERE o.branch > 0 AND o.stream = entries.stream AND o.seq = entries.seq AND coalesce(o.void, '') <> '')"
        )
        for stream, refused in found.refused.items():
            if _json(refused):
                self._db.execute("UPDATE streams SET refused = ? WHERE stream = ?", (refused, stream))
        kept = {t: (c.n, c.hash) for t, c in order.cursors(self._db).items()}
        for key, value in found.notes.items():
            if (value[:1] not in "{[" or _json(value)) and (key != CURSOR or kept == found.cursors):
                outbox.put_meta(self._db, key, value)

    def _drop_broken_branches(self) -> None:
        ring = self._ring()
        while broken := [f.where for f in check_orders(self._db, ring) if " cabang " in f.where]:
            territory, _, branch, *_ = broken[0].split()
            for table in ("orders", "branches"):
                self._db.execute(f"DELETE FROM {table} WHERE territory = ? AND branch = ?", (territory, int(branch)))

    def _counts(self, found: Found) -> Salvaged:
        def count(what: str) -> int:
            return int(self._db.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])

        here = order.cursors(self._db)
        again = {
            t: here[t].n if t in here else 0 for t, (n, _) in found.cursors.items() if t not in here or here[t].n < n
        }
        return Salvaged(
            count("entries"), count("entries WHERE n IS NULL"), self._rewritten, count("parked"),
            count(f"set_aside WHERE reason = '{SALVAGED}'"), again,
        )  # fmt: skip


def _again(piece: Piece, stream: str, seq: int, base: NamedId | None) -> Entry | None:
    """The entry in its new place, naming its old one. Its subject stays, since nothing else can get that place. None when its
    body cannot say so."""
    e = piece.entry
    body = rewriting.named(e, short(piece.hash) if piece.hash else "")
    if body is None or body == e.body:
        return None
    seen = rewriting.seen_on(e, base)
    return msgspec.structs.replace(
        e, stream=stream, seq=seq, seen=seen, subject=e.subject_id, body=body, body_hash=None
    )


def _written_again(found: Found) -> dict[EntryId, set[str]]:
    """Places that some entry stands for already, and the names of what stood there."""
    out: dict[EntryId, set[str]] = {}
    for piece in (piece for pieces in found.pieces.values() for piece in pieces):
        for old in replaced(piece.entry):
            out.setdefault(EntryId(old.stream, old.seq), set()).add(old.name)
    return out


def _stands_again(piece: Piece, again: Mapping[EntryId, set[str]]) -> bool:
    names = again.get(piece.entry.id, set())
    return bool(names) and (not piece.hash or not names.isdisjoint({"", short(piece.hash)}))


def _signed(ring: KeyRing, head: OrderHead) -> bool:
    return ring.centre_signed(head.signature, head.message())


def _json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except UNREADABLE:
        return False
    return True
