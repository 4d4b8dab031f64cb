"""Offered orders, kept aside row by row until they are whole."""

from __future__ import annotations

import msgspec
import psycopg

from console.domain.entry import FIRST_HASH, STREAM, Entry, EntryId, chain_hash, from_bytes, header_bytes
from console.domain.order import Link, OrderHead, next_order
from console.domain.stream import opening_device
from console.wire.recovery import OrderRequest
from console.wire.runs import unpack_links, unpack_run

MAX_BATCH = 5_000
_BIG = 2**62
_COPY = """
COPY offers (mark, n, territory, stream, seq, kind, header, body, body_hash, hash, accepted_at, void, order_hash, proof)
FROM STDIN
"""
_ROWS = """
SELECT n, stream, seq, kind, header, body, body_hash, hash, accepted_at, void, order_hash, proof
FROM offers WHERE mark = %s ORDER BY n
"""


class Offered(msgspec.Struct, frozen=True):
    """One number of an offered order: the entry, its chain hash, the verdict it got, and O_n; `proof` is the author's
    signature where a checkpoint stands on it."""

    n: int
    stream: str
    seq: int
    kind: str
    header: bytes
    body: bytes | None
    body_hash: bytes | None
    hash: bytes
    accepted_at: int
    void: str
    order: bytes
    proof: bytes | None

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return from_bytes(self.header, self.body, self.body_hash)

    @property
    def device(self) -> str:
        """The device that this entry names as the stream's writer; "" when it opens none."""
        return opening_device(self.entry)


class BadOffer(ValueError):
    """A batch that cannot be read."""


def reached(db: psycopg.Connection, mark: bytes) -> tuple[int, bytes] | None:
    """How far an offer is here: the last number and its O_n."""
    row = db.execute("SELECT n, order_hash FROM offers WHERE mark = %s ORDER BY n DESC LIMIT 1", (mark,)).fetchone()
    return (int(row[0]), bytes(row[1])) if row else None


def offer_rows(db: psycopg.Connection, mark: bytes) -> list[Offered]:
    """Everything of an offer, in order."""
    return [Offered(*row) for row in db.execute(_ROWS, (mark,))]


def drop_offer(db: psycopg.Connection, mark: bytes) -> None:
    """Forget an offer."""
    db.execute("DELETE FROM offers WHERE mark = %s", (mark,))


def stage(db: psycopg.Connection, request: OrderRequest, offered: OrderHead, n: int, order: bytes) -> tuple[int, bytes]:
    """Add a batch to what is here up to `n`, whose O_n is `order`; gives how far it is now. BadOffer when it cannot be
    read; what does not join on is left out."""
    links, entries = _read(request)
    proofs = {(c.stream, c.seq): c for c in request.checkpoints}
    hashes = dict(request.bases)
    with db.cursor() as cursor, cursor.copy(_COPY) as copy:
        for link in links:
            e = entries.get(link.id)
            if e is None or link.n > max(n + 1, offered.n):
                break
            previous = FIRST_HASH if e.seq == 1 else hashes.get(e.stream, b"")
            entry_hash = hashes[e.stream] = chain_hash(previous, e)
            if link.n != n + 1:
                continue
            n, order = link.n, next_order(order, link.n, entry_hash, link.accepted_at, link.void)
            proof = proofs.get((e.stream, e.seq))
            copy.write_row(
                (offered.hash, n, request.territory, e.stream, e.seq, e.kind.replace("\0", "�"), header_bytes(e), e.body,
                 e.body_hash, entry_hash, link.accepted_at, link.void, order, proof.signature if proof else None)
            )  # fmt: skip
    return n, order


def _read(request: OrderRequest) -> tuple[list[Link], dict[EntryId, Entry]]:
    try:
        links = [x for run in request.links if run.territory == request.territory for x in unpack_links(run)]
        entries = {e.id: e for run in request.runs for e in unpack_run(run) if e.territory == request.territory}
    except ValueError as e:
        raise BadOffer(str(e)) from e
    if len(links) > MAX_BATCH or not all(map(_sane, links)):
        raise BadOffer("a link that can be none")
    if any(e.body is None and e.body_hash is None for e in entries.values()):
        raise BadOffer("an entry with neither body nor hash")
    return sorted(links, key=lambda x: x.n), entries


def _sane(link: Link) -> bool:
    numbers = 0 < link.n < _BIG and 0 < link.id.seq < _BIG and -_BIG < link.accepted_at < _BIG
    return numbers and bool(STREAM.fullmatch(link.id.stream)) and len(link.void) < 64 and "\0" not in link.void
