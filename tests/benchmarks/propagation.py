"""How long until an edit in one room is in another: two rooms in processes of their own, one real central server.

The time runs from the operator's action to the other room's notice, after its commit. Beside it, in the same run: a bare
HTTP round trip to the same server, and how long the action itself took to be on the disk.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import requests
from _city import ROOT, Centre, city, desk, figure, percentile, room_at

from console.domain.views import IncidentQuery, NewIncident, Notice

EDITS, PAUSE_S, REACH_MS = 80, 0.12, 300.0
WRITER, READER = "32.73", "32.73.02"
PATIENCE_S = 10.0


def main() -> None:
    """Measure and print."""
    with city() as (centre, folder):
        centre.add(desk(WRITER))
        command = [sys.executable, __file__, "read", str(folder / "reader"), centre.url, centre.code(READER)]
        reader = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            seen, saved = asyncio.run(write(folder / "writer", centre, reader))
        finally:
            reader.communicate(timeout=PATIENCE_S)
        bare = round_trips(centre.url)
    beside = {
        "p50_ms": round(percentile(seen, 0.5), 1), "worst_ms": round(max(seen), 1), "edits": len(seen),
        "action_saved_p50_ms": round(percentile(saved, 0.5), 1),
        "http_round_trip_p50_ms": round(percentile(bare, 0.5), 1), "http_round_trip_p95_ms": round(percentile(bare, 0.95), 1),
    }  # fmt: skip
    figure("propagation_ms", percentile(seen, 0.95), "ms p95", REACH_MS, beside)


async def write(folder: Path, centre: Centre, reader: subprocess.Popen[str]) -> tuple[list[float], list[float]]:
    """Open incidents, then edit each once; ms from action to the other room, and from action to this room's disk."""
    room = room_at(folder, WRITER)
    try:
        await room.enrol(centre.url, centre.code(WRITER))
        category = room.city.categories[0].code
        subjects = [
            await room.open_incident(NewIncident(f"Ukur {number}", category, READER)) for number in range(EDITS)
        ]
        await asyncio.to_thread(wait_for, reader, set(subjects))
        await asyncio.sleep(1.0)
        seen, saved = [], []
        for subject in subjects:
            begun = time.monotonic()
            await room.set_fields(subject, {"title": f"Ukur lagi {begun}"})
            saved.append((time.monotonic() - begun) * 1000)
            arrived = await asyncio.wait_for(asyncio.to_thread(wait_for, reader, {subject}), PATIENCE_S)
            seen.append((arrived - begun) * 1000)
            await asyncio.sleep(PAUSE_S)
        return seen, saved
    finally:
        await room.close()


def wait_for(reader: subprocess.Popen[str], subjects: set[str]) -> float:
    """When the last of `subjects` was told of by the other process, on the clock that both share."""
    for line in reader.stdout or ():
        told = json.loads(line)
        subjects.discard(told["subject"])
        if not subjects:
            return float(told["at"])
    raise RuntimeError("the reading room ended")


async def read(folder: Path, url: str, code: str) -> None:
    """The other room: say each subject once per state of it, with the time of its notice."""
    room = room_at(folder, READER)
    shown: dict[str, str] = {}
    told: asyncio.Queue[float] = asyncio.Queue()

    def on_notice(notice: Notice) -> None:
        if notice.topic == "incidents":
            told.put_nowait(time.monotonic())

    room.notices.subscribe(on_notice)
    try:
        await room.enrol(url, code)
        ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        while not ended.done():
            try:
                at = await asyncio.wait_for(told.get(), 0.5)
            except TimeoutError:
                continue
            for incident in (await room.incidents(IncidentQuery(limit=EDITS))).items:
                if shown.get(incident.subject) != incident.title:
                    shown[incident.subject] = incident.title
                    print(json.dumps({"subject": incident.subject, "at": at}), flush=True)
    finally:
        await room.close()


def round_trips(url: str) -> list[float]:
    """ms of a bare request and reply on an open connection."""
    times = []
    with requests.Session() as session:
        session.get(f"{url}/v1/health", timeout=PATIENCE_S).raise_for_status()
        for _ in range(EDITS):
            begun = time.monotonic()
            session.get(f"{url}/v1/health", timeout=PATIENCE_S).raise_for_status()
            times.append((time.monotonic() - begun) * 1000)
    return times


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        asyncio.run(read(Path(sys.argv[2]), *sys.argv[3:5]))
    else:
        main()
