"""`central`: the central server, its operators, devices and backups."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from console.commands.answer import DONE, CannotRun, told, typed_password
from console.commands.grammar import Branch
from console.commands.place import data_folder, diary, pack_folder
from console.domain.people import PERMISSIONS

DSN = "SIMPUL_DSN"
"""The environment variable that names the centre's own database, so that its password stands in no list of processes."""


def add_to(top: Branch) -> None:
    """Add the commands."""
    central = top.branch("central", "the central server")
    commands = (
        _add_serve(central),
        _add_enrol(central),
        _add_revoke(central),
        _add_operator(central.branch("operators", "people who may log in")),
        *_add_backup_and_restore(central),
    )
    for command in commands:
        command.add_argument(
            "--dsn",
            default=os.environ.get(DSN) or None,
            help=f"a PostgreSQL of your own (default: ${DSN}, or the embedded one)",
        )


def _add_serve(central: Branch) -> argparse.ArgumentParser:
    command = central.command("serve", serve)
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8470)
    command.add_argument("--announce", type=Path, help="write the address to this file once it answers")
    command.add_argument(
        "--keep-readings", type=int, metavar="DAYS",
        help="give up readings older than this (default: 400, at least 10; 0: keep all); entries are kept for ever",
    )  # fmt: skip
    command.epilog = (
        "What one device may ask is bounded in each process: n servers of one database allow n times as much."
    )
    return command


def _add_enrol(central: Branch) -> argparse.ArgumentParser:
    command = central.command("enrol", enrol)
    command.add_argument("territory", help="code of the territory, e.g. 32.73.02")
    command.add_argument("--request", type=Path, metavar="FILE", help="enrol the machine whose request this is")
    command.add_argument("--role", default="", help="city, kecamatan or partner (default: what fits the territory)")
    return command


def _add_revoke(central: Branch) -> argparse.ArgumentParser:
    command = central.command("revoke", revoke)
    command.add_argument("device", help="id of the device, 16 hex digits")
    command.add_argument("--reason", default="", help="why, for the city's journal")
    return command


def _add_operator(operators: Branch) -> argparse.ArgumentParser:
    command = operators.command("set", set_operator)
    command.add_argument("id", help="what the person types to log in")
    command.add_argument("--name", default="")
    command.add_argument("--role", default="operator", choices=tuple(PERMISSIONS))
    command.add_argument("--territory", required=True)
    command.add_argument("--agency", default="")
    command.add_argument("--inactive", action="store_true")
    command.add_argument("--no-password", action="store_true", help="nobody can log in as this one")
    return command


def _add_backup_and_restore(central: Branch) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    save, put_back = central.command("backup", back_up), central.command("restore", restore)
    save.add_argument("--with-keys", action="store_true", help="the centre's private keys too: keep such a file safe")
    for command in (save, put_back):
        command.add_argument("file", type=Path, help="the backup")
    return save, put_back


def _folder(options: argparse.Namespace) -> Path:
    """The centre's folder: named, or beside the platform's own room folder."""
    folder = data_folder(options, "simpul-central")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pack(options: argparse.Namespace) -> Path:
    """The city pack that the centre serves: named, or the one that it was started with before."""
    kept = _folder(options) / "pack.txt"
    if options.city:
        pack = pack_folder(options.city).resolve()
        kept.write_text(str(pack))
        return pack
    if not kept.exists():
        raise CannotRun("Sebutkan paket kota dengan --city, mis. --city bandung.")
    return Path(kept.read_text())


def serve(options: argparse.Namespace) -> int:
    """Run the central server until told to end."""
    from console.central.retention import KEEP_DAYS, LEAST_DAYS
    from console.central.serve import serve as run_server

    days = KEEP_DAYS if options.keep_readings is None else options.keep_readings
    if days and days < LEAST_DAYS:
        raise CannotRun(f"--keep-readings paling sedikit {LEAST_DAYS} hari, atau 0: simpan semua.")
    folder = _folder(options)
    diary(folder, "central", options)
    run_server(folder, _pack(options), options.host, options.port, options.dsn, options.announce, keep_days=days)
    return DONE


def enrol(options: argparse.Namespace) -> int:
    """Make a one-time code for a device."""
    if options.request:
        return _enrol_request(options)
    from console.central.serve import enrol_code

    code = enrol_code(_folder(options), _pack(options), options.territory, options.role, options.dsn)
    told(
        options, {"code": code, "territory": options.territory}, f"Kode sekali pakai untuk {options.territory}: {code}"
    )
    return DONE


def _enrol_request(options: argparse.Namespace) -> int:
    """Enrol a device without a line, by the request that was carried here."""
    from console.central.enrol import read_request
    from console.central.serve import enrol_request

    request = read_request(options.request)
    place = (_folder(options), _pack(options), options.territory)
    device, city_print = enrol_request(*place, request, options.role, options.dsn)
    text = (
        f"{device.name} ({device.id}) terdaftar untuk {device.territory}. "
        f"Sampaikan sidik kota ini kepada mereka: {city_print}"
    )
    told(options, {"device": device.id, "territory": device.territory, "print": city_print}, text)
    return DONE


def revoke(options: argparse.Namespace) -> int:
    """Revoke a device."""
    from console.central import serve as centre

    if not centre.revoke(_folder(options), _pack(options), options.device, options.reason, options.dsn):
        raise CannotRun(f"Perangkat {options.device} tidak terdaftar, atau sudah dicabut.")
    told(options, {"revoked": options.device}, f"Perangkat {options.device} dicabut.")
    return DONE


def set_operator(options: argparse.Namespace) -> int:
    """Add or change an operator; the password is asked for, or read from standard input."""
    from console.central import serve as centre
    from console.cities.read import read_city
    from console.domain.people import Operator

    city = read_city(_pack(options))
    if city.territory(options.territory) is None:
        raise CannotRun(f"{city.name} tidak punya wilayah {options.territory}.")
    if options.agency and city.agency(options.agency) is None:
        raise CannotRun(f"{city.name} tidak punya instansi {options.agency}.")
    verifier = "" if options.no_password else _verifier()
    operator = Operator(
        options.id, options.name or options.id, options.role, options.territory, verifier, options.agency,
        not options.inactive,
    )  # fmt: skip
    centre.set_operator(_folder(options), _pack(options), operator, options.dsn)
    told(options, {"operator": operator.id}, f"Operator {operator.id} disimpan di jurnal kota.")
    return DONE


def _verifier() -> str:
    from argon2 import PasswordHasher

    password = typed_password()
    if len(password) < 8:
        raise CannotRun("Kata sandi paling sedikit 8 huruf.")
    return PasswordHasher().hash(password)


def back_up(options: argparse.Namespace) -> int:
    """Write the whole centre into one file and read it back."""
    from console.central.backup import backup

    tally = backup(_folder(options), options.file, options.dsn, options.with_keys)
    rows = {table: count.rows for table, count in tally.items()}
    told(options, {"file": str(options.file), "rows": rows}, f"{rows['entries']} entri disimpan dan terbaca kembali.")
    return DONE


def restore(options: argparse.Namespace) -> int:
    """Put the centre back to what a backup says; its server must not be running."""
    from console.central import backup

    tally = backup.restore(_folder(options), options.file, options.dsn)
    rows = {table: count.rows for table, count in tally.items()}
    told(options, {"rows": rows}, f"{rows['entries']} entri dipulihkan; ruang-ruang akan mengirim sisanya sendiri.")
    return DONE
