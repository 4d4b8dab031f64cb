"""How long the window's event loop makes a key press wait while 10,000 entries come in and its charts run.

A thread posts an event to the window's thread every 5 ms and the time until it is handled is kept: first with the window
idle, then while the room takes in 10,000 entries from a real central server. The charts are live in both.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from _city import ROOT, Centre, city, desk, figure, percentile, room_at

ENTRIES, BATCH = 10_000, 500
EVERY_S, IDLE_S, SETTLE_S, LIMIT_S = 0.005, 8.0, 6.0, 120.0
REACH_P99_MS, REACH_WORST_MS = 16.0, 50.0
CITY_HALL, PLACE = "32.73", "32.73.02"


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    with city() as (centre, folder):
        centre.add(desk(CITY_HALL))
        agent = start_agent(folder / "agent", centre)
        try:
            idle, busy, taken_s = measure(folder, centre)
        finally:
            agent.terminate()
            agent.communicate(timeout=LIMIT_S)
    beside = {
        "p50_ms": round(percentile(busy, 0.5), 2), "worst_ms": round(max(busy), 1), "events": len(busy),
        "idle_p50_ms": round(percentile(idle, 0.5), 2), "idle_p99_ms": round(percentile(idle, 0.99), 2),
        "idle_worst_ms": round(max(idle), 1), "entries": ENTRIES, "taken_in_s": round(taken_s, 1),
    }  # fmt: skip
    figure("loop_latency", percentile(busy, 0.99), "ms p99", REACH_P99_MS, beside)
    figure("loop_latency_worst", max(busy), "ms", REACH_WORST_MS, beside)


def start_agent(folder: Path, centre: Centre) -> subprocess.Popen[bytes]:
    """The simulated sensors of the whole city, so that the charts have something to draw."""
    enrol = ["--enrol", centre.url, centre.code(CITY_HALL), "--simulate", "--with-parent"]
    command = [sys.executable, "main.py", "agent", "--data", str(folder), *enrol]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def measure(folder: Path, centre: Centre) -> tuple[list[float], list[float], float]:
    """Waits in ms with the window idle and while entries come in, and how many seconds those took."""
    from maps import scheme

    scheme.register()
    import qasync

    from widgets.shell.app import create_application

    application = create_application(sys.argv[:1], allow_root=True)
    with qasync.QEventLoop(application) as loop:
        return loop.run_until_complete(watch(folder, centre, application.desk))  # type: ignore[no-any-return]


async def watch(folder: Path, centre: Centre, desk: Any) -> tuple[list[float], list[float], float]:
    """Open the window and listen to its loop."""
    from widgets.shell.app import Options, run_window

    room = room_at(folder / "room", CITY_HALL)
    code = await asyncio.to_thread(centre.code, CITY_HALL)
    options = Options(folder=folder / "window", version="", workspace="situasi")
    shown = asyncio.ensure_future(run_window(room, options, desk))
    try:
        await asyncio.sleep(SETTLE_S)
        await room.enrol(centre.url, code)
        await asyncio.sleep(SETTLE_S)
        idle = await listen(asyncio.sleep(IDLE_S))
        # The line is cut while the other room fills the centre, so that its work is not in the measurement.
        await room.uplink.stop()
        await asyncio.to_thread(fill_elsewhere, folder / "other", centre)
        begun = time.monotonic()
        await room.start()
        busy = await listen(held(room, ENTRIES))
        return idle, busy, time.monotonic() - begun
    finally:
        if not shown.done():
            signal.raise_signal(signal.SIGTERM)
        await shown


async def listen(while_running: Any) -> list[float]:
    """ms that each posted event waited for the window's thread, for as long as the coroutine runs."""
    from PySide6.QtCore import QObject, Qt, Signal

    class Bell(QObject):
        rung = Signal(float)

    waits: list[float] = []
    bell = Bell()
    bell.rung.connect(lambda at: waits.append((time.monotonic() - at) * 1000), Qt.ConnectionType.QueuedConnection)
    over = threading.Event()

    def ring() -> None:
        while not over.wait(EVERY_S):
            bell.rung.emit(time.monotonic())

    ringer = threading.Thread(target=ring)
    ringer.start()
    try:
        await while_running
    finally:
        over.set()
        ringer.join()
    await asyncio.sleep(0.2)
    return waits


async def held(room: Any, entries: int) -> None:
    """Until the room has at least so many entries of the place, and half a second more for what they set off."""
    async with asyncio.timeout(LIMIT_S):
        while not any(head.territory == PLACE and head.held >= entries for head in await room.journals()):
            await asyncio.sleep(0.25)
    await asyncio.sleep(0.5)


def fill_elsewhere(folder: Path, centre: Centre) -> None:
    """Let another room, in a process of its own, write the entries and push them all."""
    subprocess.run(
        [sys.executable, __file__, "fill", str(folder), centre.url, centre.code(PLACE)], cwd=ROOT, check=True,
        timeout=LIMIT_S, stdin=subprocess.DEVNULL,
    )  # fmt: skip


async def fill(folder: Path, url: str, code: str) -> None:
    """Half of the entries open incidents, the other half are notes on them."""
    from console.domain.drafts import Clocks, Draft, draft, opening
    from console.domain.views import NewIncident

    room = room_at(folder, PLACE)
    clocks = Clocks(room.city, room.is_holiday)
    categories = room.city.categories

    def opened(number: int) -> Draft:
        category = categories[number % len(categories)]
        new = NewIncident(f"Kejadian ukur {number} (SIMULASI)", category.code, PLACE)
        return opening(new, category, clocks, room.clock.now(), simulated=True)

    try:
        for start in range(0, ENTRIES // 2, BATCH):
            ids = await room.store.append(PLACE, [opened(start + n) for n in range(BATCH)], "ukur")
            notes = [draft("incident.noted", str(each), {"text": "catatan ukur"}) for each in ids]
            await room.store.append(PLACE, notes, "ukur")
        await room.enrol(url, code)
        async with asyncio.timeout(LIMIT_S):
            while room.link().queue or room.link().mode in ("belum", "putus"):
                await asyncio.sleep(0.2)
    finally:
        await room.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        asyncio.run(fill(Path(sys.argv[2]), *sys.argv[3:5]))
    else:
        main()
