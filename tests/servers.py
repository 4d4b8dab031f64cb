"""Real servers for tests: the central server as its own process on its own PostgreSQL, and a device to talk to it with."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import requests

from console.central import serve as central
from console.domain.keys import DeviceKey
from console.wire.guard import Guard
from console.wire.line import new_session
from console.wire.messages import EnrolReply, EnrolRequest

ROOT = Path(__file__).resolve().parents[1]
_PROGRAM = """
import sys
from pathlib import Path
from console.central.serve import serve
data, pack, address, port, dsn = sys.argv[1:]
serve(Path(data), Path(pack), port=int(port), dsn=dsn or None, address_file=Path(address))
"""


@dataclass
class CentralServer:
    """A central server's process. After `kill` or `stop`, `start` brings it back on the same folder and port."""

    data: Path
    pack: Path
    dsn: str = ""
    name: str = "address"
    url: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60.0) -> str:
        """Start it; gives its address (`http://127.0.0.1:port`), the same as before when it ran before."""
        address = self.data / self.name
        address.unlink(missing_ok=True)
        port = self.url.rsplit(":", 1)[1] if self.url else "0"
        command = [sys.executable, "-c", _PROGRAM, str(self.data), str(self.pack), str(address), port, self.dsn]
        with (self.data / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        until = time.monotonic() + seconds
        while not address.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.data / f"{self.name}.log").read_text()[-3000:])
            time.sleep(0.05)
        self.url = address.read_text().strip()
        return self.url

    def stop(self) -> int:
        """End it as a service manager would (SIGTERM); gives its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        try:
            return self.process.wait(30)
        finally:
            self.process = None

    def code(self, territory: str, role: str = "") -> str:
        """A one-time enrolment code."""
        return central.enrol_code(self.data, self.pack, territory, role, self.dsn or None)

    def enrol(self, territory: str, role: str = "", key: DeviceKey | None = None) -> Enrolled:
        """A new device, enrolled over HTTP."""
        key = key or DeviceKey.generate()
        return enrol(self.url, self.code(territory, role), key)


@dataclass
class Enrolled:
    """An enrolled device: its key and what the centre said."""

    url: str
    key: DeviceKey
    reply: EnrolReply

    @property
    def headers(self) -> dict[str, str]:
        """What authenticates its calls."""
        return {"Authorization": f"Bearer {self.reply.token}"}

    @contextmanager
    def guard(self) -> Iterator[Guard]:
        """A guard to call the centre with; pass `headers` to each call."""
        with new_session() as session:
            session.headers.update(self.headers)
            yield Guard(session)


def enrol(url: str, code: str, key: DeviceKey, name: str = "uji") -> Enrolled:
    """Enrol a device at the centre."""
    bare = EnrolRequest(code, key.id, key.public, name, b"")
    request = msgspec.structs.replace(bare, proof=key.sign(bare.message()))
    with new_session() as session:
        got = Guard(session).call("POST", f"{url}/v1/enrol", EnrolReply, request)
    return Enrolled(url, key, got.value)


@contextmanager
def central_server(folder: Path, pack: Path, dsn: str = "", name: str = "address") -> Iterator[CentralServer]:
    """A running central server with its data in `folder` and its city from `pack`; stopped at the end.

    Entering again with the same folder finds the same journal. A second server on the same database: pass the first
    one's `folder`, its DSN, and another `name`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = CentralServer(folder, pack, dsn, name)
    try:
        server.start()
        yield server
    finally:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            server.stop()


@contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder with a short path, for a server that outlives one test."""
    folder = Path(tempfile.mkdtemp(prefix="simpul-uji-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_up(url: str) -> bool:
    """Whether anything answers there."""
    with suppress(requests.RequestException):
        return requests.get(f"{url}/v1/health", timeout=2).ok
    return False
