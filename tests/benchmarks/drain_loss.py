"""The same 10,000 edits over a line that loses 5 % of all packets, with the room killed half-way and started again: the
seconds of both runs together, and how many entries the centre counts twice or lacks."""

from __future__ import annotations

import json
import time

from tests.benchmarks._city import figure
from tests.benchmarks._line import Far, Git, edits_file, far_centre, finish, floor_s, skipped
from tests.benchmarks.wire_bytes import EDITS

REACH_S, LOSS = 70.0, 0.05


def main() -> None:
    """Measure and print."""
    if skipped(("drain_64k_loss5", "s", REACH_S), ("drain_64k_loss5_doubles", "entries", 0.0)):
        return
    with far_centre(LOSS) as far:
        room = str(far.room("room", EDITS))
        before = far.entries()
        plain = edits_file()
        git = Git("push", plain, LOSS)
        first_s, queue, left = until_half(far, room)
        second_s = finish(far.across("drain", room))["seconds"]
        wrong = abs(far.entries() - before - queue)
        counts = far.line.counts()
        figure("drain_64k_loss5", first_s + second_s, "s", REACH_S, {
            "zstd -9 at the bare rate s": round(floor_s(plain), 1), "git push, not killed s": git.result(60.0),
            "left at the kill": left, "packets": counts.packets, "lost": counts.lost,
        })  # fmt: skip
        figure("drain_64k_loss5_doubles", wrong, "entries", 0.0, {"entries": queue})


def until_half(far: Far, room: str) -> tuple[float, int, int]:
    """Let a room drain until half is gone and kill it; gives the seconds of draining, the queue at first and at the end."""
    process = far.across("drain", room)
    queue, began, left = 0, time.monotonic(), 0
    for line in process.stdout or ():
        left = json.loads(line)["queue"]
        if not queue:
            queue, began = left, time.monotonic()
        if left <= queue / 2:
            break
    # In the middle of the batch that follows.
    time.sleep(1.0)
    process.kill()
    process.communicate()
    return time.monotonic() - began, queue, left


if __name__ == "__main__":
    main()
