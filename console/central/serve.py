"""The centre as a program: opens its database and keys, serves, and does what the command line asks of it (a code for a
new device, a revocation, an operator)."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psycopg
import uvicorn
from psycopg_pool import ConnectionPool

from console.central.app import create_app
from console.central.centre import Centre
from console.central.changes import ChangesReader
from console.central.enrol import enrol_unconnected, make_code
from console.central.enrol import revoke as revoke_device
from console.central.enrol import set_operator as write_operator
from console.central.journal_file import JournalFiles
from console.central.keys import CENTRE, CITY, KeyProblem, load, load_or_create
from console.central.limits import Rates
from console.central.metrics import Metrics
from console.central.pack import SignedPack, read_pack
from console.central.postgres import EmbeddedPostgres
from console.central.retention import KEEP_DAYS, Retention
from console.central.ring import RingKeeper
from console.central.schema import migrate
from console.central.wakeups import Wakeups
from console.central.writer import CentreWriter
from console.cities.read import read_city
from console.domain.clock import Clock, SystemClock
from console.domain.keys import Device, DeviceKey
from console.domain.people import Operator
from console.wire.enrolment import fingerprint
from console.wire.messages import EnrolRequest

ADDRESS_FILE = "address"
GRACE_S = 10


def serve(
    data: Path,
    pack_folder: Path,
    host: str = "127.0.0.1",
    port: int = 8470,
    dsn: str | None = None,
    address_file: Path | None = None,
    clock: Clock | None = None,
    keep_days: int = KEEP_DAYS,
) -> None:
    """Serve until SIGTERM or SIGINT. Port 0 takes a free one; the address that is served (`http://host:port`) is written
    to `address_file` (by default in `data`) once calls are answered, and removed at the end. Readings older than
    `keep_days` are given up (0: none are).

    Call it from the main thread. PostgresProblem, KeyProblem, PackError, OSError when it cannot be.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            socket.create_server((host, port), backlog=512) as listener,
            _open(data, pack_folder, dsn, clock) as centre,
            Retention(centre, keep_days),
        ):
            # asyncio does so only for sockets that name TCP as their protocol; without it every reply waits 40 ms.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _Server(centre, address_file or data / ADDRESS_FILE, listener).run(sockets=[listener])
    except KeyboardInterrupt:
        return


class _Server(uvicorn.Server):
    """Uvicorn that says where it serves, and lets waiting long-polls go when it is told to end."""

    def __init__(self, centre: Centre, address_file: Path, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(centre), log_config=None, access_log=False, server_header=False, date_header=False,
                timeout_keep_alive=120, timeout_graceful_shutdown=GRACE_S, backlog=512,
            )
        )  # fmt: skip
        self._centre = centre
        self._address_file = address_file
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then write the address."""
        await super().startup(sockets)
        host, port = self._listener.getsockname()[:2]
        fresh = self._address_file.with_suffix(".fresh")
        fresh.write_text(f"http://{host}:{port}\n")
        fresh.replace(self._address_file)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take the address away and end in order."""
        self._address_file.unlink(missing_ok=True)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to end."""
        self._centre.wakeups.close_soon()
        super().handle_exit(sig, frame)


def enrol_code(data: Path, pack_folder: Path, territory: str, role: str = "", dsn: str | None = None) -> str:
    """A one-time code for a device of `territory` (the city's code or a kecamatan's); its role by default what fits.

    The centre may be serving meanwhile. ValueError for a territory that the pack does not have, or an unknown role.
    """
    with _open(data, pack_folder, dsn, own=False) as centre, centre.database() as db:
        if territory not in centre.territories:
            raise ValueError(f"Kota {centre.city} tidak punya wilayah {territory} dengan jurnal sendiri.")
        fitting = role or ("city" if territory == centre.city else "kecamatan")
        return make_code(db, centre.city_key, territory, fitting, centre.clock.now())


def enrol_request(
    data: Path, pack_folder: Path, territory: str, request: EnrolRequest, role: str = "", dsn: str | None = None
) -> tuple[Device, str]:
    """Enrol a device that has no line by the request that was carried here; gives it, and the city's fingerprint, by
    which the people there know the first bundle. ValueError, NotEnrolled when it cannot be."""
    with _open(data, pack_folder, dsn, own=False) as centre, centre.database() as db:
        if territory not in centre.territories:
            raise ValueError(f"Kota {centre.city} tidak punya wilayah {territory} dengan jurnal sendiri.")
        fitting = role or ("city" if territory == centre.city else "kecamatan")
        device = enrol_unconnected(db, request, territory, fitting, centre.keeper, centre.writer)
        return device, fingerprint(centre.city_key)


def revoke(data: Path, pack_folder: Path, device: str, reason: str = "", dsn: str | None = None) -> bool:
    """Revoke a device by id; False when none such is enrolled (or it is already revoked)."""
    with _open(data, pack_folder, dsn, own=False) as centre, centre.database() as db:
        return revoke_device(db, device, centre.writer, centre.keeper, reason)


def set_operator(data: Path, pack_folder: Path, operator: Operator, dsn: str | None = None) -> None:
    """Name an operator, or change one, in the city's journal."""
    with _open(data, pack_folder, dsn, own=False) as centre, centre.database() as db:
        write_operator(db, operator, operator.id, centre.writer)


def operators(data: Path, pack_folder: Path, dsn: str | None = None) -> list[Operator]:
    """Everybody whom the city's journal names, in order of id."""
    with _open(data, pack_folder, dsn, own=False) as centre, centre.database() as db:
        return [o for _, o in sorted(centre.keeper.current(db).operators.items())]


@contextmanager
def _open(
    data: Path, pack_folder: Path, dsn: str | None, clock: Clock | None = None, own: bool = True
) -> Iterator[Centre]:
    """The centre on its database: the given one, or its own PostgreSQL, which ends with it if it started it."""
    data.mkdir(parents=True, exist_ok=True)
    if dsn is not None:
        with _connected(data, pack_folder, dsn, clock or SystemClock()) as centre:
            yield centre
        return
    postgres = EmbeddedPostgres(data)
    try:
        with _connected(data, pack_folder, postgres.start(own), clock or SystemClock()) as centre:
            yield centre
    finally:
        postgres.stop()


@contextmanager
def _connected(data: Path, pack_folder: Path, dsn: str, clock: Clock) -> Iterator[Centre]:
    migrate(dsn)
    city = read_city(pack_folder)
    with ConnectionPool(dsn, min_size=1, max_size=16, timeout=10, kwargs={"autocommit": True}, open=True) as pool:
        with pool.connection() as db:
            key, city_key, pack = _establish(db, data, pack_folder, city.code, clock)
        keeper = RingKeeper(city.code, city_key)
        territories = frozenset({city.code, *(t.code for t in city.districts())})
        wakeups = Wakeups(dsn)
        try:
            yield Centre(
                city.code, territories, pack, key, city_key, clock, pool, keeper, CentreWriter(key, keeper, clock),
                ChangesReader(city.code, territories, key, clock), wakeups, Rates(clock), Metrics(),
                JournalFiles(key), lambda db: _name_centre(db, keeper, _root(data), key, clock),
            )  # fmt: skip
        finally:
            wakeups.join()


def _establish(
    db: psycopg.Connection, data: Path, pack_folder: Path, city: str, clock: Clock
) -> tuple[DeviceKey, bytes, SignedPack]:
    """The centre's key, the city's public key and the signed pack; on the very first start the keys are made, and the
    city key names the centre in the city's journal."""
    known = _setting(db, "city_key")
    if known is None and (data / CENTRE).exists() and not (data / CITY).exists():
        # Making a new city key here would make a stranger of every room.
        raise KeyProblem(f"Basis data kosong, padahal {data / CENTRE} ada; letakkan city.key kota ini di folder data.")
    root = load_or_create(data / CITY) if known is None else _root(data)
    if known is not None and root is not None and root.public != known:
        raise KeyProblem(f"{data / CITY} bukan kunci kota yang dipakai basis data ini.")
    public = known or (root.public if root else b"")
    key = load_or_create(data / CENTRE) if root else load(data / CENTRE)
    if _setting(db, "city", city.encode()) != city.encode():
        raise KeyProblem("Basis data ini milik kota lain.")
    _setting(db, "city_key", public)
    _name_centre(db, RingKeeper(city, public), root, key, clock)
    pack = read_pack(pack_folder, root)
    signature = _setting(db, f"pack.{pack.version}", pack.signature or None)
    return key, public, SignedPack(pack.version, pack.data, signature or b"")


def _root(data: Path) -> DeviceKey | None:
    """The city's key, where it has not been taken away."""
    return load(data / CITY) if (data / CITY).exists() else None


def _name_centre(
    db: psycopg.Connection, keeper: RingKeeper, root: DeviceKey | None, key: DeviceKey, clock: Clock
) -> None:
    if keeper.device(db, key.id) is not None:
        return
    if root is None:
        raise KeyProblem(
            "Kunci pusat ini belum diangkat oleh kunci kota; letakkan city.key di folder data sekali lagi."
        )
    body = {
        "device": key.id,
        "public_key": key.public.hex(),
        "territory": keeper.city,
        "role": "centre",
        "name": "Pusat",
        "seal": key.seal.hex(),
    }
    CentreWriter(root, keeper, clock).write(db, [("device.enrolled", key.id, body)])


def _setting(db: psycopg.Connection, name: str, value: bytes | None = None) -> bytes | None:
    """A setting of the database; `value` is kept when there was none."""
    if value is not None:
        db.execute("INSERT INTO settings VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, value))
    row = db.execute("SELECT value FROM settings WHERE name = %s", (name,)).fetchone()
    return bytes(row[0]) if row else None
