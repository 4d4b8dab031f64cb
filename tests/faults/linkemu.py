"""A long, thin, lossy line between two network namespaces of this machine: two TUN devices whose packets are relayed with
delay, rate, queue limit and loss. Needs root, the tun device and `nsenter`; `missing` says what is not there.

Beside it, as a program, runs the relay itself: it prints the process ids that hold the two namespaces as one JSON line,
answers every line it reads with its counts so far, and ends at the end of its input.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

SERVER, CLIENT = "10.99.0.1", "10.99.0.2"
_NEWNET = 0x40000000
_TUNSETIFF, _TUN, _NO_PI = 0x400454CA, 0x0001, 0x1000
_MTU = 1400


@dataclass
class Counts:
    """Packets and IP bytes that came to the relay, packets it lost by chance, and packets its queue had no room for."""

    packets: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    lost: int = 0
    dropped: int = 0


def missing() -> str:
    """Why no line can be made here; "" when it can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "needs root"
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun"
    return next((f"no {tool}" for tool in ("nsenter", "ip", "unshare") if shutil.which(tool) is None), "")


class Line:
    """A line of `delay` ms each way, `rate` bits per second each way and `loss` (0 to 1). Use as a context manager."""

    def __init__(self, delay: float, rate: float, loss: float = 0.0, queue: int = 60, seed: int = 1) -> None:
        options = {"delay": delay, "rate": rate, "loss": loss, "queue": queue, "seed": seed}
        self._command = [sys.executable, __file__, *(f"--{k}={v}" for k, v in options.items())]
        self._relay: subprocess.Popen[str] | None = None
        self._ends: dict[str, int] = {}

    def __enter__(self) -> Line:
        self._relay = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ends = json.loads(self._read())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._relay is not None:
            self._relay.communicate(timeout=10)

    def at_server(self, *command: str) -> list[str]:
        """The command, to be run where 10.99.0.1 is."""
        return ["nsenter", "-t", str(self._ends["server"]), "-n", *command]

    def at_client(self, *command: str) -> list[str]:
        """The command, to be run at the other end."""
        return ["nsenter", "-t", str(self._ends["client"]), "-n", *command]

    def counts(self) -> Counts:
        """What the line carried so far."""
        if self._relay is None or self._relay.stdin is None:
            raise RuntimeError("the line is not up")
        self._relay.stdin.write("\n")
        self._relay.stdin.flush()
        return Counts(**json.loads(self._read()))

    def _read(self) -> str:
        said = self._relay.stdout.readline() if self._relay and self._relay.stdout else ""
        if not said:
            raise RuntimeError("the line did not come up")
        return said


class _End:
    """One end: a process that holds its namespace, and the TUN device in it."""

    def __init__(self, name: str, address: str, peer: str) -> None:
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        self._enter()
        self.device = _tun(name)
        for order in (
            "link set lo up", f"addr add {address} peer {peer} dev {name}", f"link set {name} mtu {_MTU} up",
        ):  # fmt: skip
            subprocess.run(["ip", *order.split()], check=True)
        self.free_at = 0.0
        self.waiting = 0

    def _enter(self) -> None:
        """Go into the namespace, once `unshare` has become the sleeper in it."""
        home = Path("/proc/self/ns/net").readlink()
        place = Path(f"/proc/{self.holder.pid}/ns/net")
        while place.readlink() == home:
            time.sleep(0.01)
        namespace = os.open(place, os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(namespace, _NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        os.close(namespace)


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22s", name.encode(), _TUN | _NO_PI, b"\0" * 22))
    return device


class _Relay:
    """Carries packets from either end to the other, each after its time."""

    def __init__(self, server: _End, client: _End, options: argparse.Namespace) -> None:
        self._server, self._client = server, client
        self._o = options
        self._chance = random.Random(options.seed)
        self._flying: list[tuple[float, int, _End, bytes]] = []
        self._counts = Counts()

    def run(self) -> None:
        """Until the input ends."""
        ends = {self._server.device: self._server, self._client.device: self._client}
        while True:
            pause = max(0.0, self._flying[0][0] - time.monotonic()) if self._flying else None
            for ready in select.select([*ends, sys.stdin], [], [], pause)[0]:
                if ready in ends:
                    self._take(ends[ready])
                elif not sys.stdin.readline():
                    return
                else:
                    print(json.dumps(asdict(self._counts)), flush=True)
            self._deliver()

    def _take(self, end: _End) -> None:
        for _ in range(64):
            try:
                packet = os.read(end.device, 65536)
            except BlockingIOError:
                return
            if packet[0] >> 4 == 4:
                # The kernel looks for IPv6 routers by itself; nobody here speaks it.
                self._send(end, packet)

    def _send(self, end: _End, packet: bytes) -> None:
        c = self._counts
        c.packets += 1
        if end is self._client:
            c.bytes_up += len(packet)
        else:
            c.bytes_down += len(packet)
        if end.waiting >= self._o.queue:
            c.dropped += 1
            return
        now = time.monotonic()
        end.free_at = max(now, end.free_at) + (len(packet) * 8 / self._o.rate if self._o.rate else 0.0)
        if self._chance.random() < self._o.loss:
            # It took its time on the line and arrives nowhere.
            c.lost += 1
            return
        end.waiting += 1
        heapq.heappush(self._flying, (end.free_at + self._o.delay / 1000, c.packets, end, packet))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._flying and self._flying[0][0] <= now:
            _, _, end, packet = heapq.heappop(self._flying)
            end.waiting -= 1
            other = self._client if end is self._server else self._server
            os.write(other.device, packet)


def main() -> None:
    """Make the two ends and relay between them."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("delay", 0.0), ("rate", 0.0), ("loss", 0.0), ("queue", 60), ("seed", 1)):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    ends: list[_End] = []
    try:
        ends.append(_End("lineA", SERVER, CLIENT))
        ends.append(_End("lineB", CLIENT, SERVER))
        print(json.dumps({"server": ends[0].holder.pid, "client": ends[1].holder.pid}), flush=True)
        _Relay(ends[0], ends[1], options).run()
    finally:
        for end in ends:
            end.holder.kill()
            end.holder.wait()


if __name__ == "__main__":
    main()
