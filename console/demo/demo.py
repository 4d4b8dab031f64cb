"""The demo city: a real central server and a real agent as processes of their own, beside the room that the window shows.

Everything is as in a deployment, but simulated sources feed it, and it is gone when closed unless a folder was named.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from console.demo.outage import FILE, Office, Outage, wait_until
from console.domain.city import City, journal_of
from console.domain.clock import Clock
from console.domain.incident import Incident
from console.domain.keys import DeviceKey
from console.domain.people import Operator
from console.domain.views import IncidentQuery
from console.log import logger
from console.room import Room, open_room
from console.store.folder import Identity, write_private

READY_S = 90.0
STOP_S = 15.0
"""How long agent and centre each have to end in order before they are killed; a command that is only being asked something
ends at once. So `Demo.stop` takes at most twice as long, and the room before it half a second for each of its lines: every
wait of a close is bounded, and all of them together stay below a minute."""
_log = logger("demo")


class DemoFailed(Exception):
    """A part of the demo city did not start; the text says which and where its diary is."""


class Demo:
    """A whole city in one folder. `open_room` first, so that the window need not wait; then `start`; `stop` at the end.

    `program` is the command that starts this program, for its other processes.
    """

    def __init__(self, program: Path, pack: Path, city: City, folder: Path | None) -> None:
        self._program = program
        self._pack = pack
        self._city = city
        self._keep = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="simpul-demo-"))
        self._central = self.folder / "central"
        self._processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._launching = threading.Lock()
        self._stopped = False

    def open_room(self, clock: Clock) -> Room:
        """The room that the window shows, with the demo's operator at the desk. Its centre may come up later."""
        root = self._city_key()
        identity = Identity(self._city.code, self._city.name, self._pack.name, root=root.public.hex())
        room = open_room(self.folder / "room", self._city, clock, identity=identity, demo=True)
        room.log_in_as(demo_operator(self._city))
        return room

    def _city_key(self) -> DeviceKey:
        """The demo city's root key, made here so that the room can name it before the centre runs."""
        self._central.mkdir(parents=True, exist_ok=True)
        file = self._central / "city.key"
        if not file.exists():
            write_private(file, DeviceKey.generate().to_bytes())
        return DeviceKey.from_bytes(file.read_bytes())

    async def start(self, room: Room) -> None:
        """Start centre and agent, and enrol both rooms. Raises DemoFailed."""
        url = await asyncio.to_thread(self._start_central)
        await asyncio.to_thread(self._add_operator)
        if not room.uplink.enrolled:
            await room.enrol(url, await asyncio.to_thread(self._code, self._city.code, "city"))
        else:
            await room.move_to(url)
        fresh = not (self.folder / "agent" / "token").exists()
        await asyncio.to_thread(self._start_agent, url)
        if fresh:
            try:
                await self._disagree(room, url)
            except (DemoFailed, TimeoutError) as error:
                _log.warning("outage_not_played", why=str(error) or type(error).__name__)

    async def _disagree(self, room: Room, url: str) -> None:
        """Let two offices change one incident during an outage, and return once this room has both sides."""
        found: list[Incident] = []

        async def known() -> bool:
            page = await room.incidents(IncidentQuery(open_only=True, priority=(3,), order="newest"))
            found.extend(i for i in page.items if i.simulated and i.place != journal_of(i.place))
            return bool(found)

        async def torn() -> bool:
            return (await room.undecided()).total > 0

        await wait_until(known)
        plan = await asyncio.to_thread(self._outage, found[0], url)
        write_private(self.folder / "agent" / FILE, msgspec.json.encode(plan))
        await wait_until(torn)

    def _outage(self, incident: Incident, url: str) -> Outage:
        """The incident's kelurahan, which writes in its kecamatan's journal, thinks it graver, the kecamatan less so."""
        offices = []
        for code, level, priority in ((incident.place, "Kelurahan", 2), (incident.territory, "Kecamatan", 4)):
            place = self._city.territory(code)
            name = f"{level} {place.name if place else code} (simulasi)"
            offices.append(Office(incident.territory, name, self._code(incident.territory), priority))
        return Outage(url, incident.subject, tuple(offices))

    def _start_central(self) -> str:
        announced = self._central / "url"
        announced.unlink(missing_ok=True)
        place = ["--data", str(self._central), "--city", str(self._pack)]
        process = self._spawn("central", "central", "serve", *place, "--port", "0", "--announce", str(announced))
        ends = time.monotonic() + READY_S
        while not announced.exists():
            if process.poll() is not None or time.monotonic() > ends:
                raise DemoFailed(f"Pusat demo tidak menyala; lihat {self._central / 'logs'}")
            time.sleep(0.05)
        return announced.read_text().strip()

    def _code(self, territory: str, role: str = "") -> str:
        wanted = ["--role", role] if role else []
        answer = self._ask("central", "enrol", territory, *wanted, "--data", str(self._central), "--json")
        code: str = answer["code"]
        return code

    def _add_operator(self) -> None:
        operator = demo_operator(self._city)
        self._ask(
            "central", "operators", "set", operator.id, "--name", operator.name, "--role", operator.role,
            "--territory", operator.territory, "--no-password", "--data", str(self._central), "--json",
        )  # fmt: skip

    def _start_agent(self, url: str) -> None:
        data = self.folder / "agent"
        command = ["agent", "--data", str(data), "--server", url, "--simulate"]
        if (data / "token").exists():
            self._spawn("agent", *command)
        else:
            # By its standard input: the list of processes is for everybody on the machine.
            self._spawn("agent", *command, "--enrol", url, "-", said=self._code(self._city.code, "city"))

    def _ask(self, *arguments: str) -> dict[str, str]:
        """What a command answers in a line. Like the other processes it ends when this one does: its input is held open."""
        with self._launch("command", *arguments, output=subprocess.PIPE) as process:
            try:
                code = process.wait(READY_S)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise DemoFailed(f"{arguments[0]} {arguments[1]}: tidak selesai") from error
            assert process.stdout is not None and process.stderr is not None
            answer, fault = process.stdout.read(), process.stderr.read()
        if code:
            raise DemoFailed(f"{arguments[0]} {arguments[1]}: {fault.decode(errors='replace').strip()}")
        said: dict[str, str] = msgspec.json.decode(answer)
        return said

    def _spawn(self, name: str, *arguments: str, said: str = "") -> subprocess.Popen[bytes]:
        """A process that ends when this one does, however this one ends: it watches its standard input. `said` is the first
        line that it reads there."""
        process = self._launch(name, *arguments, output=subprocess.DEVNULL)
        if said and process.stdin:
            process.stdin.write(f"{said}\n".encode())
            process.stdin.flush()
        return process

    def _launch(self, name: str, *arguments: str, output: int) -> subprocess.Popen[bytes]:
        """Start this program once more, so that `stop` finds it; nothing starts any more once that was called."""
        with self._launching:
            if self._stopped:
                raise DemoFailed("Demo sedang ditutup")
            process = subprocess.Popen(
                [sys.executable, str(self._program), *arguments, "--with-parent"],
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
                env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            )  # fmt: skip
            self._processes = [(n, p) for n, p in self._processes if p.poll() is None]
            self._processes.append((name, process))
            return process

    async def stop(self) -> None:
        """End what is being asked, agent and centre, in order, and drop the folder unless it was named. Idempotent.

        A thread that still asks something ends with its command: cancelling whoever waits for it would not end it."""
        with self._launching:
            self._stopped = True
        while self._processes:
            name, process = self._processes.pop()
            await asyncio.to_thread(_end, name, process)
        if not self._keep:
            await asyncio.to_thread(shutil.rmtree, self.folder, True)


def _end(name: str, process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        _log.warning("demo_process_killed", name=name)
        process.kill()
        process.wait()
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()


def demo_operator(city: City) -> Operator:
    """The operator who is at the desk in a demo; nobody can log in as it elsewhere, for it has no password."""
    return Operator("demo", "Operator Demo", "koordinator", city.code, "")
