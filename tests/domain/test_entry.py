"""The exact bytes of entries: the worked example, the vector file, and every way of altering a stream being noticed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.domain.entry import FIRST_HASH, Checkpoint, Entry, NamedId, Seen, chain_hash, from_bytes, header_bytes
from console.domain.keys import DeviceKey
from console.domain.stream import OPENED, Admission, StreamHead, StreamOpened, admit

VECTORS = Path(__file__).parent / "vectors" / "entries.json"
KEY = DeviceKey.from_bytes(bytes(range(32)))
STREAM = "00000000000000aa"
HEAD = StreamHead("32.73.02", STREAM)


def test_vector_file() -> None:
    """Whoever writes another program for this format can check it against these."""
    previous = FIRST_HASH
    for vector in json.loads(VECTORS.read_text()):
        body = None if vector["body"] is None else vector["body"].encode()
        e = from_bytes(vector["header"].encode(), body, bytes.fromhex(vector["body_hash"]) or None)
        assert header_bytes(e) == vector["header"].encode()
        previous = chain_hash(previous, e)
        assert previous.hex() == vector["hash"]


def test_worked_example_of_the_docstring() -> None:
    import console.domain.entry as module

    first = json.loads(VECTORS.read_text())[0]
    assert module.__doc__ is not None
    assert first["header"] in module.__doc__
    assert first["hash"] in module.__doc__


def test_a_withheld_body_keeps_the_chain() -> None:
    whole = stream_of(3)[2]
    import hashlib

    assert whole.body is not None
    withheld = msgspec.structs.replace(whole, body=None, body_hash=hashlib.sha256(whole.body).digest())
    assert chain_hash(FIRST_HASH, withheld) == chain_hash(FIRST_HASH, whole)


def stream_of(count: int) -> list[Entry]:
    """A device's stream: its opening and notes."""
    opened = msgspec.json.encode(StreamOpened(KEY.id, None, "uji", "1"))
    out = [Entry("32.73.02", STREAM, 1, 1000, 0, "", Seen(), OPENED, "", opened)]
    for seq in range(2, count + 1):
        body = b'{"text":"%d"}' % seq
        out.append(Entry("32.73.02", STREAM, seq, 1000 + seq, 0, "op", Seen(), "incident.noted", "x", body))
    return out


def checkpoint(entries: list[Entry]) -> Checkpoint:
    link = FIRST_HASH
    for e in entries:
        link = chain_hash(link, e)
    return KEY.checkpoint("32.73.02", STREAM, len(entries), link)


def key_of(device: str) -> bytes | None:
    return KEY.public if device == KEY.id else None


def proven(entries: list[Entry], checkpoints: list[Checkpoint]) -> Admission:
    return admit(HEAD, entries, checkpoints, key_of)


def test_a_whole_stream_is_proven() -> None:
    entries = stream_of(6)
    got = proven(entries, [checkpoint(entries)])
    assert [e for e, _ in got.accepted] == entries
    assert not got.parked
    assert not got.fault


@given(st.data())
def test_delivery_order_duplicates_and_batches_do_not_matter(data: st.DataObject) -> None:
    entries = stream_of(8)
    sent = data.draw(st.permutations(entries + data.draw(st.lists(st.sampled_from(entries), max_size=8))))
    cut = data.draw(st.integers(0, len(sent)))
    first = proven(sent[:cut], [])
    assert not first.accepted
    second = admit(first.head, [*first.parked, *sent[cut:]], [checkpoint(entries)], key_of)
    assert [e for e, _ in second.accepted] == entries


ALTERATIONS = ("body", "actor", "at", "kind", "subject", "seen", "swap", "drop", "insert", "territory")


@given(st.sampled_from(ALTERATIONS), st.integers(1, 7))
def test_any_alteration_is_noticed(how: str, place: int) -> None:
    """An altered, missing or inserted entry never passes as proven."""
    entries = stream_of(8)
    proof = checkpoint(entries)
    e = entries[place]
    match how:
        case "body":
            entries[place] = msgspec.structs.replace(e, body=(e.body or b"") + b" ")
        case "actor":
            entries[place] = msgspec.structs.replace(e, actor="lain")
        case "at":
            entries[place] = msgspec.structs.replace(e, at=e.at + 1)
        case "kind":
            entries[place] = msgspec.structs.replace(e, kind="incident.status")
        case "subject":
            entries[place] = msgspec.structs.replace(e, subject="y")
        case "seen":
            entries[place] = msgspec.structs.replace(e, seen=Seen(0, "0" * 16, (NamedId("0" * 16, 1),)))
        case "territory":
            entries[place] = msgspec.structs.replace(e, territory="32.73.03")
        case "swap":
            other = 1 if place != 1 else 2
            entries[place] = msgspec.structs.replace(entries[other], seq=e.seq)
        case "drop":
            del entries[place]
        case "insert":
            entries = [
                *entries[:place],
                msgspec.structs.replace(e, body=b'{"text":"sisipan"}'),
                *(msgspec.structs.replace(x, seq=x.seq + 1) for x in entries[place:]),
            ]
    got = proven(entries, [proof])
    assert not got.accepted


def test_a_checkpoint_of_another_key_proves_nothing() -> None:
    entries = stream_of(4)
    good = checkpoint(entries)
    other = DeviceKey.generate().checkpoint(good.territory, good.stream, good.seq, good.hash)
    got = proven(entries, [other])
    assert not got.accepted
    assert got.fault == "signature"
    assert len(got.parked) == 4


def test_what_a_signed_order_vouches_for_needs_no_checkpoint() -> None:
    entries = stream_of(4)
    got = admit(HEAD, entries, [], key_of, {3: checkpoint(entries[:3]).hash})
    assert [e.seq for e, _ in got.accepted] == [1, 2, 3]
    assert [e.seq for e in got.parked] == [4]


def test_an_unknown_key_parks_everything() -> None:
    entries = stream_of(4)
    got = admit(HEAD, entries, [checkpoint(entries)], lambda _: None)
    assert not got.accepted
    assert len(got.parked) == 4


def test_the_proven_part_of_a_broken_stream_is_kept() -> None:
    entries = stream_of(8)
    middle, end = checkpoint(entries[:4]), checkpoint(entries)
    entries[6] = msgspec.structs.replace(entries[6], actor="lain")
    got = proven(entries, [middle, end])
    assert [e.seq for e, _ in got.accepted] == [1, 2, 3, 4]
    assert got.fault == "chain"
    assert not got.parked
