"""A centre and its rooms in one process, for tests that drive every step themselves: real rooms on real files, the centre's
real calls over real HTTP on a real PostgreSQL, a clock that moves when told, and faults at the places where they really
strike: a connection of the database ended at its COMMIT, a transaction of a room's file that may not begin or commit, an
answer that is lost on its way.

Left out: the loops of the exchange (its steps are called one by one), TLS, and the process boundary; what a crash takes from
memory is thrown away here by opening the folder, or the centre, anew.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from psycopg import sql

from console.central.app import create_app
from console.central.backup import backup, restore
from console.central.centre import Centre
from console.central.enrol import make_code, revoke
from console.central.keys import CENTRE
from console.central.postgres import EmbeddedPostgres
from console.central.serve import _connected
from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.store.folder import Folder, Identity
from console.store.store import Store
from console.sync.exchange import Exchange
from console.sync.line.size import Size
from console.sync.push import Pushed
from console.sync.uplink import Uplink, introduce
from console.wire.guard import Trouble
from tests.memory import folder_in_memory
from tests.small_city import CITY, NORTH, make_small_pack

ROOMS = {"hall": CITY, "first": NORTH, "second": NORTH}
LOST, CUT, DOUBLED = "lost", "cut", "doubled"
CALLS = 400
"""Calls in one step above which the rooms and the centre are taken to chase each other for ever."""
HOUR_MS = 3_600_000
_BREAKS = """
CREATE SEQUENCE commits;
CREATE TABLE breaks (at bigint);
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('commits') = (SELECT max(at) FROM breaks) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NULL;
END $$;
"""
_BREAK = """
CREATE CONSTRAINT TRIGGER break_off AFTER INSERT OR UPDATE ON {} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION break_off()
"""
_BREAKABLE = ("heads", "tokens", "offers", "lost_orders", "streams")


class Gate:
    """The ASGI application that stands before whichever centre runs now. `fault` strikes the call after `after` more:
    "lost": the centre works, its answer never comes; "cut": the call never comes; "doubled": it comes twice."""

    def __init__(self) -> None:
        self.app: Any = None
        self.calls = 0
        self._fault, self._after = "", 0

    def strike(self, fault: str, after: int) -> None:
        """Let a fault happen."""
        self._fault, self._after = fault, after

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.calls += 1
        fault = self._due()
        if fault == DOUBLED:
            receive = await _kept(receive)
            # A server notes in its call's scope that it answered; each coming is a call of its own.
            await self.app({**scope, "state": dict(scope.get("state", {}))}, receive, _nowhere)
        if fault == LOST:
            await self.app(scope, receive, _nowhere)
        if fault in (LOST, CUT) or self.calls > CALLS:
            await send({"type": "http.response.start", "status": 502, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.app(scope, receive, send)

    def _due(self) -> str:
        self._after -= 1
        if self._after >= 0 or not self._fault:
            return ""
        fault, self._fault = self._fault, ""
        return fault


async def _nowhere(_message: Any) -> None:
    pass


async def _kept(receive: Callable[[], Any]) -> Callable[[], Any]:
    """What came, to be read any number of times."""
    message = await receive()
    while message.get("more_body"):
        more = await receive()
        message = {**message, "body": message.get("body", b"") + more.get("body", b""), "more_body": more["more_body"]}

    async def again() -> Any:
        return message

    return again


class Desk:
    """One room: its folder and what is open on it. `exchange` lives until the room is opened anew, as in a process."""

    def __init__(self, path: Path, city: City, clock: ManualClock) -> None:
        self.path, self._city, self._clock = path, city, clock
        self.open()

    def open(self) -> None:
        """As a starting process does."""
        self.folder = Folder.open(self.path)
        identity = self.folder.identity
        root = bytes.fromhex(identity.root) if identity else b""
        self.store = Store(self.path, self._city, root, self.folder.key, "uji", self._clock)
        self.said = ""
        self._connect()

    def _connect(self) -> None:
        identity = self.folder.identity
        uplink = Uplink(self.folder, self.store, self._clock, lambda: None)
        self.exchange: Exchange | None = uplink._make(identity) if identity and self.folder.token else None

    async def close(self) -> None:
        """As an ending process does."""
        if self.exchange is not None:
            await self.exchange.stop()
        self.store.close()
        self.folder.close()

    async def crash(self) -> None:
        """End without a word; what was not committed is gone. (What the exchange remembers of the line is still written.)"""
        self.store._writer._connection.set_authorizer(None)
        await self.close()

    def forbid(self, commits: int, after: bool) -> None:
        """After so many more transactions of the journal none may commit; or, with `after`, none may begin."""
        left = commits

        def judge(action: int, what: str | None, *_: object) -> int:
            nonlocal left
            if action != sqlite3.SQLITE_TRANSACTION or what == "ROLLBACK":
                return sqlite3.SQLITE_OK
            if what == "COMMIT":
                left -= 1
                return sqlite3.SQLITE_OK if left >= 0 or after else sqlite3.SQLITE_DENY
            return sqlite3.SQLITE_DENY if after and left <= 0 else sqlite3.SQLITE_OK

        self.store._writer._connection.set_authorizer(judge)

    async def step(self, work: Callable[[Exchange], Any]) -> bool:
        """One step of the exchange, as its loops do it; whether it went through."""
        if self.exchange is None:
            return False
        await self.exchange.steps.recall()
        try:
            await work(self.exchange)
        except Trouble as trouble:
            await self.exchange.steps.fail(self.exchange.now.pull_lane, trouble)
            return False
        await self.exchange.steps.refresh()
        return True

    async def pull(self, count: int = 500) -> bool:
        """One page of at most `count` entries."""

        async def one(exchange: Exchange) -> None:
            exchange.steps.puller._size = Size(count, 1, count, 10.0)
            await exchange.steps.pull(0.0)

        return await self.step(one)

    async def push(self) -> bool:
        """Everything that may be offered."""
        return await self.step(lambda exchange: exchange.steps.push(Pushed()))

    async def sync(self) -> str:
        """One whole exchange; the problem that is left."""
        if self.exchange is None:
            return "unauthorized"
        return (await self.exchange.sync_once()).problem


class Town:
    """The centre, the rooms' folders, and everything that may befall them."""

    def __init__(self, base: Path, port: Gate, url: str, postgres: EmbeddedPostgres) -> None:
        self.base, self.gate, self.url, self.postgres = base, port, url, postgres
        self.pack = make_small_pack(base / "pack")
        self.city = read_city(self.pack)
        self.clock = ManualClock()
        self.data = base / "central"
        self._names = itertools.count()
        self._stack = ExitStack()
        self.dsn, self._key = "", b""
        self.centre: Centre

    # ---- the centre

    def new_database(self, template: str = "") -> None:
        """Go on with a new database: an empty one, or a copy of that one."""
        self._stack.close()
        if template:
            (self.data / CENTRE).write_bytes(self._key)
        old = self.dsn
        name = f"town{next(self._names)}"
        with self._admin() as db:
            copied = sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
            db.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), copied))
            # The first is what stories are copied from.
            if old and (gone := psycopg.conninfo.conninfo_to_dict(old)["dbname"]) != "town0":
                db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(gone))))
        self.dsn = psycopg.conninfo.make_conninfo(self.postgres.dsn(), dbname=name)
        self.start_centre()
        if not template:
            self._key = self._key or (self.data / CENTRE).read_bytes()
            with psycopg.connect(self.dsn) as db:
                db.execute(_BREAKS)
                for table in _BREAKABLE:
                    db.execute(_BREAK.format(table).encode())

    @property
    def database(self) -> str:
        """The name of the present database."""
        return str(psycopg.conninfo.conninfo_to_dict(self.dsn)["dbname"])

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.postgres.dsn(), dbname="postgres", autocommit=True) as db:
            yield db

    def start_centre(self) -> None:
        """A server's process begins (the one before is gone)."""
        self._stack.close()
        self.centre = self._stack.enter_context(_connected(self.data, self.pack, self.dsn, self.clock))
        self.gate.app = create_app(self.centre)

    def break_database(self, commits: int) -> None:
        """End the database's connection at this commit from now on (about: some write several rows)."""
        with self.centre.database() as db:
            db.execute("INSERT INTO breaks SELECT last_value + %s FROM commits", (commits,))

    def mend_database(self) -> None:
        """Let no commit fail any more."""
        with psycopg.connect(self.dsn) as db:
            db.execute("DELETE FROM breaks")

    def back_up(self, file: Path) -> None:
        """`central backup`."""
        backup(self.data, file, self.dsn, clock=self.clock)

    def put_back(self, file: Path, told: bool) -> None:
        """The database as it was then: by the command, after which the server starts again, or behind its back."""
        if told:
            self._stack.close()
        restore(self.data, file, self.dsn, clock=self.clock)
        if told:
            self.start_centre()

    def empty(self, key_lost: bool) -> None:
        """The database is gone."""
        if key_lost:
            (self.data / CENTRE).unlink()
        self.new_database()

    def code(self, territory: str) -> str:
        """A code for a new device of this territory."""
        role = "city" if territory == CITY else "kecamatan"
        with self.centre.database() as db:
            return make_code(db, self.centre.city_key, territory, role, self.clock.now())

    def revoke(self, device: str) -> bool:
        """`central revoke`."""
        with self.centre.database() as db:
            return revoke(db, device, self.centre.writer, self.centre.keeper)

    # ---- rooms

    async def settle_in(self, path: Path, territory: str) -> None:
        """A new folder, or one that lost its secrets, is enrolled."""
        folder = Folder.open(path)
        try:
            if folder.identity is None:
                folder.keep(Identity(territory, path.name, ""))
            await introduce(folder, self.url, self.code(territory), path.name, self.clock)
        finally:
            folder.close()

    def desk(self, path: Path) -> Desk:
        """The room of a folder."""
        return Desk(path, self.city, self.clock)

    def close(self) -> None:
        """End the centre."""
        self._stack.close()


def copy_folder(source: Path, target: Path) -> None:
    """What somebody does who copies a data folder."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("owner.*"))


@contextmanager
def running_town() -> Iterator[Town]:
    """A town whose rooms are enrolled and settled; its database is the template, its folders lie in `base / "rooms"`."""
    with folder_in_memory() as base:
        base.chmod(0o711)  # an unprivileged PostgreSQL must pass through
        with _town_in(base) as town:
            yield town


@contextmanager
def _town_in(base: Path) -> Iterator[Town]:
    gate = Gate()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(gate, log_config=None, access_log=False, timeout_keep_alive=600)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="centre")
    postgres = EmbeddedPostgres(base / "central")
    try:
        postgres.start()
        thread.start()
        town = Town(base, gate, f"http://127.0.0.1:{listener.getsockname()[1]}", postgres)
        try:
            town.new_database()
            asyncio.run(_found(town))
            yield town
        finally:
            town.close()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        postgres.stop()


async def _found(town: Town) -> None:
    for name, territory in ROOMS.items():
        await town.settle_in(town.base / "rooms" / name, territory)
    for name in ROOMS:
        desk = town.desk(town.base / "rooms" / name)
        await desk.sync()
        await desk.close()
