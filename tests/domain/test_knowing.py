"""Who knew what, also where two machines that went on from one image filled the same places of a stream."""

from __future__ import annotations

import msgspec
import pytest

from console.domain.entry import Entry, EntryId, NamedId, Seen, chain_hash, from_bytes, header_bytes
from console.domain.journal import REPLACES, fold_fields
from console.domain.knowing import knew, knows
from tests.domain.view import View, name

SHARED, AGAIN, OTHER = "a" * 16, "b" * 16, "c" * 16
OURS, THEIRS = "1" * 16, "2" * 16


def entry(stream: str, seq: int, *heads: NamedId, **body: object) -> Entry:
    raw = msgspec.json.encode(body)
    return Entry("99.01.01", stream, seq, seq, 0, "op", Seen(heads=heads), "incident.edited", "f1", raw)


def test_a_head_names_one_of_two_ends() -> None:
    """What is held at the place has the name, or another: then nothing above the parting was known."""
    ours, theirs = NamedId(SHARED, 3, OURS), NamedId(SHARED, 3, THEIRS)
    held = View(names={EntryId(SHARED, 3): OURS}, gone=[(theirs, EntryId(AGAIN, 2))])
    for seq, known in ((2, True), (3, False)):
        assert knows(entry(OTHER, 1, ours), entry(SHARED, seq), held)
        assert knows(entry(OTHER, 1, theirs), entry(SHARED, seq), held) == known
    # Nobody has told yet where the other end began: no more is claimed than is known.
    assert not knows(entry(OTHER, 1, theirs), entry(SHARED, 2), View(names={EntryId(SHARED, 3): OURS}))


def test_a_head_whose_entry_is_on_its_way_knows_what_is_below_it() -> None:
    coming = View(names={EntryId(SHARED, 9): ""})
    assert knows(entry(OTHER, 1, NamedId(SHARED, 9, OURS)), entry(SHARED, 2), coming)
    assert knows(entry(OTHER, 1, NamedId(SHARED, 9)), entry(SHARED, 2), View())
    assert not knows(entry(OTHER, 1, NamedId(SHARED, 1)), entry(SHARED, 2), View())


ABOVE = NamedId(SHARED, 4, "4" * 16)


@pytest.mark.parametrize(
    ("head", "known"), [(NamedId(SHARED, 3, THEIRS), True), (ABOVE, True), (NamedId(SHARED, 3, OURS), False)]
)
def test_who_knew_an_entry_at_its_old_place_knows_it_where_it_was_written_again(head: NamedId, known: bool) -> None:
    old = NamedId(SHARED, 3, THEIRS)
    view = View(names={EntryId(SHARED, 3): OURS}, gone=[(old, EntryId(AGAIN, 2)), (ABOVE, EntryId(AGAIN, 3))])
    assert knew(entry(OTHER, 1, head), old, view) == known


def test_the_fold_counts_that_knowledge() -> None:
    old = NamedId(SHARED, 3, THEIRS)
    again = entry(AGAIN, 2, title="a", **{REPLACES: [old]})
    view = View(again.id, names={EntryId(SHARED, 3): OURS}, gone=[(old, again.id)])
    for head, beside in ((old, 0), (NamedId(SHARED, 3, OURS), 1)):
        later = entry(OTHER, 1, head, title="b")
        found = fold_fields([again, later], frozenset({"incident.edited"}), ["title"], view)["title"]
        assert (found.value.raw, len(found.candidates)) == ((b'"b"', 0) if not beside else (b'"a"', 1))


def test_both_kinds_of_heads_keep_their_bytes() -> None:
    bare, named = NamedId(SHARED, 3), NamedId(OTHER, 1, name(EntryId(OTHER, 1)))
    for heads in ((bare,), (named,), (bare, named)):
        e = entry(AGAIN, 1, *heads)
        raw = header_bytes(e)
        assert (b",3]" in raw) == (bare in heads)
        assert chain_hash(bytes(32), from_bytes(raw, e.body)) == chain_hash(bytes(32), e)
