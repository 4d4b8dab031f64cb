"""What travels arrives as it was: entries by columns, and the caps on what comes in."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.entry import Entry, EntryId, NamedId, Seen
from console.domain.order import Link
from console.wire import codec
from console.wire.messages import EntryRun, LinkRun, PushReply, PushRequest
from console.wire.phrases import ENCODING, PHRASES
from console.wire.runs import pack_links, pack_runs, unpack_links, unpack_run

hex16 = st.text("0123456789abcdef", min_size=16, max_size=16)
heads = st.lists(st.builds(NamedId, hex16, st.integers(1, 2**40), hex16 | st.just("")), max_size=2).map(tuple)
seens = st.builds(Seen, st.integers(0, 2**40), hex16, heads)
few = st.sampled_from(["a", "b", ""])
text = few | st.text(max_size=12)
bodies = st.one_of(
    st.none(), st.binary(max_size=20), text.map(lambda t: json.dumps({"note": t}).encode()), st.just(b'{"x":1,"x":2}')
)
entries = st.builds(
    Entry,
    territory=st.sampled_from(["32.73", "32.73.02"]), stream=st.sampled_from(["00000000000000aa", "00000000000000bb"]),
    seq=st.integers(1, 6), at=st.integers(-(2**60), 2**60), skew=st.integers(-5, 5), actor=text, seen=seens, kind=text,
    subject=text, body=bodies, body_hash=st.none() | st.binary(min_size=32, max_size=32),
)  # fmt: skip


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """Entries of few streams, mostly consecutive."""
    out, seqs = [], {}
    for e in draw(st.lists(entries, max_size=12)):
        seq = seqs.get(e.stream, 0) + draw(st.sampled_from([1, 1, 1, 2]))
        seqs[e.stream] = seq
        out.append(msgspec.structs.replace(e, seq=seq))
    return out


@settings(max_examples=300, deadline=None)
@given(journals())
def test_runs_give_back_exactly_what_was_packed(journal: list[Entry]) -> None:
    request = PushRequest(now=1, runs=pack_runs(journal))
    data, headers = codec.encode(request)
    arrived = codec.decode(data, headers.get("Content-Encoding", ""), PushRequest)
    assert [e for run in arrived.runs for e in unpack_run(run)] == journal


links = st.builds(
    Link, st.integers(1, 9), st.builds(EntryId, st.sampled_from(["00000000000000aa", "00000000000000bb"]), st.integers(1, 4)),
    st.integers(0, 2), st.sampled_from(["", "", "outside"]),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(links, max_size=12), st.booleans())
def test_links_give_back_exactly_what_was_packed(given_links: list[Link], gap_free: bool) -> None:
    if gap_free:
        given_links = [msgspec.structs.replace(link, n=5 + k) for k, link in enumerate(given_links)]
    data, headers = codec.encode(PushReply(now=1, links=pack_links("32.73", given_links)))
    arrived = codec.decode(data, headers.get("Content-Encoding", ""), PushReply)
    assert [link for run in arrived.links for link in unpack_links(run)] == given_links


@pytest.mark.parametrize(
    "run",
    [
        LinkRun("32.73", 1, [("aa", 1, 10**9)], [(10**9, 0)]), LinkRun("32.73", 1, [("aa", 1, 2)], [(1, 0)]),
        LinkRun("32.73", 1, [("aa", 1, 2), ("bb", 1, -1)], [(1, 0)]),
        LinkRun("32.73", 1, [("aa", 1, 1)], [(1, 0)], [(7, "x")]),
    ],
)  # fmt: skip
def test_a_link_run_whose_columns_do_not_fit_is_refused(run: LinkRun) -> None:
    with pytest.raises(ValueError):
        unpack_links(run)


def one_run() -> EntryRun:
    e = Entry("32.73", "00000000000000aa", 1, 5, 0, "op", Seen(), "incident.opened", "", b'{"a":1}')
    return pack_runs([e, msgspec.structs.replace(e, seq=2, actor="op2"), msgspec.structs.replace(e, seq=3)])[0]


@pytest.mark.parametrize(
    "change",
    [
        {"kind_of": [0]}, {"kind_of": [0, 0, 9]}, {"actor_of": [0, -1, 0]}, {"kinds": []}, {"bodies": ["a", "b"]},
        {"seens": []}, {"seens": [(1, Seen())]}, {"skews": [(9, 1)]}, {"skews": [(1, 1), (0, 2)]},
        {"odd": [(3, b"", None)]}, {"odd": [(-1, b"", None)]},
    ],
)  # fmt: skip
def test_a_run_whose_columns_do_not_fit_is_refused(change: dict[str, object]) -> None:
    assert len(unpack_run(one_run())) == 3
    with pytest.raises(ValueError):
        unpack_run(msgspec.structs.replace(one_run(), **change))


@pytest.mark.parametrize(
    "plain",
    [
        b'{"now":1,"now":2}', b'{"now":NaN}', b'{"now":1,"cursors":{"a":[0,"",1],"a":[1,"",1]}}', b"[" * 17 + b"]" * 17,
        b"[" * 100_000, b'{"now":' + b"9" * 50 + b"}", b"{'now':1}", b"", b"\xff", b'{"now":"1"}', b'{"now":1} x',
        b"<html>", b'{"now":1,"runs":[["32.73"]]}',
    ],
)  # fmt: skip
def test_malformed_messages_are_refused(plain: bytes) -> None:
    with pytest.raises(codec.Malformed):
        codec.parse(plain, PushRequest)


def test_brackets_inside_text_are_no_nesting() -> None:
    assert codec.depth(rb'{"a":"[[[[\"[[","b":[[1]]}') == 3


@given(st.binary(max_size=300))
def test_noise_is_malformed_and_nothing_worse(noise: bytes) -> None:
    for encoding in ("", "zstd", "gzip", "deflate", "br"):
        with pytest.raises(codec.Malformed):
            codec.decode(noise, encoding, PushRequest)


ZEROS = bytes(3_000_000)
STREAMED = zstandard.ZstdCompressor().compressobj()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("zstd", zstandard.compress(ZEROS)),
        (ENCODING, codec.compress(ZEROS, ENCODING)),
        ("zstd", STREAMED.compress(ZEROS) + STREAMED.flush()),
        ("gzip", gzip.compress(ZEROS)),
        ("deflate", zlib.compress(ZEROS)),
        ("", ZEROS),
    ],
)
def test_a_bomb_stops_at_the_cap_and_a_cut_message_is_noticed(encoding: str, packed: bytes) -> None:
    assert codec.decompress(packed, encoding, len(ZEROS)) == ZEROS
    with pytest.raises(codec.Oversize):
        codec.decompress(packed, encoding, 1_000_000)
    if encoding:
        with pytest.raises(codec.Malformed):
            codec.decompress(packed[:-3], encoding, len(ZEROS))


def test_the_phrases_are_those_that_the_encoding_names() -> None:
    assert hashlib.sha256(PHRASES).hexdigest() == "abbf255eaac71c2c6508de7febcc32c6428818397a8c2738810c36618cdbbddd", (
        "another dictionary needs another name"
    )


def test_a_message_over_the_wire_cap_is_oversize() -> None:
    with pytest.raises(codec.Oversize):
        codec.decode(b" " * 1001, "", PushRequest, wire_cap=1000)


def test_one_body_for_many_rows_is_held_once() -> None:
    """A small reply cannot unfold to gigabytes by letting one large body stand for every row."""
    body = b'{"text":"' + b"x" * 1000 + b'"}'
    entries = [Entry("32.73.02", "a" * 16, k + 1, 1, 0, "op", Seen(), "incident.noted", "s", body) for k in range(50)]
    [run] = pack_runs(entries)
    assert len({id(e.body) for e in unpack_run(run)}) == 1
