"""`city`: check or show a city pack."""

from __future__ import annotations

import argparse

from console.commands.answer import DONE, FAULTS, told
from console.commands.grammar import Branch
from console.commands.place import pack_folder


def add_to(top: Branch) -> None:
    """Add the commands."""
    city = top.branch("city", "check or show a city pack")
    for word, run in (("check", check), ("show", show)):
        city.command(word, run).add_argument("pack", help="folder, name in resources, or code")


def check(options: argparse.Namespace) -> int:
    """Check a pack and name every fault."""
    from console.cities.check import as_builtins, check_city

    faults = check_city(pack_folder(options.pack))
    told(options, {"faults": as_builtins(faults)}, "\n".join(map(str, faults)) or "Paket kota tanpa cacat.")
    return FAULTS if faults else DONE


def show(options: argparse.Namespace) -> int:
    """Say what a pack holds."""
    from console.cities.read import describe, read_city, summary

    folder = pack_folder(options.pack)
    told(options, summary(read_city(folder)) if options.json else {}, describe(folder) if not options.json else "")
    return DONE
