"""Attaching at the desk: looked at, kept whole, named by one entry; refused in words; given back with its hash looked at."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from console.attachments.attaching import read_file
from console.attachments.copies import copy_name, save_copy
from console.attachments.pictures import MAX_MEGAPIXELS, MOST_BYTES, SIDE
from console.domain.attachment import MAX_SIZE, Attachment
from console.domain.city import City
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import IncidentQuery, NewIncident, Notice
from console.room import Room, open_room
from console.store.folder import Identity
from tests.pictures import PDF, SECRET, drawn, photo
from tests.small_city import CITY, KELURAHAN, NORTH, make_small_pack

REPO = Path(__file__).parents[2]

FIRE = NewIncident("Api di gudang", "D01", KELURAHAN[0])


async def attached(room: Room, subject: str) -> tuple[Attachment, ...]:
    found = await room.incident(subject)
    assert found is not None
    return found.attachments


async def test_a_photo_is_kept_as_it_came_with_a_thumbnail_that_tells_nothing_else(room: Room) -> None:
    told: list[Notice] = []
    room.notices.subscribe(told.append)
    subject = await room.open_incident(FIRE)
    data = photo(1200, 900, turned=True)
    entry = await room.attach(subject, "/media/stik/IMG 1.JPG", data, " asap tebal ")
    (one,) = await attached(room, subject)
    assert (one.entry, one.name, one.media, one.size) == (entry, "IMG 1.JPG", "image/jpeg", len(data))
    assert (one.width, one.height) == (900, 1200), "as it is looked at, not as the camera lay"
    assert (one.note, one.actor, one.n) == ("asap tebal", "op-1", None)
    assert await room.blob(one.sha256) == data
    small = await room.blob(one.thumb)
    assert small is not None
    assert SECRET.encode() in data
    assert SECRET.encode() not in small
    with Image.open(io.BytesIO(small)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (SIDE * 3 // 4, SIDE))
        assert not seen.getexif()
    assert len(small) <= MOST_BYTES
    here = await room.blobs_here([one.sha256, one.thumb, "0" * 64])
    assert [(h.complete, h.central, h.have == h.size) for h in here.values()] == [
        (True, False, True), (True, False, True), (False, False, True),
    ]  # fmt: skip
    assert "blobs" in {n.topic for n in told}
    queue = await room.store.blob_queue()
    assert (queue.originals_up.count, queue.thumbs_up.count, queue.originals_down.count) == (1, 1, 0)
    found = await room.incidents(IncidentQuery(text="asap"))
    assert found.total == 1


@pytest.mark.parametrize("data", [drawn("PNG"), drawn("WEBP")])
async def test_other_pictures_have_a_thumbnail_on_white(room: Room, data: bytes) -> None:
    subject = await room.open_incident(FIRE)
    await room.attach(subject, "denah", data)
    (one,) = await attached(room, subject)
    small = await room.blob(one.thumb)
    assert small is not None
    with Image.open(io.BytesIO(small)) as seen:
        assert seen.convert("RGB").getpixel((9, 9))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (PDF, "application/pdf"), (b"Air naik", "text/plain"), (photo()[:2000], "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "image/png"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)  # fmt: skip
async def test_what_cannot_be_drawn_is_kept_without_a_thumbnail(room: Room, data: bytes, media: str) -> None:
    subject = await room.open_incident(FIRE)
    await room.attach(subject, "berkas", data)
    (one,) = await attached(room, subject)
    assert (one.media, one.thumb) == (media, "")
    assert await room.blob(one.sha256) == data


async def test_what_is_not_taken_is_refused_in_words(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    bomb = io.BytesIO()
    Image.new("1", (MAX_MEGAPIXELS * 1000, 1001)).save(bomb, "PNG")
    for data, code, detail in (
        (b"\x7fELF" + b"\x00" * 50, "bad_type", ""),
        (b"", "bad_type", ""),
        (PDF + b"x" * MAX_SIZE, "too_big", "16"),
        (bomb.getvalue(), "too_many_pixels", "64"),
    ):
        with pytest.raises(Refused) as refused:
            await room.attach(subject, "foto.jpg", data)
        assert (refused.value.code, refused.value.detail) == (code, detail)
    with pytest.raises(Refused) as refused:
        await room.attach("tidak-ada", "foto.jpg", photo())
    assert refused.value.code == "unknown_incident"
    assert await attached(room, subject) == ()
    assert not room.store.blobs.path.exists()


async def test_who_may_not_note_may_not_attach(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    room.log_in_as(Operator("op-2", "Pimpinan", "pimpinan", CITY, ""))
    with pytest.raises(NotPermitted):
        await room.attach(subject, "foto.jpg", photo())
    room.log_out()
    with pytest.raises(Refused):
        await room.attach(subject, "foto.jpg", photo())
    assert not room.store.blobs.path.exists()


async def test_a_full_disk_is_said_and_nothing_is_named(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    await room.attach(subject, "a.pdf", PDF)

    def limit(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 2}")

    await room.store.blobs.write(limit)
    with pytest.raises(Refused) as refused:
        await room.attach(subject, "foto.jpg", photo(1600, 1200, grain=1))
    assert refused.value.code == "disk_full"
    assert [a.name for a in await attached(room, subject)] == ["a.pdf"]


async def test_a_kecamatan_fetches_its_own_originals_and_city_hall_none(open_one: Callable[..., Room]) -> None:
    city, north = open_one(CITY), open_one(NORTH)
    assert not city.store.blobs.scope.fetches_originals
    assert (north.store.blobs.scope.own, north.store.blobs.scope.fetches_originals) == (NORTH, True)
    kelurahan = open_one(KELURAHAN[0])
    assert kelurahan.store.blobs.scope.own == NORTH


def test_the_command_attaches_where_there_is_no_screen(city: City, tmp_path: Path) -> None:
    make_small_pack(tmp_path / "room" / "pack")
    room = open_room(tmp_path / "room", city, SystemClock(), identity=Identity(NORTH, "Utara", "."))

    async def begin() -> str:
        subject = await room.open_incident(FIRE)
        await room.close()
        return subject

    subject = asyncio.run(begin())
    file = tmp_path / "foto.bin"
    file.write_bytes(photo())

    def simpul(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "main.py",
            "--data",
            str(tmp_path / "room"),
            "attach",
            *map(str, arguments),
            "--json",
        ]
        return subprocess.run(
            command, cwd=REPO, capture_output=True, text=True, timeout=60, check=False, input="salah\n"
        )

    done = simpul(subject, file, "--note", "asap")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["media"], said["name"], said["note"]) == ("image/jpeg", "foto.bin", "asap")
    for arguments, words in (
        ((subject, tmp_path / "tidak-ada.jpg"), "tidak dapat dibaca"), ((subject, Path(sys.executable)), "16 MB"),
        (("x-1", file), "belum ada"), ((subject, file, "--operator", "op-9"), "kata sandi"),
    ):  # fmt: skip
        failed = simpul(*arguments)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert words in failed.stderr or "jenis" in failed.stderr
        assert failed.stderr.count("\n") == 1


async def test_a_file_is_not_read_before_its_size_is_known(tmp_path: Path) -> None:
    good, large, folder, pipe = (tmp_path / name for name in ("a.txt", "b.bin", "c", "d"))
    good.write_bytes(b"Air naik")
    with large.open("wb") as file:
        file.truncate(40 * 2**30)
    folder.mkdir()
    os.mkfifo(pipe)
    assert await read_file(good) == b"Air naik"
    for path, code in (
        (large, "too_big"), (folder, "unreadable"), (pipe, "unreadable"), (tmp_path / "tiada", "unreadable"),
        (Path("/dev/zero"), "unreadable"), (Path("a\0b"), "unreadable"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await read_file(path)
        assert refused.value.code == code, path


async def test_a_copy_bears_a_name_of_our_making_and_is_whole_or_not_there(tmp_path: Path) -> None:
    zone, at = ZoneInfo("Asia/Jakarta"), 1_795_000_000_000
    assert copy_name(photo(), "ab12cd34" * 8, at, zone) == "lampiran-20261118-1806-ab12cd34.jpg"
    assert copy_name(b"#!/bin/sh\n\x00", "ab12cd34" * 8, at, zone).endswith(".bin")
    kept = tmp_path / "x.pdf"
    kept.write_bytes(b"lama")
    await save_copy(kept, PDF)
    assert kept.read_bytes() == PDF
    assert not kept.stat().st_mode & 0o111
    with pytest.raises(OSError, match="tiada"):
        await save_copy(tmp_path / "tiada" / "x.pdf", PDF)
    with pytest.raises(OSError, match="directory"):
        await save_copy(tmp_path, PDF)
    assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]


async def test_what_lies_damaged_is_said_until_something_whole_takes_its_place(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    data = photo(grain=3)
    await room.attach(subject, "foto.jpg", data)
    (one,) = await attached(room, subject)
    path = room.store.blobs.path
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE blob_rows SET data = zeroblob(length(data)) WHERE length(data) > 20000")
    assert await room.blob(one.sha256) is None
    assert (await room.blobs_here([one.sha256]))[one.sha256].damaged
    await room.store.blobs.put(data)
    assert not (await room.blobs_here([one.sha256]))[one.sha256].damaged
