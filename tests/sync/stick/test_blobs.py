"""Photos by stick: as many as were chosen and the other end lacks, whole or not at all, and told in the receipt."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.domain.attachment import ATTACHED, MAX_SIZE, BlobCount, Thumb, body
from console.domain.drafts import Draft
from console.store.blobs.blob_file import sha256
from console.sync.stick import photos
from console.sync.stick.content import BLOB
from console.wire.bundle import BundleRefused, Manifest, Member, pack, read
from tests.sync.town import Post, Town, codes, in_town

PHOTO, SMALL, LATER = b"foto" * 30_000, b"kecil" * 300, b"lain" * 9_000


async def attach(post: Post, *whole: bytes, thumb: bytes = b"") -> None:
    """An incident of the room's own journal, with these attached to it."""
    opened = await post.store.append(post.territory, [Draft("incident.opened", "", b'{"title":"Banjir"}')], "op")
    small = Thumb(sha256(thumb), len(thumb)) if thumb else None
    await post.store.blobs.put(*whole, *([thumb] if thumb else []))
    for data in whole:
        said = body(sha256(data), len(data), "image/jpeg", "../../foto.jpg", small, (4, 3), "")
        await post.store.append(post.territory, [Draft(ATTACHED, str(opened[0]), said)], "op")


async def holds(post: Post, *whole: bytes) -> list[bool]:
    return [await post.store.blobs.get(sha256(data)) == data for data in whole]


def test_each_choice_is_as_large_as_it_was_said_to_be(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        from console.sync.stick.exporting import Order

        await attach(town.north, PHOTO, thumb=SMALL)
        sizes = await town.north.stick.photo_sizes(Order("Balai Kota"))
        assert sizes == {
            "none": BlobCount(0, 0), "thumbs": BlobCount(1, len(SMALL)), "all": BlobCount(2, len(SMALL + PHOTO)),
        }  # fmt: skip
        for choice, has in (("none", [False, False]), ("thumbs", [False, True]), ("all", [True, True])):
            file, made = await town.north.export("Balai Kota", photos=choice)
            assert made.blobs == sizes[choice]  # type: ignore[index]
            taken = await town.hall.take(file)
            assert (taken.arrived.blobs, codes(taken)) == (sizes[choice].count, [])  # type: ignore[index]
            assert await holds(town.hall, PHOTO, SMALL) == has
        assert not list(tmp_path.rglob("foto.jpg"))

    in_town(tmp_path, story)


def test_the_receipt_says_what_arrived_and_the_next_stick_brings_the_rest(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await attach(town.north, PHOTO, thumb=SMALL)
        file, _ = await town.north.export("Balai Kota", photos="all")
        taken = await town.hall.take(file, receipt=True)
        await town.north.take(Path(taken.receipt))
        await attach(town.north, LATER)
        file, made = await town.north.export("Balai Kota", photos="all")
        assert made.blobs == BlobCount(1, len(LATER))
        assert (await town.hall.take(file)).arrived.blobs == 1
        assert await holds(town.hall, PHOTO, SMALL, LATER) == [True] * 3
        again = await town.hall.take(file)
        assert "known" in codes(again)
        _, made = await town.north.export("Kecamatan Selatan", photos="all")
        assert made.blobs.count == 3, "who gave no receipt gets everything"

    in_town(tmp_path, story)


def test_what_does_not_fit_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(town: Town) -> None:
        await attach(town.north, PHOTO, LATER, thumb=SMALL)
        monkeypatch.setattr(photos, "MOST_BYTES", len(LATER + SMALL))
        file, made = await town.north.export("Balai Kota", photos="all")
        assert made.blobs.size == len(LATER + SMALL)
        assert [n.code for n in made.notes] == ["no_pack", "blobs_left"]
        taken = await town.hall.take(file, receipt=True)
        await town.north.take(Path(taken.receipt))
        monkeypatch.setattr(photos, "MOST_BYTES", len(PHOTO))
        file, made = await town.north.export("Balai Kota", photos="all")
        assert made.blobs.size == len(PHOTO)
        await town.hall.take(file)
        assert await holds(town.hall, PHOTO, LATER, SMALL) == [True] * 3

    in_town(tmp_path, story)


def test_wrong_ones_are_named_and_left_out_and_the_rest_is_taken(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await attach(town.north, PHOTO, LATER)
        members = [
            Member(BLOB, sha256(PHOTO), LATER, 1), Member(BLOB, sha256(b"tak disebut"), b"tak disebut", 1),
            Member(BLOB, sha256(LATER), LATER, 1),
        ]  # fmt: skip
        await town.hall.take((await town.north.export("Balai Kota", photos="none"))[0])
        file = await forged(town, members)
        taken = await town.hall.take(file)
        assert taken.arrived.blobs == 1
        assert codes(taken).count("bad_blob") == 2
        assert await holds(town.hall, PHOTO, LATER, b"tak disebut") == [False, True, False]

    in_town(tmp_path, story)


@pytest.mark.parametrize(
    "member", [Member(BLOB, "foto.jpg", b"x", 1), Member(BLOB, "a" * 64, b"x" * (MAX_SIZE + 1), 1), Member(BLOB, "", b"x", 1)]
)  # fmt: skip
def test_what_can_be_no_photo_refuses_the_bundle(tmp_path: Path, member: Member) -> None:
    async def story(town: Town) -> None:
        await attach(town.north, PHOTO)
        file = await forged(town, [member])
        before = await town.hall.state()
        with pytest.raises(BundleRefused) as refused:
            await town.hall.take(file)
        assert refused.value.code in ("bad_name", "too_big")
        assert await town.hall.state() == before

    in_town(tmp_path, story)


async def forged(town: Town, members: list[Member]) -> Path:
    """A bundle of north's, well signed, with other sections in it."""
    file, made = await town.north.export("Balai Kota", photos="none")
    opened = read(made.data).open(town.hall.key)
    kept = list(opened.members("journal", "order", "receipt"))
    bare: Manifest = msgspec.structs.replace(made.manifest, sections=[])
    reader = town.hall.store.ring.devices[town.hall.key.id]
    data, _ = pack(bare, [*kept, *members], town.north.key, [reader])
    file.write_bytes(data)
    return file
