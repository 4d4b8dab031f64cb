"""Taking entries in: proven against their author's key, judged, numbered and chained, one territory at a time.

The head's row lock is held from reading the last number to the commit of the rows that carry the next ones. So numbers
have no gaps, and whoever sees number n can see all below it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec
import psycopg

from console.central.heads import Head, advance_head, lock_head
from console.central.ring import draft
from console.domain.entry import Checkpoint, Entry, EntryId, chain_hash, header_bytes, well_formed
from console.domain.keys import Device, KeyRing, judge, verify
from console.domain.order import Link, next_order
from console.domain.stream import Admission, StreamHead, admit, opening_device
from console.wire.codec import depth
from console.wire.messages import Answer, Outcome

MAX_BODY_DEPTH = 32
_COPY = """
COPY entries (territory, n, stream, seq, kind, header, body, body_hash, accepted_at, void, clock_off, order_hash)
FROM STDIN (FORMAT BINARY)
"""
_TYPES = ("text", "int8", "text", "int8", "text", "bytea", "bytea", "bytea", "int8", "text", "int8", "bytea")
_KNOWN = """
SELECT seq, n, header, body, body_hash, accepted_at, void FROM entries
WHERE stream = %s AND seq = ANY(%s) ORDER BY n
"""
_KEEP_STREAM = """
INSERT INTO streams (stream, territory, device, seq, hash, checkpoint_seq, checkpoint_hash, checkpoint_signature)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, checkpoint_seq = excluded.checkpoint_seq,
    checkpoint_hash = excluded.checkpoint_hash, checkpoint_signature = excluded.checkpoint_signature
WHERE streams.territory = excluded.territory
"""
_REFUSALS = {
    "signature": "tanda tangan bukan milik perangkat penulis",
    "chain": "rantai entri tidak cocok dengan tanda tangannya",
    "malformed": "entri rusak atau terlalu besar",
    "opening": "aliran tidak dimulai dengan pembukaannya",
    "unknown_device": "perangkat penulis tidak dikenal di kota ini",
    "conflict": "entri lain sudah ada dengan nomor ini",
    "elsewhere": "aliran ini milik jurnal wilayah lain",
}


class StreamTaken(Exception):
    """Another territory's journal got a stream of this id in the same moment; nothing of this batch was taken."""


class Taken(msgspec.Struct):
    """What came of one territory's entries: its new head, answers, and the links of all that were new or known."""

    head: Head
    answers: list[Answer]
    links: list[Link]
    accepted: int = 0
    void: int = 0


class Arrival(msgspec.Struct, frozen=True):
    """How a batch came: from which device, when by the centre's clock, and how far off the sender's clock is (ms; 0 when
    within five minutes)."""

    sender: str
    now: int
    clock_off: int = 0


def take_entries(
    db: psycopg.Connection,
    territory: str,
    entries: Iterable[Entry],
    checkpoints: Sequence[Checkpoint],
    ring: KeyRing,
    city: str,
    arrival: Arrival,
) -> Taken:
    """Take in what can be proven, stream by stream, in one transaction that holds the territory's head."""
    streams: dict[str, list[Entry]] = {}
    for entry in entries:
        streams.setdefault(entry.stream, []).append(entry)
    with db.transaction():
        head = lock_head(db, territory)
        batch = _Batch(db, head, draft(ring) if territory == city else ring, city, arrival)
        for stream, rows in streams.items():
            batch.take(stream, rows, [c for c in checkpoints if c.stream == stream and c.territory == territory])
        return batch.commit()


class _Batch:
    """One transaction's work on one territory; rows are collected and written at its end."""

    def __init__(self, db: psycopg.Connection, head: Head, ring: KeyRing, city: str, arrival: Arrival) -> None:
        self._db = db
        self._head = head
        self._ring = ring
        self._city = city
        self._arrival = arrival
        self._rows: list[tuple[object, ...]] = []
        self._taken = Taken(head, [], [])

    def take(self, stream: str, rows: list[Entry], checkpoints: list[Checkpoint]) -> None:
        """One stream's entries: answer the known, prove the rest."""
        state = self._state(stream)
        first, last = min(e.seq for e in rows), max(e.seq for e in rows)
        if state.territory != self._head.territory:
            return self._refuse(stream, first, last, "elsewhere")
        known = [e for e in rows if e.seq <= state.seq]
        if known and not self._answer_known(stream, known):
            return None
        fresh, bad = _well_formed_prefix([e for e in rows if e.seq > state.seq])
        if fresh:
            self._admit(state, fresh, checkpoints)
        if bad:
            self._refuse(stream, bad, last, "malformed")
        return None

    def commit(self) -> Taken:
        """Write what was collected, under the lock."""
        if self._rows:
            with self._db.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for row in self._rows:
                    copy.write_row(row)
            advance_head(self._db, self._head)
        self._taken.head = self._head
        self._taken.links.sort(key=lambda link: link.n)
        return self._taken

    def _state(self, stream: str) -> StreamHead:
        row = self._db.execute(
            "SELECT territory, device, seq, hash FROM streams WHERE stream = %s", (stream,)
        ).fetchone()
        return StreamHead(row[0], stream, row[1], row[2], row[3]) if row else StreamHead(self._head.territory, stream)

    def _answer_known(self, stream: str, known: list[Entry]) -> bool:
        """Say the numbers of entries that are already here; False when one differs from what is here."""
        stored = self._db.execute(_KNOWN, (stream, [e.seq for e in known])).fetchall()
        here = {seq: (header, _body_hash(body, body_hash)) for seq, _, header, body, body_hash, _, _ in stored}
        for e in known:
            if here.get(e.seq) != (header_bytes(e), _body_hash(e.body, e.body_hash)):
                self._refuse(stream, e.seq, max(x.seq for x in known), "conflict")
                return False
        self._taken.links += [Link(n, EntryId(stream, seq), at, void) for seq, n, *_, at, void in stored]
        for first, last in _ranges(seq for seq, *_ in sorted(stored)):
            self._answer(stream, first, last, "known")
        return True

    def _admit(self, state: StreamHead, fresh: list[Entry], checkpoints: list[Checkpoint]) -> None:
        first, last = fresh[0].seq, fresh[-1].seq
        if first > state.seq + 1:
            self._taken.answers.append(
                Answer(self._head.territory, state.stream, first, last, "gap", from_seq=state.seq + 1)
            )
            return
        checkpoints = _with_hashes(state, fresh, checkpoints)
        admission = admit(state, fresh, checkpoints, self._ring.key)
        if admission.accepted:
            self._number(admission)
            self._keep(admission.head, checkpoints)
        self._answer_rest(state, admission, fresh)

    def _number(self, admission: Admission) -> None:
        """Give each proven entry its verdict and its number, and chain it."""
        author = self._ring.devices[admission.head.device]
        verdicts: list[tuple[int, str]] = []
        for entry, entry_hash in admission.accepted:
            void = judge(entry, author, self._city)
            self._append(entry, entry_hash, void, author)
            verdicts.append((entry.seq, void))
        for void, group in groupby(verdicts, key=lambda v: v[1]):
            seqs = [seq for seq, _ in group]
            self._answer(admission.head.stream, seqs[0], seqs[-1], "void" if void else "accepted", void)

    def _append(self, e: Entry, entry_hash: bytes, void: str, author: Device) -> None:
        n, now = self._head.n + 1, self._arrival.now
        order = next_order(self._head.order, n, entry_hash, now, void)
        clock_off = self._arrival.clock_off if author.id == self._arrival.sender else 0
        kind = e.kind.replace("\0", "�")
        self._rows.append(
            (e.territory, n, e.stream, e.seq, kind, header_bytes(e), e.body, e.body_hash, now, void, clock_off, order)
        )
        self._head = msgspec.structs.replace(self._head, n=n, order=order)
        self._taken.links.append(Link(n, e.id, now, void))
        self._taken.accepted += not void
        self._taken.void += bool(void)
        if e.territory == self._city and not void:
            self._ring.take(e, author.id)

    def _keep(self, head: StreamHead, checkpoints: list[Checkpoint]) -> None:
        """Remember how far the stream goes, with the checkpoint that proves it."""
        public = self._ring.key(head.device) or b""
        proof = next(
            c
            for c in checkpoints
            if (c.seq, c.hash) == (head.seq, head.hash) and verify(public, c.signature, c.message())
        )
        kept = self._db.execute(
            _KEEP_STREAM,
            (head.stream, head.territory, head.device, head.seq, head.hash, proof.seq, proof.hash, proof.signature),
        )
        if not kept.rowcount:
            raise StreamTaken(head.stream)

    def _answer_rest(self, state: StreamHead, admission: Admission, fresh: list[Entry]) -> None:
        """Say why what was not taken was not."""
        reached, last = admission.head.seq, fresh[-1].seq
        if reached == last:
            return
        stream, first = state.stream, next(e.seq for e in fresh if e.seq > reached)
        if admission.fault:
            self._refuse(stream, first, last, admission.fault)
        elif self._ring.key(admission.head.device or opening_device(fresh[0])) is None:
            self._refuse(stream, first, last, "unknown_device")
        else:
            code = "checkpoint" if first == reached + 1 else ""
            self._taken.answers.append(
                Answer(self._head.territory, stream, first, last, "gap", code, from_seq=reached + 1)
            )

    def _refuse(self, stream: str, first: int, last: int, code: str) -> None:
        self._taken.answers.append(
            Answer(self._head.territory, stream, first, last, "refused", code, reason=_REFUSALS[code])
        )

    def _answer(self, stream: str, first: int, last: int, outcome: Outcome, code: str = "") -> None:
        self._taken.answers.append(Answer(self._head.territory, stream, first, last, outcome, code))


def _with_hashes(state: StreamHead, fresh: list[Entry], checkpoints: list[Checkpoint]) -> list[Checkpoint]:
    """Checkpoints whose hash was left out get that of the entry as it came; the signature then proves it or does not."""
    bare = {c.seq for c in checkpoints if not c.hash}
    if not bare:
        return checkpoints
    hashes: dict[int, bytes] = {}
    link, seq = state.hash, state.seq
    for e in fresh:
        if e.seq != seq + 1:
            break
        link, seq = chain_hash(link, e), e.seq
        if seq in bare:
            hashes[seq] = link
    return [msgspec.structs.replace(c, hash=c.hash or hashes.get(c.seq, b"")) for c in checkpoints]


def _well_formed_prefix(rows: list[Entry]) -> tuple[list[Entry], int]:
    """The entries, sorted by seq and each once, before the first that can be no part of a journal, and that one's seq (0:
    none)."""
    unique = {e.seq: e for e in rows}
    good: list[Entry] = []
    for seq in sorted(unique):
        if well_formed(unique[seq]) or _too_deep(unique[seq].body):
            return good, seq
        good.append(unique[seq])
    return good, 0


def _too_deep(body: bytes | None) -> bool:
    if body is None or body.count(b"[") + body.count(b"{") <= MAX_BODY_DEPTH:
        return False
    return depth(body) > MAX_BODY_DEPTH


def _body_hash(body: bytes | None, body_hash: bytes | None) -> bytes | None:
    return body_hash if body is None else hashlib.sha256(body).digest()


def _ranges(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive stretches of ascending numbers, as (first, last)."""
    out: list[tuple[int, int]] = []
    for seq in seqs:
        if out and out[-1][1] + 1 == seq:
            out[-1] = (out[-1][0], seq)
        else:
            out.append((seq, seq))
    return out
