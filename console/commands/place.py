"""What a command works on: the folder, the city pack and the room that its options name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from console.commands.answer import CannotRun, finished


def data_folder(options: argparse.Namespace, program: str = "simpul") -> Path:
    """The folder: named, or the platform's own for this program."""
    if options.data:
        return Path(options.data)
    from platformdirs import user_data_path

    return user_data_path(program, appauthor=False)


def diary(folder: Path, name: str, options: argparse.Namespace) -> None:
    """Keep this process's diary in the folder from now on."""
    from console.log import configure

    configure(folder, name, verbose=options.verbose)


def pack_folder(named: str) -> Path:
    """A city pack: a folder, or by its name in resources or its code."""
    from console.cities.pack import pack_path

    folder = Path(named)
    return folder if (folder / "city.toml").exists() else pack_path(named)


def room_here(options: argparse.Namespace, clock: Any = None) -> Any:
    """Open the room of the data folder, with the pack it was given, the one named, or the one its centre sent."""
    from console.cities.kept import kept_city
    from console.cities.pack import pack_path
    from console.domain.clock import SystemClock
    from console.room import known_pack, open_room
    from console.store.folder import Identity

    folder = data_folder(options)
    diary(folder, "room", options)
    known = known_pack(folder)
    pack = pack_path(options.city) if options.city else known
    if pack is None:
        raise CannotRun(
            f"Folder {folder} belum berisi ruang; sebutkan kota dengan --city, atau daftarkan: simpul enrol."
        )
    city = kept_city(pack, folder if known else None)
    identity = Identity(city.code, city.name, pack.name)
    room = open_room(folder, city, clock or SystemClock(), identity=identity, program=program(options))
    room.neighbourhood.arrange(options.door, options.neighbour, options.lan, options.neighbours == "auto")
    return room


def writable_room(options: argparse.Namespace, clock: Any = None) -> Any:
    """Open the room for a command that writes into it."""
    from console.store.folder import FolderUnwritable

    room = room_here(options, clock)
    if room.store.read_only:
        finished(room.close())
        if room.store.unwritable:
            raise FolderUnwritable(room.folder.path)
        raise CannotRun("Berkas ruang ini dari program yang lebih baru: perbarui program ini.")
    return room


def program(options: argparse.Namespace) -> str:
    """What this process is, to whoever finds the folder in use."""
    return {"": "jendela Simpul", "agent": "agen Simpul"}.get(options.words, f"perintah simpul {options.words}")
