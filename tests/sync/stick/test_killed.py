"""A power cut in the middle of an import or export: each journal is as before or as after, and the same stick mends it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.small_city import CITY, NORTH, SOUTH
from tests.sync.town import Town, codes, in_town

ROOT = Path(__file__).resolve().parents[3]
_IMPORT = """
import asyncio, sys
from pathlib import Path
from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.store.folder import Folder
from console.store.store import Store
from console.sync.stick.stick import Stick

async def main(data, pack, file):
    folder = Folder.open(Path(data))
    city, clock = read_city(Path(pack)), ManualClock()
    store = Store(folder.path, city, bytes.fromhex(folder.identity.root), folder.key, "uji", clock)
    print("siap", flush=True)
    await Stick(store, folder, city, clock).take(Path(file), Path(file).parent)
    print("selesai", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""
KILLS = 6
WRITTEN = {NORTH: 1500, SOUTH: 1500}


def test_a_killed_import_leaves_whole_journals_and_is_mended_by_the_same_stick(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        for territory, count in WRITTEN.items():
            for _ in range(count // 50):
                await town.hall.write(50, territory)
        await town.number(town.hall, CITY, NORTH)
        file, _ = await town.hall.export(town.north.name)
        whole = {t: await town.hall.entries(t) for t in (CITY, NORTH, SOUTH)}
        seen = set()
        for k in range(KILLS):
            office = await town.room(f"kantor-{k}", NORTH, "kecamatan", f"Kantor {k}")
            office.folder.key = town.north.key
            office.store.close()
            office.folder.close()
            (office.folder.path / "device.key").write_bytes(town.north.key.to_bytes())
            killed(office.folder.path, town.pack, file, random.Random(k).uniform(0, 0.9))
            again = town.reopened(office)
            for territory, entries in whole.items():
                held = await again.entries(territory)
                assert held in (set(), entries), (k, territory, len(held), len(entries))
                seen.add(bool(held))
            taken = await again.take(file)
            assert {t: await again.entries(t) for t in whole} == whole
            assert (await again.store.cursors())[NORTH] == (await town.hall.store.cursors())[NORTH]
            assert set(codes(taken)) <= {"known"}
        assert seen == {True, False}, "no kill came in between: choose other moments"

    in_town(tmp_path, story)


def killed(data: Path, pack: Path, file: Path, after_s: float) -> None:
    command = [sys.executable, "-c", _IMPORT, str(data), str(pack), str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "siap\n"
        time.sleep(after_s)
        process.kill()
        process.stdout.read()
