"""A centre's backup: whole, read back, put back, and refused when it is not whole or not this city's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import psycopg
import pytest

from console.central.backup import RESTORED, BadBackup, backup, read_through, restore
from console.central.postgres import EmbeddedPostgres, PostgresProblem
from tests.central.desk import Stream, changes, send
from tests.servers import ROOT, CentralServer, central_server, short_folder

CITY, HERE = "12.75", "12.75.01"


def dump(data: Path) -> dict[str, list[tuple]]:
    """Every row of what a room can ever see."""
    postgres = EmbeddedPostgres(data)
    try:
        with psycopg.connect(postgres.start()) as db:
            return {
                table: sorted(db.execute(f"SELECT * FROM {table}").fetchall())
                for table in ("heads", "streams", "entries", "tokens", "blobs")
            }
    finally:
        postgres.stop()


def write(server: CentralServer, count: int) -> None:
    device = server.enrol(HERE)
    stream = Stream(device.key, HERE)
    stream.open_incidents(count)
    send(device, stream.push())


def test_a_backup_beside_a_running_server_puts_back_every_row(pack: Path) -> None:
    with short_folder() as folder, central_server(folder / "central", pack) as server:
        write(server, 300)
        tally = backup(server.data, folder / "kemarin.pusat")
        assert tally["entries"].rows >= 301 and read_through(folder / "kemarin.pusat") == tally
        assert (folder / "kemarin.pusat").stat().st_mode & 0o077 == 0
        with pytest.raises(PostgresProblem):
            restore(server.data, folder / "kemarin.pusat")
        server.stop()
        before = dump(server.data)
        server.start()
        write(server, 5)
        server.stop()
        assert dump(server.data) != before
        restore(server.data, folder / "kemarin.pusat")
        assert dump(server.data) == before
        [kept] = server.data.glob("sebelum-pemulihan-*.pusat")
        assert read_through(kept)["entries"].rows == tally["entries"].rows + 6 + 2
        server.start()
        assert changes(server.enrol(CITY)).runs


def test_a_backup_with_keys_makes_a_centre_anew_and_the_command_says_how_much(pack: Path) -> None:
    with short_folder() as folder, central_server(folder / "central", pack) as server:
        write(server, 3)
        file = folder / "semua.pusat"

        def command(what: str, data: Path, *more: str) -> dict:
            done = subprocess.run(
                [sys.executable, str(ROOT / "main.py"), "central", what, str(file), "--data", str(data), "--json", *more],
                capture_output=True, check=True,
            )  # fmt: skip
            return msgspec.json.decode(done.stdout)

        made = command("backup", server.data, "--with-keys")
        server.stop()
        new = folder / "baru"
        assert command("restore", new)["rows"] == made["rows"]
        assert (new / "centre.key").read_bytes() == (server.data / "centre.key").read_bytes()
        assert (new / "centre.key").stat().st_mode & 0o077 == 0
        assert dump(new) == dump(server.data)
        postgres = EmbeddedPostgres(new)
        with psycopg.connect(postgres.start()) as db:
            assert db.execute("SELECT value FROM settings WHERE name = %s", (RESTORED,)).fetchone()
        postgres.stop()


def test_what_is_not_whole_or_of_another_city_changes_nothing(pack: Path) -> None:
    with short_folder() as folder, central_server(folder / "central", pack) as server:
        write(server, 3)
        file = folder / "kemarin.pusat"
        backup(server.data, file)
        server.stop()
        before = dump(server.data)
        whole = file.read_bytes()
        for place in range(0, len(whole), len(whole) // 12):
            spoilt = folder / "rusak.pusat"
            spoilt.write_bytes(whole[:place])
            with pytest.raises(BadBackup):
                restore(server.data, spoilt)
        assert dump(server.data) == before
        with central_server(folder / "lain", pack) as other:
            other.stop()
            with pytest.raises(BadBackup, match="kota lain"):
                restore(other.data, file)
