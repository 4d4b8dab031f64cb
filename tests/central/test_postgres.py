"""The centre's own PostgreSQL and the server around it, through restarts, kills and second starters."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import filelock
import psutil
import psycopg
import pytest

from console.central import serve as central
from console.central.keys import KeyProblem, load, load_or_create
from console.central.postgres import EmbeddedPostgres, PostgresProblem
from console.central.schema import TooNew, migrate
from console.domain.keys import DeviceKey
from console.domain.people import Operator
from tests.central.desk import Stream, changes, send
from tests.servers import central_server, enrol, is_up, short_folder
from tests.small_city import make_small_pack

HERE = "12.75.01"


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as place:
        yield place


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def gone(pid: int, seconds: float = 15.0) -> bool:
    ends = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < ends:
        time.sleep(0.05)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_cluster_keeps_its_data_through_stops_and_kills(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder)
    dsn = postgres.start()
    with psycopg.connect(dsn) as db:
        db.execute("CREATE TABLE t AS SELECT 1 AS x")
    os.kill(postmaster(folder), 9)
    postgres.stop()
    again = EmbeddedPostgres(folder)
    with psycopg.connect(again.start()) as db:
        assert db.execute("SELECT x FROM t").fetchone() == (1,)
    again.stop()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_command_takes_over_from_a_server_that_ends_before_it_is_ready(folder: Path) -> None:
    ending, passing = filelock.FileLock(folder / "postgres.lock", thread_local=False), EmbeddedPostgres(folder)
    ending.acquire()
    threading.Timer(0.5, ending.release).start()
    with psycopg.connect(passing.start(own=False, seconds=30)) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    passing.stop()


def test_it_asks_for_a_password_and_has_no_port(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder)
    dsn = postgres.start()
    try:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(dsn, password="salah")
        connections = psutil.Process(postmaster(folder)).net_connections("inet")
        assert not [c for c in connections if c.status == psutil.CONN_LISTEN]
        assert stat.S_IMODE((folder / "postgres.password").stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "run").stat().st_mode) == 0o700
    finally:
        postgres.stop()


@pytest.mark.parametrize("place", ["postgres/postmaster.pid", "run/.s.PGSQL.5432.lock"])
def test_a_pid_file_that_names_another_program_stops_nobody(folder: Path, place: str) -> None:
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    pid_file = folder / place
    text = pid_file.read_text()
    os.kill(postmaster(folder), 9)
    postgres.stop()
    pid_file.write_text(text.replace(text.split("\n", 1)[0], str(os.getpid()), 1))
    again = EmbeddedPostgres(folder)
    again.start()
    again.stop()


def test_two_owners_are_one_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = EmbeddedPostgres(folder)
    dsn = first.start()
    try:
        guest = EmbeddedPostgres(folder)
        assert guest.start(own=False) == dsn
        guest.stop()
        assert psutil.pid_exists(postmaster(folder))
        second = EmbeddedPostgres(folder)
        monkeypatch.setattr("console.central.postgres.OWNER_WAIT_S", 0.2)
        with pytest.raises(PostgresProblem, match="dilayani"):
            second.start()
    finally:
        first.stop()


def test_a_folder_with_a_long_path_gets_a_socket_elsewhere(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / ("panjang" * 15))
    try:
        with psycopg.connect(postgres.start()) as db:
            assert db.execute("SELECT 1").fetchone() == (1,)
    finally:
        postgres.stop()


def test_a_database_of_a_newer_program_is_left_alone(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder)
    dsn = postgres.start()
    try:
        migrate(dsn)
        migrate(dsn)
        with psycopg.connect(dsn) as db:
            db.execute("INSERT INTO migrations (number) VALUES (999)")
        with pytest.raises(TooNew, match="999"):
            migrate(dsn)
    finally:
        postgres.stop()


def test_keys_are_for_their_owner_only(folder: Path) -> None:
    key = load_or_create(folder / "a.key")
    assert load_or_create(folder / "a.key").public == key.public
    assert stat.S_IMODE((folder / "a.key").stat().st_mode) == 0o600
    (folder / "a.key").chmod(0o640)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load(folder / "a.key")
    (folder / "b.key").touch(0o600)
    with pytest.raises(KeyProblem):
        load(folder / "b.key")


def test_a_killed_server_leaves_no_process_and_comes_back_with_everything(folder: Path, pack: Path) -> None:
    with central_server(folder / "central", pack) as server:
        device = server.enrol(HERE)
        stream = Stream(device.key, HERE)
        stream.open_incidents(30)
        head = send(device, stream.push()).heads[0]
        pid = postmaster(server.data)
        server.kill()
        assert gone(pid)
        server.start()
        page = changes(device, limit=5000)
        assert head in page.heads
        stream.open_incidents(1)
        assert send(device, stream.push(32)).heads[0].n == head.n + 1


def test_sigterm_ends_in_order_even_while_rooms_wait(folder: Path, pack: Path) -> None:
    with central_server(folder / "central", pack) as server:
        device = server.enrol(HERE)
        since = changes(device, limit=5000).cursor
        ended: list[str] = []
        waiting = threading.Thread(target=lambda: ended.append(changes(device, since, wait=25).cursor))
        waiting.start()
        time.sleep(0.5)
        began, pid = time.monotonic(), postmaster(server.data)
        assert server.stop() == 0
        assert time.monotonic() - began < 8
        waiting.join(10)
        assert ended == [""]
        assert gone(pid)
        assert not is_up(server.url)
        assert not (server.data / "address").exists()


def test_the_city_key_may_be_kept_elsewhere_after_the_first_start(folder: Path, pack: Path) -> None:
    with central_server(folder / "central", pack) as server:
        device = server.enrol(HERE)
        with device.guard() as guard:
            before = guard.fetch("GET", f"{server.url}/v1/city", frozenset()).headers["Simpul-Signature"]
        server.stop()
        kept = (server.data / "city.key").rename(folder / "brankas.key")
        server.start()
        with device.guard() as guard:
            assert guard.fetch("GET", f"{server.url}/v1/city", frozenset()).headers["Simpul-Signature"] == before
        server.stop()
        load_or_create(server.data / "city.key")
        with pytest.raises(RuntimeError, match="bukan kunci kota"):
            server.start()
        kept.rename(server.data / "city.key")
        server.start()


def test_commands_work_beside_a_serving_centre_and_without_one(folder: Path, pack: Path) -> None:
    data = folder / "central"
    person = Operator("sari", "Sari (uji)", "operator", "12.75", "$argon2id$uji")
    code = central.enrol_code(data, pack, HERE)
    assert len(code) == 34
    with central_server(data, pack):
        central.set_operator(data, pack, person)
        assert central.operators(data, pack) == [person]
    central.set_operator(data, pack, Operator("sari", "Sari (uji)", "camat", HERE, "", active=False))
    assert [(o.role, o.active) for o in central.operators(data, pack)] == [("camat", False)]


def test_a_database_of_another_city_is_refused(folder: Path, pack: Path) -> None:
    central.operators(folder / "central", pack)
    other = make_small_pack(folder / "pack")
    with pytest.raises(KeyProblem, match="kota lain"):
        central.operators(folder / "central", other)


def test_secrets_stay_out_of_the_log(folder: Path, pack: Path) -> None:
    with central_server(folder / "central", pack) as server:
        code = server.code(HERE)
        device = enrol(server.url, code, DeviceKey.generate())
        changes(device)
        server.stop()
        log = "".join(p.read_text(errors="replace") for p in server.data.glob("*.log"))
        password = (server.data / "postgres.password").read_text()
    for secret in (code, device.reply.token, password):
        assert secret not in log
