"""`backup`, `restore`: a whole room in one file, and a room out of such a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.commands.answer import DONE, told
from console.commands.grammar import Branch
from console.commands.place import data_folder


def add_to(top: Branch) -> None:
    """Add the commands."""
    save, put_back = top.command("backup", back_up), top.command("restore", restore)
    save.add_argument("--with-keys", action="store_true", help="the room's secrets too: keep such a file safe")
    for command in (save, put_back):
        command.add_argument("file", type=Path, help="the backup")


def back_up(options: argparse.Namespace) -> int:
    """Write this room into one file and read it back; the room may stay open."""
    from console.domain.clock import SystemClock
    from console.safekeeping import back_up_room

    made = back_up_room(data_folder(options), options.file, SystemClock().now(), options.with_keys)
    beside = "; berisi kunci ruang, simpan di tempat terkunci" if made.with_keys else ""
    result = {"file": str(options.file), "entries": made.entries, "with_keys": made.with_keys}
    told(options, result, f"{made.entries} entri disimpan di {options.file} dan terbaca kembali{beside}.")
    return DONE


def restore(options: argparse.Namespace) -> int:
    """Make a room out of such a file, in an empty folder."""
    from console.safekeeping import restore_room

    made = restore_room(options.file, data_folder(options))
    after = "" if made.with_keys else " Kunci ruang tidak ada di dalamnya: daftarkan lagi dengan `simpul enrol`."
    result = {"territory": made.territory, "entries": made.entries, "with_keys": made.with_keys}
    told(options, result, f"Ruang {made.name} dipulihkan dengan {made.entries} entri.{after}")
    return DONE
