"""`enrol`: make this machine known to a centre, by a line, by a request on a stick, or to an authority of the city's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from console.commands.answer import DONE, CannotRun, finished, told
from console.commands.grammar import Branch, Screens
from console.commands.place import data_folder, diary, program


def add_to(top: Branch, screens: Screens) -> None:
    """Add the command."""
    command = top.command("enrol", enrol, screens)
    command.add_argument("server", nargs="?", default="", help="address of the centre, e.g. https://pusat.example")
    command.add_argument(
        "code", nargs="?", default="", help="one-time code from `central enrol`; `-` reads it from standard input"
    )
    command.add_argument("--request", type=Path, metavar="FILE", help="without a line: write a request for the centre")
    command.add_argument("--name", default="", help="name of this room")
    command.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help="the city's own certificate authority (PEM); alone: put this one in force",
    )


def enrol(screens: Screens, options: argparse.Namespace) -> int:
    """Make this machine known to a centre."""
    if options.request:
        return _write_request(options)
    if not options.code and not (options.ca and not options.server):
        raise CannotRun("Sebutkan alamat pusat dan kode sekali pakai, atau --request FILE bila tidak ada sambungan.")
    from console.store.folder import Folder
    from console.wire.certificate import read_authority

    authority = read_authority(options.ca) if options.ca else b""
    folder = Folder.open(data_folder(options), program(options))
    diary(folder.path, "room", options)
    try:
        folder.for_writing()
        if authority:
            folder.keep_authority(authority)
        return _introduce(screens, options, folder) if options.server else _authority_kept(options)
    finally:
        folder.close()


def _introduce(screens: Screens, options: argparse.Namespace, folder: Any) -> int:
    from console.cities.faults import PackError
    from console.sync.client import BadPack, WrongCity
    from console.sync.uplink import introduce
    from console.wire.trouble import Trouble

    _named(options)
    try:
        identity = finished(introduce(folder, options.server, options.code, options.name))
    except (Trouble, BadPack, WrongCity, PackError) as error:
        raise CannotRun(screens.why_not(error, options.server)) from error
    told(options, {"territory": identity.territory, "role": identity.role}, f"Terdaftar untuk {identity.territory}.")
    return DONE


def _authority_kept(options: argparse.Namespace) -> int:
    text = "CA kota disimpan: mulai sekarang hanya pusat yang bersertifikat darinya yang dipercaya ruang ini."
    told(options, {"ca": str(options.ca)}, text)
    return DONE


def _named(options: argparse.Namespace) -> None:
    if not options.name:
        raise CannotRun('Sebutkan nama ruang ini dengan --name, mis. --name "Ruang Kecamatan Coblong".')


def _write_request(options: argparse.Namespace) -> int:
    """Write what the centre needs to enrol a machine that has no line."""
    from console.store.folder import Folder
    from console.sync.stick.stick import write_request

    _named(options)
    diary(data_folder(options), "room", options)
    folder = Folder.open(data_folder(options))
    try:
        write_request(options.request, folder.key, options.name)
        device = folder.key.id
    finally:
        folder.close()
    text = f"Permintaan pendaftaran perangkat {device} ditulis ke {options.request}; bawa ke pusat."
    told(options, {"device": device, "file": str(options.request)}, text)
    return DONE
