"""Bytes on the wire per queued incident edit, both ways with HTTP headers, against a real centre; beside it, zstd -9 of all
edits' JSON at once, which knows everything beforehand and carries no proof, no order and no answer.

The edits are a night's work of one desk that was offline: 10,000 entries on 1,500 incidents, times and choices random.
"""

from __future__ import annotations

import json
import random
import secrets

import msgspec
import zstandard

from console.cities.pack import pack_path
from console.domain.clock import SystemClock
from console.domain.entry import FIRST_HASH, Entry, Seen, chain_hash
from console.domain.keys import DeviceKey
from console.domain.order import Cursor
from console.domain.stream import OPENED, StreamOpened, new_stream
from console.wire.guard import Guard, Received
from console.wire.messages import PushReply, PushRequest
from console.wire.runs import offer
from tests.servers import Enrolled, central_server, short_folder

EDITS, INCIDENTS, TERRITORY = 10_000, 1_500, "32.73.02"
REACH_QUEUED, REACH_LIVE, REACH_HUNDRED = 30.0, 800.0, 4000.0
FIRST_BATCH, LARGEST_BATCH = 200, 5_000
STATES = ("terverifikasi", "didisposisikan", "diterima", "ditangani", "selesai", "ditutup")
AGENCIES = ("DISHUB", "DSDABM", "DLH", "DISKARPB", "SATPOLPP", "DINKES", "POLRESTABES", "PLN")
WHAT = ("petugas", "unit", "laporan", "warga", "pompa", "kabel", "pohon", "saluran")
DID = ("sudah di lokasi", "menunggu alat", "selesai ditangani", "perlu bantuan", "dicek ulang", "tidak ditemukan")


def main() -> list[dict[str, object]]:
    """Measure and print the figures; the lines printed are also given back."""
    chance = random.Random(2016)
    subjects = [f"{new_stream()}-{chance.randrange(2, 400)}" for _ in range(INCIDENTS)]
    with short_folder() as folder, central_server(folder / "central", pack_path("bandung")) as server:
        device = server.enrol(TERRITORY)
        entries = journal(device.key, [edit(chance, subjects) for _ in range(EDITS)], chance)
        queued = push_all(device, entries) / EDITS
        live = (
            sum(push_all(device, journal(device.key, [edit(chance, subjects)], chance), skip=1) for _ in range(20)) / 20
        )
        hundred = push_all(device, journal(device.key, [edit(chance, subjects) for _ in range(100)], chance), skip=1)
    floor = len(zstandard.compress(b"\n".join(map(plain, entries)), 9)) / EDITS
    raw = sum(len(plain(e)) for e in entries) / EDITS
    lines: list[dict[str, object]] = [
        line(
            "wire_bytes_queued",
            queued,
            "B/edit",
            REACH_QUEUED,
            {"zstd -9 of all at once": round(floor, 1), "JSON": round(raw, 1)},
        ),
        line("wire_bytes_live", live, "B", REACH_LIVE, {}),
        line("wire_bytes_hundred", hundred, "B", REACH_HUNDRED, {}),
    ]
    for each in lines:
        print(json.dumps(each))
    return lines


def line(name: str, value: float, unit: str, reach: float, beside: dict[str, float]) -> dict[str, object]:
    """One figure."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "reach": reach,
        "beside": beside,
        "ok": value <= reach,
    }


def edit(chance: random.Random, subjects: list[str]) -> tuple[str, str, object]:
    """One thing that an operator does: kind, subject and body."""
    subject = subjects[min(int(chance.expovariate(3) * INCIDENTS), INCIDENTS - 1)]
    pick = chance.random()
    if pick < 0.55:
        return "incident.status", subject, {"status": chance.choice(STATES)}
    if pick < 0.70:
        return "incident.assigned", subject, {"agencies": sorted(chance.sample(AGENCIES, 2))}
    if pick < 0.85:
        return "incident.edited", subject, {"priority": chance.randrange(1, 5)}
    return "incident.noted", subject, {"text": f"{chance.choice(WHAT)} {chance.randrange(1, 40)} {chance.choice(DID)}"}


def journal(key: DeviceKey, acts: list[tuple[str, str, object]], chance: random.Random) -> list[Entry]:
    """The acts as entries of one new stream, seconds to minutes apart, all written knowing the same order."""
    stream, at, seen = new_stream(), SystemClock().now() - 3000 * len(acts), Seen(4711, secrets.token_hex(8))
    entries = []
    for seq, (kind, subject, body) in enumerate([(OPENED, "", StreamOpened(key.id)), *acts], start=1):
        at += int(chance.expovariate(1 / 3000))
        entries.append(Entry(TERRITORY, stream, seq, at, 0, "op-7", seen, kind, subject, msgspec.json.encode(body)))
    return entries


def plain(e: Entry) -> bytes:
    """An edit as any JSON API would send it."""
    return msgspec.json.encode(
        {"territory": e.territory, "stream": e.stream, "seq": e.seq, "at": e.at, "actor": e.actor, "kind": e.kind,
         "subject": e.subject, "body": msgspec.Raw(e.body or b"{}")}
    )  # fmt: skip


def push_all(device: Enrolled, entries: list[Entry], skip: int = 0) -> int:
    """Push in growing batches, as a room does; gives bytes both ways. The first `skip` entries go before, unmeasured."""
    hashes = [FIRST_HASH]
    for entry in entries:
        hashes.append(chain_hash(hashes[-1], entry))
    total, done, batch, cursors = 0, 0, skip or FIRST_BATCH, {}
    with device.guard() as guard:
        while done < len(entries):
            part = entries[done : done + batch]
            done += len(part)
            checkpoint = device.key.checkpoint(TERRITORY, part[0].stream, done, hashes[done])
            got = send(guard, device, offer(part, [checkpoint], cursors, SystemClock().now()))
            cursors = {TERRITORY: Cursor(got.value.heads[0].n, got.value.heads[0].hash)}
            total += got.reply.sent + got.reply.received if done > skip else 0
            batch = min(batch * 2, LARGEST_BATCH) if not skip else len(entries)
    return total


def send(guard: Guard, device: Enrolled, request: PushRequest) -> Received[PushReply]:
    """One push, which must be accepted."""
    got = guard.call("POST", f"{device.url}/v1/entries", PushReply, request)
    if any(a.outcome != "accepted" for a in got.value.answers):
        raise RuntimeError(f"not accepted: {got.value.answers}")
    return got


if __name__ == "__main__":
    main()
