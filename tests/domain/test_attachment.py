"""What an entry says of a photo: a set, total over whatever is written, and names that are text and no more."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.attachment import ATTACHED, MAX_SIZE, UNKNOWN, Thumb, body, clean_name, namings, sniff
from console.domain.entry import Entry
from console.domain.incident_fold import fold_incident
from tests.domain.test_void import ADOPTED, FOREIGN, OPENED, OTHER, OWN, entry
from tests.domain.view import View
from tests.pictures import PDF, drawn, photo

SHA, SMALL = "ab" * 32, "cd" * 32


def attached(stream: str, seq: int, said: bytes) -> Entry:
    return Entry("99.01.01", stream, seq, seq, 0, "op-2", OPENED.seen, ATTACHED, OPENED.subject_id, said)


def folded(*entries: Entry, void: tuple[Entry, ...] = ()) -> list[tuple[str, str, str]]:
    order = View(*(e.id for e in entries), void=tuple(e.id for e in void))
    found = fold_incident(OPENED.subject_id, entries, order, lambda _: "")
    assert found is not None
    return [(a.entry, a.name, a.thumb) for a in found.attachments]


def test_two_rooms_attach_at_once_and_both_stand() -> None:
    one = attached(OWN, 2, body(SHA, 9, "image/jpeg", "a.jpg", Thumb(SMALL, 5), (4, 3), "kiri"))
    two = attached(OTHER, 1, body(SHA, 9, "image/jpeg", "b.jpg", None, (0, 0), ""))
    assert sorted(folded(OPENED, one, two)) == [(str(one.id), "a.jpg", SMALL), (str(two.id), "b.jpg", "")]
    found = fold_incident(OPENED.subject_id, [OPENED, two, one], View(OPENED.id), lambda _: "")
    assert found is not None
    assert found.incident.undecided == ()
    assert {(a.n, a.note, a.width, a.actor) for a in found.attachments} == {
        (None, "kiri", 4, "op-2"),
        (None, "", 0, "op-2"),
    }
    assert [e.text for e in found.story] == ["", "", "kiri"]


def test_a_void_one_is_not_shown_until_it_is_adopted_but_its_bytes_are_spoken_for() -> None:
    said = attached(OTHER, 1, body(SHA, 9, "image/jpeg", "a.jpg", Thumb(SMALL, 5), (4, 3), ""))
    assert folded(OPENED, said, void=(said,)) == []
    order = View(OPENED.id, said.id, void=(said.id,))
    assert [(n.sha256, n.thumb, n.counts) for n in namings([OPENED, said], order)] == [
        (SHA, False, False), (SMALL, True, False),
    ]  # fmt: skip
    assert folded(OPENED, said, ADOPTED, void=(said,)) == [(str(said.id), "a.jpg", SMALL)]
    order = View(OPENED.id, said.id, ADOPTED.id, void=(said.id,))
    assert {n.counts for n in namings([OPENED, said, ADOPTED], order)} == {True}


@pytest.mark.parametrize(
    "broken",
    [
        {"sha256": "../../etc/passwd"}, {"sha256": SHA.upper()}, {"sha256": None}, {"sha256": SHA + "a"},
        {"size": 0}, {"size": -1}, {"size": MAX_SIZE + 1}, {"size": "9"}, {"size": 1e300},
    ],
)  # fmt: skip
def test_an_entry_that_names_no_bytes_is_folded_around(broken: dict[str, object]) -> None:
    good = json.loads(body(SHA, 9, "image/jpeg", "a.jpg", None, (4, 3), ""))
    said = attached(OWN, 2, json.dumps({**good, **broken}).encode())
    assert folded(OPENED, said) == []
    assert namings([said], View()) == []


def test_an_impossible_detail_is_left_out_and_the_rest_stands() -> None:
    odd = {
        "sha256": SHA, "size": 9, "media": "text/html", "name": 7, "thumb": {"sha256": "x", "size": 1},
        "width": -3, "height": "tinggi", "text": ["x"],
    }  # fmt: skip
    found = fold_incident(
        OPENED.subject_id, [OPENED, attached(OWN, 2, json.dumps(odd).encode())], View(OPENED.id), lambda _: ""
    )
    assert found is not None
    one = found.attachments[0]
    assert (one.media, one.name, one.thumb, one.width, one.height, one.note) == (UNKNOWN, "", "", 0, 0, "")


@given(st.binary(max_size=200) | st.dictionaries(st.sampled_from(["sha256", "size", "thumb", "name"]), st.integers()).map(
    lambda d: json.dumps(d).encode()))  # fmt: skip
def test_any_body_is_survived(said: bytes) -> None:
    folded(OPENED, attached(OWN, 2, said), FOREIGN, entry(OWN, 3, ATTACHED, {"sha256": SHA, "size": 1}))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\foto.jpg", "foto.jpg"), ("..", ""), (".bashrc", "bashrc"),
        ("foto\x00.jpg", "foto.jpg"), ("gpj.\u202eexe", "gpj.exe"), ("a\nb.jpg", "ab.jpg"), ("  a   b .jpg ", "a b .jpg"),
        ("CON:aux.jpg", "aux.jpg"), ("<b>x</b>.jpg", "b>.jpg"), ("\ud800.jpg", "?.jpg"), ("x" * 5000, "x" * 120),
        ("banjir Jl. Uji 3 – malam.jpg", "banjir Jl. Uji 3 – malam.jpg"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_text_without_paths_and_tricks(name: str, shown: str) -> None:
    assert clean_name(name) == shown
    assert clean_name(shown) == shown


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (photo(8, 8), "image/jpeg"), (drawn("PNG"), "image/png"), (drawn("WEBP"), "image/webp"), (PDF, "application/pdf"),
        (b"Air naik 30 cm.\n", "text/plain"), (b"\x7fELF\x02\x01", ""), (b"MZ\x90\x00", ""), (b"", ""),
        (b"GIF89a", "text/plain"), (b"RIFF\x00\x00\x00\x00WAVEfmt ", ""), (b"PK\x03\x04", ""), (b"\x1b[2Jx", ""),
        ("\ufeffa".encode(), "text/plain"), (b"\xff\xfe<\x00", ""),
    ],
)  # fmt: skip
def test_the_first_bytes_say_what_a_file_is(data: bytes, media: str) -> None:
    assert sniff(data) == media
