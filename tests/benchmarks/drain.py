"""How long 10,000 edits that waited in a room take over 64 kbit/s with 400 ms each way; beside it, zstd -9 of all of them at
the bare rate of the line, and `git push` of the same edits as one file over a line of the same kind, at the same time."""

from __future__ import annotations

from tests.benchmarks._city import figure
from tests.benchmarks._line import Git, edits_file, far_centre, finish, floor_s, skipped
from tests.benchmarks.wire_bytes import EDITS

REACH_S = 50.0


def main() -> None:
    """Measure and print."""
    if skipped(("drain_64k", "s", REACH_S)):
        return
    with far_centre() as far:
        room = far.room("room", EDITS)
        plain = edits_file()
        git = Git("push", plain)
        done = finish(far.across("drain", str(room)))
        counts = far.line.counts()
        figure("drain_64k", done["seconds"], "s", REACH_S, {
            "zstd -9 at the bare rate s": round(floor_s(plain), 1), "git push s": git.result(60.0),
            "IP bytes up": counts.bytes_up, "IP bytes down": counts.bytes_down,
        })  # fmt: skip


if __name__ == "__main__":
    main()
