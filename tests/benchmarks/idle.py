"""IP bytes both ways per minute of a room that is current and idle on its long-poll."""

from __future__ import annotations

from tests.benchmarks._city import figure
from tests.benchmarks._line import far_centre, skipped

REACH = 1000.0
WATCHED_S = 110.0


def main() -> None:
    """Measure and print."""
    if skipped(("idle_bytes", "B/min", REACH)):
        return
    with far_centre(rate=0, delay_ms=20) as far:
        room = far.across("idle", str(far.room("room", 3)), str(WATCHED_S))
        if room.stdout is None or not room.stdout.readline():
            raise RuntimeError("the room did not come up")
        before = far.line.counts()
        room.stdout.readline()
        after = far.line.counts()
        room.terminate()
        room.wait()
    up, down = after.bytes_up - before.bytes_up, after.bytes_down - before.bytes_down
    figure("idle_bytes", (up + down) * 60 / WATCHED_S, "B/min", REACH, {
        "packets per minute": round((after.packets - before.packets) * 60 / WATCHED_S, 1),
        "up": round(up * 60 / WATCHED_S), "down": round(down * 60 / WATCHED_S),
    })  # fmt: skip


if __name__ == "__main__":
    main()
