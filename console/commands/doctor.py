"""`doctor`: look over or mend a room's files."""

from __future__ import annotations

import argparse

from console.commands.answer import DONE, FAULTS, told
from console.commands.grammar import Branch
from console.commands.place import data_folder, program


def add_to(top: Branch) -> None:
    """Add the command."""
    top.command("doctor", doctor).add_argument("--repair", action="store_true", help="mend what can be mended")


def doctor(options: argparse.Namespace) -> int:
    """Look at every byte of this room's journal; --repair saves what can be saved."""
    from console.commands.checkup import as_builtins, check_room
    from console.domain.clock import SystemClock

    result = check_room(data_folder(options), SystemClock(), options.repair, program(options))
    report = as_builtins(result)
    told(options, report, "\n".join(result.lines()))
    return DONE if report["clean"] else FAULTS
