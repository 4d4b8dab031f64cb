"""The command line. Every command is a few lines that call one function; what it does stands in console/ and widgets/."""

from __future__ import annotations

import argparse
import builtins
import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from console.options import Command, parsed

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from widgets.shell.errors import ErrorDesk

VERSION = "0.1.0"
DONE, FAULTS, FAILED = 0, 1, 2


class CannotRun(Exception):
    """The command cannot do its work; the text says in one line what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 ran and found faults, 2 could not run."""
    options = parsed(sys.argv[1:] if arguments is None else arguments, COMMANDS)
    take_secrets(options)
    if options.with_parent:
        end_with_parent()
    command: Command = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line for people, the rest in the diary
        return _say_failure(error)


def _say_failure(error: Exception) -> int:
    from console import log

    if log.is_open():
        log.logger("main").error("command_failed", exc_info=error)
    said = " ".join(str(error).split()) or type(error).__name__
    print(f"simpul: {said}", file=sys.stderr)
    return FAILED


# ---- the window


def open_window(options: argparse.Namespace) -> int:
    """The console: this room, or a whole demo city beside it."""
    prepare_browser_engine(options)
    start_lightly()
    from maps import scheme

    scheme.register()
    from widgets.shell.app import create_application

    allow_root = options.demo or options.screenshot is not None
    application = create_application(sys.argv[:1], allow_root=allow_root)
    import qasync

    # An event loop of Qt's own; asyncio code of the core runs on it unchanged.
    opened = _demo_window if options.demo else _room_window
    with qasync.QEventLoop(application) as loop:
        return int(loop.run_until_complete(opened(options, application.desk)))


def prepare_browser_engine(options: argparse.Namespace) -> None:
    """What Chromium reads once, before it loads. Its sandbox refuses the superuser; a demo may go without."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and (options.demo or options.screenshot is not None):
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


def start_lightly() -> None:
    """Leave out what the first paint need not wait for.

    That is: collecting cycles (the window does so once it stands); asyncio's own TLS, which nothing here uses (the line
    is `requests` in threads); and Qt for Python's look through the source text of every module imported after it, for a
    feature that nobody here asks for.
    """
    gc.disable()
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        importlib.import_module("asyncio")
        del sys.modules["ssl"]
    plain = builtins.__import__
    importlib.import_module("PySide6.QtCore")
    builtins.__import__ = partial(_import_simply, plain, builtins.__import__)


def _import_simply(plain: Any, featured: Any, name: str, *rest: Any, **named: Any) -> Any:
    # Only Qt for Python's own import knows all that `*` stands for in its modules: they fill themselves when asked.
    wanted = named.get("fromlist") or (rest[2] if len(rest) > 2 else None) or ()
    importing = featured if "*" in wanted and name.startswith("PySide6") else plain
    return importing(name, *rest, **named)


async def _room_window(options: argparse.Namespace, desk: ErrorDesk) -> int:
    from console.room import is_room
    from console.store.folder import FolderBusy
    from widgets.shell.app import run_window

    folder = data_folder(options)
    _diary(folder, "room", options)
    if not options.city and not is_room(folder) and not await _first_run(folder, options, desk):
        return DONE

    def reopen() -> Any:
        # The pack that the centre sent counts from now on.
        options.city = ""
        return room_here(options)

    try:
        room = room_here(options)
    except FolderBusy as busy:
        if options.screenshot is None:
            from widgets.shell.last_word import last_word

            await last_word(str(busy), options.theme)
        raise
    return await run_window(room, window_options(options), desk, reopen=reopen)


async def _first_run(folder: Path, options: argparse.Namespace, desk: ErrorDesk) -> bool:
    from console.first_room import FirstRoom
    from widgets.shell.app import run_first

    return await run_first(FirstRoom(folder), window_options(options), desk)


async def _demo_window(options: argparse.Namespace, desk: ErrorDesk) -> int:
    from console.cities.pack import pack_path
    from console.cities.read import read_city
    from console.demo import Demo
    from console.domain.clock import SystemClock
    from widgets.shell.app import run_window

    pack = pack_path(options.city or "bandung")
    city = read_city(pack, trusted=True)
    demo = Demo(Path(__file__).resolve(), pack, city, options.data)
    _diary(demo.folder / "room", "room", options)
    room = demo.open_room(SystemClock())
    try:
        return await run_window(room, window_options(options), desk, beside=lambda: demo.start(room))
    finally:
        await demo.stop()


def window_options(options: argparse.Namespace) -> Any:
    """How the window opens, from the command line."""
    from widgets.shell.app import Options
    from widgets.shell.screenshots import SIZES

    return Options(
        folder=data_folder(options),
        version=VERSION,
        theme=options.theme,
        language=options.lang,
        workspace=options.workspace,
        screenshots=options.screenshot,
        after=options.after,
        sizes=options.size or SIZES,
    )


# ---- the room's folder


def data_folder(options: argparse.Namespace) -> Path:
    """The room's folder: named, or the platform's own."""
    return _named_or_own(options, "simpul")


def _named_or_own(options: argparse.Namespace, program: str) -> Path:
    if options.data:
        return Path(options.data)
    from platformdirs import user_data_path

    return user_data_path(program, appauthor=False)


def _diary(folder: Path, name: str, options: argparse.Namespace) -> None:
    from console.log import configure

    configure(folder, name, verbose=options.verbose)


def room_here(options: argparse.Namespace, clock: Any = None) -> Any:
    """Open the room of the data folder, with the pack it was given, the one named, or the one its centre sent."""
    from console.cities.kept import kept_city
    from console.cities.pack import pack_path
    from console.domain.clock import SystemClock
    from console.room import known_pack, open_room
    from console.store.folder import Identity

    folder = data_folder(options)
    _diary(folder, "room", options)
    known = known_pack(folder)
    pack = pack_path(options.city) if options.city else known
    if pack is None:
        raise CannotRun(
            f"Folder {folder} belum berisi ruang; sebutkan kota dengan --city, atau daftarkan: simpul enrol."
        )
    city = kept_city(pack, folder if known else None)
    identity = Identity(city.code, city.name, pack.name)
    room = open_room(folder, city, clock or SystemClock(), identity=identity, program=_program(options))
    room.neighbourhood.arrange(options.door, options.neighbour, options.lan, options.neighbours == "auto")
    return room


def _program(options: argparse.Namespace) -> str:
    """What this process is, to whoever finds the folder in use."""
    return {"": "jendela Simpul", "agent": "agen Simpul"}.get(options.words, f"perintah simpul {options.words}")


def writable_room(options: argparse.Namespace, clock: Any = None) -> Any:
    """Open the room for a command that writes into it."""
    from console.store.folder import FolderUnwritable

    room = room_here(options, clock)
    if room.store.read_only:
        _run(room.close())
        if room.store.unwritable:
            raise FolderUnwritable(room.folder.path)
        raise CannotRun("Berkas ruang ini dari program yang lebih baru: perbarui program ini.")
    return room


def enrol_here(options: argparse.Namespace) -> int:
    """Make this machine known to a centre."""
    if options.request:
        return _request_here(options)
    if not options.code and not (options.ca and not options.server):
        raise CannotRun("Sebutkan alamat pusat dan kode sekali pakai, atau --request FILE bila tidak ada sambungan.")
    from console.store.folder import Folder
    from console.wire.certificate import read_authority

    authority = read_authority(options.ca) if options.ca else b""
    folder = Folder.open(data_folder(options), _program(options))
    _diary(folder.path, "room", options)
    try:
        folder.for_writing()
        if authority:
            folder.keep_authority(authority)
        return _enrol(options, folder) if options.server else _authority_kept(options)
    finally:
        folder.close()


def _enrol(options: argparse.Namespace, folder: Any) -> int:
    from console.cities.faults import PackError
    from console.sync.client import BadPack, WrongCity
    from console.sync.uplink import introduce
    from console.wire.trouble import Trouble

    _named(options)
    try:
        identity = _run(introduce(folder, options.server, options.code, options.name))
    except (Trouble, BadPack, WrongCity, PackError) as error:
        from widgets.shell.enrol_words import why_not

        raise CannotRun(why_not(error, options.server)) from error
    told(options, {"territory": identity.territory, "role": identity.role}, f"Terdaftar untuk {identity.territory}.")
    return DONE


def _authority_kept(options: argparse.Namespace) -> int:
    text = "CA kota disimpan: mulai sekarang hanya pusat yang bersertifikat darinya yang dipercaya ruang ini."
    told(options, {"ca": str(options.ca)}, text)
    return DONE


def _named(options: argparse.Namespace) -> None:
    if not options.name:
        raise CannotRun('Sebutkan nama ruang ini dengan --name, mis. --name "Ruang Kecamatan Coblong".')


def _request_here(options: argparse.Namespace) -> int:
    """Write what the centre needs to enrol a machine that has no line."""
    from console.bundles import request_enrolment

    _named(options)
    _diary(data_folder(options), "room", options)
    device = request_enrolment(data_folder(options), options.request, options.name)
    text = f"Permintaan pendaftaran perangkat {device} ditulis ke {options.request}; bawa ke pusat."
    told(options, {"device": device, "file": str(options.request)}, text)
    return DONE


def bundle_export(options: argparse.Namespace) -> int:
    """Write a bundle for another room onto a stick."""
    from console.bundles import Order, choices_text, export_bundle, exported_text, photo_choices

    order = Order(options.target, tuple(options.territory), options.hours, options.days, options.photos)
    if options.sizes:
        choices = _run(photo_choices(room_here(options), order))
        told(options, choices, choices_text(choices))
        return DONE
    said = _run(export_bundle(room_here(options), options.file, order))
    told(options, said, exported_text(said))
    return DONE


def bundle_import(options: argparse.Namespace) -> int:
    """Take a bundle from a stick into this room."""
    from console.bundles import begin_here, import_bundle, imported_text

    _diary(data_folder(options), "room", options)
    begin_here(data_folder(options), options.file, options.print)
    receipt = Path() if options.no_receipt else options.receipt
    said = _run(import_bundle(room_here(options), options.file, receipt))
    told(options, said, imported_text(said))
    return DONE


def bundle_show(options: argparse.Namespace) -> int:
    """Say what is in a bundle; no key is needed."""
    from console.bundles import show_bundle, shown_text

    said = show_bundle(options.file)
    told(options, said, shown_text(said))
    return DONE


def run_agent(options: argparse.Namespace) -> int:
    """Sync and feeds without a screen, until told to end."""
    if options.enrol:
        (options.server, options.code), options.request, options.ca = options.enrol, None, None
        options.name = options.name or "agen"
        enrol_here(options)
    from console.agent import run_agent as agent
    from console.agent import simulated_clock
    from console.domain.clock import SystemClock

    clock = SystemClock()
    room = writable_room(options, simulated_clock(clock.now()) if options.simulate else clock)
    _run(agent(room, server=options.server, simulate=options.simulate, tell=_tell))
    return DONE


def _tell(states: Sequence[Any]) -> None:
    """What is wrong with the line now, in one line for whoever watches the agent."""
    print(f"simpul: {_gravest(states) if states else 'Tersambung ke pusat.'}", file=sys.stderr, flush=True)


def _gravest(states: Sequence[Any]) -> str:
    """The gravest of some states: its sentence and the next step."""
    from widgets.shell.states import ranked

    said = ranked(states)[0]
    return f"{said.text} {said.step}." if said.step else said.text


def sync_once(options: argparse.Namespace) -> int:
    """One full exchange with the centre."""
    from console.agent import exchange_once, left_line

    room = writable_room(options)
    if not room.uplink.enrolled:
        _run(room.close())
        raise CannotRun("Ruang ini belum terdaftar di pusat; daftarkan dengan: simpul enrol ALAMAT KODE --name NAMA")
    result, states = _run(exchange_once(room))
    told(options, result, ", ".join(f"{name} {value}" for name, value in result.items()))
    if states:
        print(f"simpul: {_gravest(states)}", file=sys.stderr)
    if result["left"]:
        print(f"simpul: {left_line(result)}", file=sys.stderr)
    if not result["whole"]:
        return FAILED
    return FAULTS if states or result["refused"] else DONE


def attach(options: argparse.Namespace) -> int:
    """Attach a photo or document to an incident of this room."""
    from console.agent import attach_file

    password = _typed_password() if options.operator else ""
    room = writable_room(options)
    said = _run(attach_file(room, options.subject, options.file, options.note, options.operator, password))
    told(options, said, f"{said.get('name') or options.file.name} dilampirkan pada {options.subject}.")
    return DONE


def line_show(options: argparse.Namespace) -> int:
    """Say what each link may carry, and what it carried."""
    from console.agent import line_budgets

    return _line_told(options, _run(line_budgets(room_here(options))))


def line_budget(options: argparse.Namespace) -> int:
    """Bound what a link may carry; what is urgent may overdraw it."""
    from console.agent import set_line_budget

    found = _run(set_line_budget(writable_room(options), options.hour, options.day, options.link))
    return _line_told(options, found)


def _line_told(options: argparse.Namespace, found: list[dict[str, Any]]) -> int:
    from console.agent import budget_line

    told(options, {"links": found}, "\n".join(map(budget_line, found)))
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Look at every byte of this room's journal; --repair saves what can be saved."""
    from console.checkup import as_builtins, check_room
    from console.domain.clock import SystemClock

    result = check_room(data_folder(options), SystemClock(), options.repair, _program(options))
    report = as_builtins(result)
    told(options, report, "\n".join(result.lines()))
    return DONE if report["clean"] else FAULTS


def backup_room(options: argparse.Namespace) -> int:
    """Write this room into one file and read it back; the room may stay open."""
    from console.domain.clock import SystemClock
    from console.safekeeping import back_up_room

    made = back_up_room(data_folder(options), options.file, SystemClock().now(), options.with_keys)
    beside = "; berisi kunci ruang, simpan di tempat terkunci" if made.with_keys else ""
    result = {"file": str(options.file), "entries": made.entries, "with_keys": made.with_keys}
    told(options, result, f"{made.entries} entri disimpan di {options.file} dan terbaca kembali{beside}.")
    return DONE


def restore_room(options: argparse.Namespace) -> int:
    """Make a room out of such a file, in an empty folder."""
    from console.safekeeping import restore_room as restore

    made = restore(options.file, data_folder(options))
    after = "" if made.with_keys else " Kunci ruang tidak ada di dalamnya: daftarkan lagi dengan `simpul enrol`."
    result = {"territory": made.territory, "entries": made.entries, "with_keys": made.with_keys}
    told(options, result, f"Ruang {made.name} dipulihkan dengan {made.entries} entri.{after}")
    return DONE


# ---- the centre


def centre_folder(options: argparse.Namespace) -> Path:
    """The centre's folder: named, or beside the platform's own room folder."""
    folder = _named_or_own(options, "simpul-central")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def centre_pack(options: argparse.Namespace) -> Path:
    """The city pack that the centre serves: named, or the one that it was started with before."""
    kept = centre_folder(options) / "pack.txt"
    if options.city:
        pack = _pack(options).resolve()
        kept.write_text(str(pack))
        return pack
    if not kept.exists():
        raise CannotRun("Sebutkan paket kota dengan --city, mis. --city bandung.")
    return Path(kept.read_text())


def central_serve(options: argparse.Namespace) -> int:
    """Run the central server until told to end."""
    from console.central.retention import KEEP_DAYS, LEAST_DAYS
    from console.central.serve import serve

    days = KEEP_DAYS if options.keep_readings is None else options.keep_readings
    if days and days < LEAST_DAYS:
        raise CannotRun(f"--keep-readings paling sedikit {LEAST_DAYS} hari, atau 0: simpan semua.")
    folder = centre_folder(options)
    _diary(folder, "central", options)
    serve(folder, centre_pack(options), options.host, options.port, options.dsn, options.announce, keep_days=days)
    return DONE


def _central_request(options: argparse.Namespace) -> int:
    """Enrol a device without a line, by the request that was carried here."""
    from console.central.enrol import read_request
    from console.central.serve import enrol_request

    request = read_request(options.request)
    place = (centre_folder(options), centre_pack(options), options.territory)
    device, city_print = enrol_request(*place, request, options.role, options.dsn)
    text = (
        f"{device.name} ({device.id}) terdaftar untuk {device.territory}. "
        f"Sampaikan sidik kota ini kepada mereka: {city_print}"
    )
    told(options, {"device": device.id, "territory": device.territory, "print": city_print}, text)
    return DONE


def central_enrol(options: argparse.Namespace) -> int:
    """Make a one-time code for a device."""
    if options.request:
        return _central_request(options)
    from console.central.serve import enrol_code

    code = enrol_code(centre_folder(options), centre_pack(options), options.territory, options.role, options.dsn)
    told(
        options, {"code": code, "territory": options.territory}, f"Kode sekali pakai untuk {options.territory}: {code}"
    )
    return DONE


def central_revoke(options: argparse.Namespace) -> int:
    """Revoke a device."""
    from console.central.serve import revoke

    if not revoke(centre_folder(options), centre_pack(options), options.device, options.reason, options.dsn):
        raise CannotRun(f"Perangkat {options.device} tidak terdaftar, atau sudah dicabut.")
    told(options, {"revoked": options.device}, f"Perangkat {options.device} dicabut.")
    return DONE


def central_backup(options: argparse.Namespace) -> int:
    """Write the whole centre into one file and read it back."""
    from console.central.backup import backup

    tally = backup(centre_folder(options), options.file, options.dsn, options.with_keys)
    rows = {table: count.rows for table, count in tally.items()}
    told(options, {"file": str(options.file), "rows": rows}, f"{rows['entries']} entri disimpan dan terbaca kembali.")
    return DONE


def central_restore(options: argparse.Namespace) -> int:
    """Put the centre back to what a backup says; its server must not be running."""
    from console.central.backup import restore

    tally = restore(centre_folder(options), options.file, options.dsn)
    rows = {table: count.rows for table, count in tally.items()}
    told(options, {"rows": rows}, f"{rows['entries']} entri dipulihkan; ruang-ruang akan mengirim sisanya sendiri.")
    return DONE


def central_operator(options: argparse.Namespace) -> int:
    """Add or change an operator; the password is asked for, or read from standard input."""
    from console.central.serve import set_operator
    from console.cities.read import read_city
    from console.domain.people import Operator

    city = read_city(centre_pack(options))
    if city.territory(options.territory) is None:
        raise CannotRun(f"{city.name} tidak punya wilayah {options.territory}.")
    if options.agency and city.agency(options.agency) is None:
        raise CannotRun(f"{city.name} tidak punya instansi {options.agency}.")
    verifier = "" if options.no_password else _verifier()
    operator = Operator(
        options.id, options.name or options.id, options.role, options.territory, verifier, options.agency,
        not options.inactive,
    )  # fmt: skip
    set_operator(centre_folder(options), centre_pack(options), operator, options.dsn)
    told(options, {"operator": operator.id}, f"Operator {operator.id} disimpan di jurnal kota.")
    return DONE


def _typed_password() -> str:
    """From the terminal, unseen, or a line of standard input."""
    import getpass

    return getpass.getpass("Kata sandi: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _verifier() -> str:
    from argon2 import PasswordHasher

    password = _typed_password()
    if len(password) < 8:
        raise CannotRun("Kata sandi paling sedikit 8 huruf.")
    return PasswordHasher().hash(password)


# ---- cities and feeds


def _pack(options: argparse.Namespace) -> Path:
    from console.cities.pack import pack_path

    folder = Path(options.city)
    return folder if (folder / "city.toml").exists() else pack_path(options.city)


def city_check(options: argparse.Namespace) -> int:
    """Check a pack and name every fault."""
    from console.cities.check import as_builtins, check_city

    options.city = options.pack
    faults = check_city(_pack(options))
    told(options, {"faults": as_builtins(faults)}, "\n".join(map(str, faults)) or "Paket kota tanpa cacat.")
    return FAULTS if faults else DONE


def city_show(options: argparse.Namespace) -> int:
    """Say what a pack holds."""
    from console.cities.read import describe, read_city, summary

    options.city = options.pack
    folder = _pack(options)
    told(options, summary(read_city(folder)) if options.json else {}, describe(folder) if not options.json else "")
    return DONE


def feed_once(options: argparse.Namespace) -> int:
    """Read one outside source once, into this room."""
    from console.agent import read_once

    result = _run(read_once(writable_room(options), options.source, options.file, options.url))
    told(options, result, ", ".join(f"{name} {value}" for name, value in result.items()))
    return FAULTS if result["faults"] else DONE


# ---- plumbing


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    return asyncio.run(work)


def told(options: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    """Print a result: JSON for programs, a text for people."""
    import msgspec

    print(msgspec.json.encode(result).decode() if options.json else text)


def take_secrets(options: argparse.Namespace) -> None:
    """Fill in what the list of processes should not show: `-` stands for a line of standard input."""
    if getattr(options, "code", "") == "-":
        options.code = _line()
    if (enrol := getattr(options, "enrol", None)) and enrol[1] == "-":
        options.enrol = [enrol[0], _line()]


def _line() -> str:
    # What the buffer took beyond the line is nobody's: `end_with_parent` only waits for the end.
    return sys.stdin.buffer.readline().decode(errors="replace").strip()


def end_with_parent() -> None:
    """End this process in order when whoever started it is gone: its end of our standard input closes."""

    def watch() -> None:
        # From the descriptor itself: a buffer's lock that is held when the interpreter ends would abort it.
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="with-parent", daemon=True).start()


COMMANDS: dict[str, Command] = {
    "": open_window,
    "central serve": central_serve,
    "central enrol": central_enrol,
    "central revoke": central_revoke,
    "central operators set": central_operator,
    "central backup": central_backup,
    "central restore": central_restore,
    "enrol": enrol_here,
    "agent": run_agent,
    "sync": sync_once,
    "attach": attach,
    "line show": line_show,
    "line budget": line_budget,
    "doctor": doctor,
    "backup": backup_room,
    "restore": restore_room,
    "feed once": feed_once,
    "bundle export": bundle_export,
    "bundle import": bundle_import,
    "bundle show": bundle_show,
    "city check": city_check,
    "city show": city_show,
}


def _main() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    _main()
