"""How long a new room takes to have 10,000 edits of its territory over 64 kbit/s with 400 ms each way; beside it, zstd -9 of
all of them at the bare rate of the line, and `git clone` of the same edits as one file, at the same time."""

from __future__ import annotations

from tests.benchmarks._city import figure
from tests.benchmarks._line import Git, edits_file, far_centre, finish, floor_s, skipped
from tests.benchmarks.wire_bytes import EDITS

REACH_S = 45.0


def main() -> None:
    """Measure and print."""
    if skipped(("pull_64k", "s", REACH_S)):
        return
    with far_centre() as far:
        finish(far.beside("drain", str(far.room("writer", EDITS))))
        new = far.room("new", 0)
        entries = far.entries()
        plain = edits_file()
        git = Git("clone", plain)
        done = finish(far.across("pull", str(new), str(entries)))
        counts = far.line.counts()
        figure("pull_64k", done["seconds"], "s", REACH_S, {
            "zstd -9 at the bare rate s": round(floor_s(plain), 1), "git clone s": git.result(60.0),
            "IP bytes up": counts.bytes_up, "IP bytes down": counts.bytes_down,
        })  # fmt: skip


if __name__ == "__main__":
    main()
