"""`sync --once` brings all that the lanes bring: a room that is new gets photos and the readings that it missed, as far as
the budget goes; what was not brought to its end is told, and goes on from there the next time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from console.domain.clock import SystemClock
from console.store.folder import Folder
from console.sync.uplink import introduce
from tests.pictures import photo
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack
from tests.sync.recorder import Recorder
from tests.sync.test_long_away import DAY_MS, EVERY, MINUTE, history_minutes, post_frames, their_frame
from tests.sync.test_with_centre import enrolled, new, numbered, run, until

DAYS = 5
FRAMES = DAYS * 1440 // EVERY
Told = dict[str, object]


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    """A centre that knows an incident with a photo and some days of readings."""
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        run(one_incident(running, folder))
        first = (SystemClock().now() - DAYS * DAY_MS) // MINUTE
        frames = [their_frame(first + k * EVERY, "alat") for k in range(FRAMES)]
        device = running.enrol(SOUTH)
        for k in range(0, FRAMES, 500):
            post_frames(device, frames[k : k + 500])
        yield running


async def one_incident(server: CentralServer, folder: Path) -> None:
    async with enrolled(server, folder / "hall", CITY) as hall:
        await hall.attach(await hall.open_incident(new()), "pohon.jpg", photo(300, 200))
        await until(numbered(hall))

        async def sent() -> bool:
            return (await hall.store.blob_queue()).unsent == 0

        await until(sent)


def introduced(server: CentralServer, folder: Path, url: str) -> Path:
    """The folder of a room of the north that was enrolled and has synced nothing yet."""
    place = Folder.open(folder / "room")
    try:
        asyncio.run(introduce(place, url, server.code(NORTH), "Ruang uji"))
    finally:
        place.close()
    return folder / "room"


def once(room: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Told, str]:
    code = main.main(["sync", "--once", "--json", "--data", str(room)])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def held_minutes(room: Path) -> list[int]:
    with sqlite3.connect(f"file:{room / 'readings.db'}?mode=ro", uri=True) as db:
        return [row[0] for row in db.execute("SELECT minute FROM frames WHERE source = 'alat' ORDER BY minute")]


def budget(room: Path, hour: str) -> None:
    assert main.main(["line", "budget", "--hour", hour, "--data", str(room)]) == 0


@pytest.mark.usefixtures("own_root_logger")
def test_a_new_room_gets_photos_and_all_the_history_in_one_exchange(
    server: CentralServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Recorder(server.url, NORTH, CITY) as line:
        room = introduced(server, tmp_path, line.url)
        code, told, err = once(room, capsys)
        assert (code, told["whole"], told["left"], err) == (0, True, [], "")
        assert (told["frames_down"], told["history"], told["blobs_down"]) == (1, FRAMES, 2), "with its thumbnail"
        assert len(held_minutes(room)) == FRAMES
        assert line.last("own", "city", "others", "readings") < line.first("history")
        code, told, _ = once(room, capsys)
        assert (code, told["history"], told["blobs_down"], told["received"]) == (0, 0, 0, 0)


@pytest.mark.usefixtures("own_root_logger")
def test_a_used_up_budget_ends_it_early_says_what_is_left_and_the_next_goes_on_from_there(
    server: CentralServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Recorder(server.url, NORTH, CITY) as line:
        room = introduced(server, tmp_path, line.url)
        budget(room, "40kB")
        capsys.readouterr()
        code, told, err = once(room, capsys)
        assert (code, told["whole"], told["left"], told["left_why"]) == (2, False, ["history"], "budget")
        assert err == (
            "simpul: Belum sampai akhir, jatah byte saluran ini habis: bacaan lama. Ulangi pada jam berikutnya,"
            " atau ubah dengan: simpul line budget\n"
        )
        assert 0 < told["history"] < FRAMES and told["blobs_down"] == 2
        assert len(held_minutes(room)) == told["history"]
        budget(room, "0")
        capsys.readouterr()
        code, rest, err = once(room, capsys)
        assert (code, rest["left"], err) == (0, [], "")
        assert rest["history"] == FRAMES - told["history"]
        got = history_minutes(line)
        assert len(got) == len(set(got)) and got == sorted(got, reverse=True)
        assert len(held_minutes(room)) == FRAMES
