"""Void, not lost: what the order voids does not count, until somebody who knows it adopts it."""

from __future__ import annotations

import hashlib

import msgspec

from console.domain.entry import Entry, NamedId, Seen, short
from console.domain.incident_fold import fold_incident
from console.domain.journal import REPLACES, counting
from tests.domain.view import ORDER, View, name

OWN, OTHER = "a" * 16, "b" * 16
SUBJECT = f"{OWN}-1"


def entry(stream: str, seq: int, kind: str, body: dict[str, object], known: int = 0) -> Entry:
    seen = Seen(known, short(ORDER)) if known else Seen()
    return Entry("99.01.01", stream, seq, seq, 0, "op", seen, kind, SUBJECT, msgspec.json.encode(body))


OPENED = entry(OWN, 1, "incident.opened", {"title": "Banjir", "status": "baru", "category": "D01"})
FOREIGN = entry(OTHER, 1, "incident.status", {"status": "ditangani"}, known=1)
ADOPTED = entry(OWN, 2, "entry.adopted", {"entry": [OTHER, 1]}, known=2)


def status(*entries: Entry, order: View) -> tuple[str, tuple[str, ...]]:
    folded = fold_incident(SUBJECT, entries, order, lambda _stream: "")
    assert folded is not None
    return folded.incident.status, folded.incident.undecided


def test_what_is_void_is_kept_and_does_not_count() -> None:
    order = View(OPENED.id, FOREIGN.id, void=(FOREIGN.id,))
    assert status(OPENED, FOREIGN, order=order) == ("baru", ())
    folded = fold_incident(SUBJECT, (OPENED, FOREIGN), order, lambda _stream: "")
    assert folded is not None
    assert [e.void for e in folded.story] == ["", "outside"]


def test_what_is_adopted_counts_where_it_was_adopted() -> None:
    order = View(OPENED.id, FOREIGN.id, ADOPTED.id, void=(FOREIGN.id,))
    assert status(OPENED, FOREIGN, ADOPTED, order=order) == ("ditangani", ())
    # It counts with what the adopting one knew: an edit that it did not know of stands beside it, to be decided.
    edited = entry("c" * 16, 1, "incident.status", {"status": "ditunda"}, known=1)
    order = View(OPENED.id, FOREIGN.id, edited.id, ADOPTED.id, void=(FOREIGN.id,))
    assert status(OPENED, FOREIGN, edited, ADOPTED, order=order)[1] == ("status",)


def test_only_what_is_void_can_be_adopted() -> None:
    order = View(OPENED.id, FOREIGN.id, ADOPTED.id)
    assert status(OPENED, FOREIGN, ADOPTED, order=order) == ("ditangani", ())
    # A missing one, or one that is itself void, adopts nothing.
    assert status(OPENED, ADOPTED, order=order) == ("baru", ())
    order = View(OPENED.id, FOREIGN.id, ADOPTED.id, void=(FOREIGN.id, ADOPTED.id))
    assert status(OPENED, FOREIGN, ADOPTED, order=order) == ("baru", ())


def test_nothing_unnumbered_is_void() -> None:
    assert status(OPENED, FOREIGN, order=View(OPENED.id)) == ("ditangani", ())


def again(e: Entry, body: dict[str, object], **changed: object) -> Entry:
    """An entry in another stream that says it stands for `e`."""
    raw = msgspec.json.encode({**body, REPLACES: [NamedId(e.stream, e.seq, name(e.id))]})
    return msgspec.structs.replace(e, stream="c" * 16, seq=1, body=raw, **changed)


def test_a_rewritten_entry_counts_once() -> None:
    edit = entry(OTHER, 1, "incident.status", {"status": "ditangani"}, known=1)
    order = View(OPENED.id, edit.id)
    other = again(edit, {"status": "ditangani"})
    assert [c.twins for c in counting((edit, other), order)] == [(edit, other)]
    elsewhere = msgspec.structs.replace(other, stream="d" * 16)
    assert len(counting((other, elsewhere), order)) == 1
    withheld = msgspec.structs.replace(edit, body=None, body_hash=hashlib.sha256(edit.body or b"").digest())
    assert len(counting((withheld, again(edit, {"status": "ditangani"})), order)) == 1


def test_nobody_takes_anothers_word_away_by_naming_it() -> None:
    edit = entry(OTHER, 1, "incident.status", {"status": "ditangani"}, known=1)
    order = View(OPENED.id, edit.id)
    for rival in (
        again(edit, {"status": "selesai"}),
        again(edit, {"status": "ditangani"}, actor="other"),
        again(edit, {"status": "ditangani"}, at=edit.at + 1),
        again(edit, {"status": "ditangani"}, kind="incident.noted"),
    ):
        assert [c.by.id for c in counting((edit, rival), order)] == [edit.id, rival.id]
    itself = msgspec.structs.replace(edit, body=msgspec.json.encode({REPLACES: [NamedId(OTHER, 1)]}))
    assert len(counting((itself,), order)) == 1
