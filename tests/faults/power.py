"""Power cuts, replayed: what a disk holds when the current fails after any operation that `iolog.c` recorded.

What was synced is there. What was written since may be there, may not be, or lies torn, in sectors of 512 bytes.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR = 512
SAID = "SAID"
Mode = Literal["all", "none", "torn"]
MODES: tuple[Mode, ...] = ("none", "torn", "all", "torn")


@dataclass(frozen=True)
class Operation:
    """One thing that a program did to a file of its folder."""

    kind: str
    name: str
    offset: int
    data: bytes


@dataclass
class Disk:
    """Files as they are certainly there, and for each what was done since it was synced last."""

    files: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Operation]] = field(default_factory=dict)

    def do(self, op: Operation) -> None:
        """Go one operation on."""
        if op.kind == "C":
            self.files.setdefault(op.name, bytearray())
        elif op.kind in "WT":
            self.pending.setdefault(op.name, []).append(op)
        elif op.kind == "S":
            for waiting in self.pending.pop(op.name, []):
                _apply(self.files.setdefault(op.name, bytearray()), waiting)
        elif op.kind == "U":
            self.files.pop(op.name, None)
            self.pending.pop(op.name, None)
        elif op.kind == "R":
            new = op.data.decode()
            self.files[new] = self.files.pop(op.name, bytearray())
            self.pending[new] = self.pending.pop(op.name, [])

    def after_cut(self, mode: Mode, chance: random.Random) -> dict[str, bytes]:
        """What is read when the current is back."""
        out = {name: bytearray(content) for name, content in self.files.items()}
        for name, waiting in self.pending.items():
            for op in waiting if mode != "none" else ():
                for part in [op] if mode == "all" else _torn(op, chance):
                    _apply(out.setdefault(name, bytearray()), part)
        return {name: bytes(content) for name, content in out.items()}


def _apply(content: bytearray, op: Operation) -> None:
    if op.kind == "T":
        del content[op.offset :]
    if len(content) < op.offset:
        content.extend(bytes(op.offset - len(content)))
    if op.kind == "W":
        content[op.offset : op.offset + len(op.data)] = op.data


def _torn(op: Operation, chance: random.Random) -> Iterator[Operation]:
    if op.kind == "T":
        yield from [op] if chance.random() < 0.5 else []
        return
    for at in range(0, len(op.data), SECTOR):
        if chance.random() < 0.5:
            yield Operation("W", op.name, op.offset + at, op.data[at : at + SECTOR])


def compiler() -> str | None:
    """The C compiler of this machine, if there is one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(source: Path, target: Path) -> Path:
    """Compile a library to be loaded before a program."""
    command = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", str(target), str(source), "-ldl", "-lpthread"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return target


def read_log(path: Path) -> list[Operation]:
    """What was recorded."""
    raw, at, out = path.read_bytes(), 0, []
    while at + 128 <= len(raw):
        kind, name = chr(raw[at]), raw[at + 1 : at + 96].split(b"\0")[0].decode()
        offset, length = struct.unpack("QQ", raw[at + 96 : at + 112])
        size = length if kind in "WR" else 0
        out.append(Operation(kind, name, offset, raw[at + 128 : at + 128 + size]))
        at += 128 + size
    return out


@dataclass(frozen=True)
class Cut:
    """One power cut: after how many operations, what the disk then holds, and what the program had said until then."""

    at: int
    mode: Mode
    files: dict[str, bytes]
    said: tuple[str, ...]


def cuts(operations: Sequence[Operation], points: int, chance: random.Random) -> Iterator[Cut]:
    """Cut the power at so many places, spread over the whole run, each in another mode. What the program wrote into the
    file SAID is what people were told; it is not on the disk."""
    told = [op for op in operations if op.name == SAID and op.kind == "W"]
    places = sorted(chance.choices(range(1, len(operations) + 1), k=points))
    disk, done, said = Disk(), 0, 0
    for number, place in enumerate(places):
        for op in operations[done:place]:
            if op.name != SAID:
                disk.do(op)
            elif op.kind == "W":
                said += 1
        done = place
        mode = MODES[number % len(MODES)]
        lines = b"".join(op.data for op in told[:said]).decode().split()
        yield Cut(place, mode, disk.after_cut(mode, chance), tuple(lines))
