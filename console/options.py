"""The command line's grammar: every command with its options. What a command does is given by whoever builds the parser."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from console.domain.people import PERMISSIONS

Command = Callable[[argparse.Namespace], int]
Add = Callable[[Any, str], argparse.ArgumentParser]
DSN = "SIMPUL_DSN"
"""The environment variable that names the centre's own database, so that its password stands in no list of processes."""


def _size(text: str) -> tuple[tuple[int, int], ...]:
    width, _, height = text.partition("x")
    return ((int(width), int(height)),)


def parsed(arguments: Sequence[str], commands: Mapping[str, Command]) -> argparse.Namespace:
    """What the arguments ask for. `commands` has what each command runs, by its words ("central serve"); "" is the window.

    Where no word can be a command's, only the window's options are set up: it should stand soon.
    """
    heads = {words.split()[0] for words in commands if words}
    lone = {word for before, word in zip(("", *arguments), arguments, strict=False) if not before.startswith("-")}
    window = not heads.intersection(arguments) and all(word.startswith("-") for word in lone)
    helped = {"-h", "--help"}.intersection(arguments)
    return (_top(commands) if window and not helped else parser(commands)).parse_args(arguments)


def _top(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="simpul", description="The desktop console of a city command centre.", parents=[_shared_options()]
    )
    top.set_defaults(command=commands[""], words="", data=None, city="", json=False, verbose=False, with_parent=False)
    _window_options(top)
    return top


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Every command and option."""
    shared = _shared_options()
    top = _top(commands)
    below = top.add_subparsers(title="commands", metavar="COMMAND")

    def add(parent: Any, words: str) -> argparse.ArgumentParser:
        command = commands[words]
        made: argparse.ArgumentParser = parent.add_parser(
            words.split()[-1], help=(command.__doc__ or "").split(";")[0].rstrip("."), parents=[shared]
        )
        made.set_defaults(command=command, words=words)
        return made

    _central_commands(below, add)
    _room_commands(below, add)
    city = below.add_parser("city", help="check or show a city pack").add_subparsers(required=True)
    for words in ("city check", "city show"):
        add(city, words).add_argument("pack", help="folder, name in resources, or code")
    return top


def _shared_options() -> argparse.ArgumentParser:
    """What stands before a command or after it. Without a default of its own, the command's parser does not forget what
    stood before; and each parser needs its own, since a default that is set later is written into the options."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--data", type=Path, help="folder of the room (default: the platform's data folder)")
    shared.add_argument("--city", help="city pack: a folder, a name in resources, or a code")
    shared.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    shared.add_argument("--verbose", action="store_true", help="also print the diary on standard error")
    shared.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    return shared


def _bytes(text: str) -> int:
    """An amount like 20MB, 500kB or 0, in decimal units as networks are billed."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kMG]?)B?", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; say e.g. 500kB, 20MB or 0")
    return round(float(found[1]) * {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}[found[2]])


def _neighbour_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--door", type=int, metavar="PORT", help="serve enrolled rooms of this city on the LAN")
    parser.add_argument(
        "--neighbour",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="exchange with the room at this door, also while the centre is away; may be said several times",
    )
    parser.add_argument(
        "--neighbours",
        choices=("auto", "none"),
        default="none",
        help="auto: look on the LAN for doors of this city, and exchange with those that prove to be (default: none)",
    )
    parser.add_argument(
        "--lan", default="", metavar="ADDRESS", help="this machine's address on the LAN to do so on (default: all)"
    )


def _window_options(top: argparse.ArgumentParser) -> None:
    _neighbour_options(top)
    top.add_argument("--demo", action="store_true", help="a whole city on this machine, data marked SIMULASI")
    top.add_argument("--screenshot", type=Path, metavar="DIR", help="save every workspace as PNG and exit")
    top.add_argument("--after", type=float, default=2.0, metavar="S", help="seconds to wait before the pictures")
    top.add_argument("--size", type=_size, metavar="WxH", help="size of the pictures (default: all three)")
    top.add_argument("--theme", choices=("dark", "light"), default="", help="colours")
    top.add_argument("--lang", choices=("id", "en"), default="", help="language")
    top.add_argument("--workspace", default="", help="workspace to open first")


def _central_commands(commands: Any, add: Add) -> None:
    central = commands.add_parser("central", help="the central server").add_subparsers(required=True)
    serve = add(central, "central serve")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8470)
    serve.add_argument("--announce", type=Path, help="write the address to this file once it answers")
    serve.add_argument(
        "--keep-readings", type=int, metavar="DAYS",
        help="give up readings older than this (default: 400, at least 10; 0: keep all); entries are kept for ever",
    )  # fmt: skip
    serve.epilog = (
        "What one device may ask is bounded in each process: n servers of one database allow n times as much."
    )
    enrol = add(central, "central enrol")
    enrol.add_argument("territory", help="code of the territory, e.g. 32.73.02")
    enrol.add_argument("--request", type=Path, metavar="FILE", help="enrol the machine whose request this is")
    enrol.add_argument("--role", default="", help="city, kecamatan or partner (default: what fits the territory)")
    revoke = add(central, "central revoke")
    revoke.add_argument("device", help="id of the device, 16 hex digits")
    revoke.add_argument("--reason", default="", help="why, for the city's journal")
    operators = central.add_parser("operators", help="people who may log in").add_subparsers(required=True)
    person = add(operators, "central operators set")
    person.add_argument("id", help="what the person types to log in")
    person.add_argument("--name", default="")
    person.add_argument("--role", default="operator", choices=tuple(PERMISSIONS))
    person.add_argument("--territory", required=True)
    person.add_argument("--agency", default="")
    person.add_argument("--inactive", action="store_true")
    person.add_argument("--no-password", action="store_true", help="nobody can log in as this one")
    save, put_back = add(central, "central backup"), add(central, "central restore")
    save.add_argument("--with-keys", action="store_true", help="the centre's private keys too: keep such a file safe")
    for command in (save, put_back):
        command.add_argument("file", type=Path, help="the backup")
    for command in (serve, enrol, revoke, person, save, put_back):
        command.add_argument(
            "--dsn",
            default=os.environ.get(DSN) or None,
            help=f"a PostgreSQL of your own (default: ${DSN}, or the embedded one)",
        )


def _room_commands(commands: Any, add: Add) -> None:
    enrol = add(commands, "enrol")
    enrol.add_argument("server", nargs="?", default="", help="address of the centre, e.g. https://pusat.example")
    enrol.add_argument(
        "code", nargs="?", default="", help="one-time code from `central enrol`; `-` reads it from standard input"
    )
    enrol.add_argument("--request", type=Path, metavar="FILE", help="without a line: write a request for the centre")
    enrol.add_argument("--name", default="", help="name of this room")
    enrol.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help="the city's own certificate authority (PEM); alone: put this one in force",
    )
    agent = add(commands, "agent")
    agent.add_argument("--server", default="", help="address of the centre, when it moved")
    agent.add_argument("--enrol", nargs=2, metavar=("SERVER", "CODE"), help="enrol first; CODE may be `-`")
    agent.add_argument("--name", default="")
    _neighbour_options(agent)
    agent.add_argument("--simulate", action="store_true", help="feed simulated data, marked SIMULASI")
    sync = add(commands, "sync")
    sync.add_argument("--once", action="store_true", required=True)
    attach = add(commands, "attach")
    attach.add_argument("subject", help="the incident, as the bundle or the list names it")
    attach.add_argument("file", type=Path, help="photo (JPEG, PNG, WebP), PDF or plain text")
    attach.add_argument("--note", default="", help="what it shows")
    attach.add_argument("--operator", default="", help="who attaches it; the password is asked for, or read from input")
    line = commands.add_parser("line", help="what the line to the centre may carry").add_subparsers(required=True)
    add(line, "line show")
    budget = add(line, "line budget")
    budget.add_argument("--hour", type=_bytes, default=0, help="bytes both ways in an hour, e.g. 2MB; 0: no bound")
    budget.add_argument("--day", type=_bytes, default=0, help="bytes both ways in a day, e.g. 20MB; 0: no bound")
    budget.add_argument("--link", default="", help="network interface, e.g. wwan0 (default: any without its own)")
    add(commands, "doctor").add_argument("--repair", action="store_true", help="mend what can be mended")
    save, put_back = add(commands, "backup"), add(commands, "restore")
    save.add_argument("--with-keys", action="store_true", help="the room's secrets too: keep such a file safe")
    for command in (save, put_back):
        command.add_argument("file", type=Path, help="the backup")
    _bundle_commands(commands, add)
    feed = commands.add_parser("feed", help="outside sources").add_subparsers(required=True)
    once = add(feed, "feed once")
    once.add_argument("source", help="bmkg-gempa, bmkg-prakiraan, open311 or sensorthings")
    once.add_argument("--from", dest="file", type=Path, help="read this file instead of the source's address")
    once.add_argument("--url", default="", help="address of the source")


def _bundle_commands(commands: Any, add: Add) -> None:
    bundle = commands.add_parser("bundle", help="journals by USB stick").add_subparsers(required=True)
    export = add(bundle, "bundle export")
    export.add_argument("file", type=Path, help="file to write, or a folder")
    export.add_argument(
        "--for", dest="target", default="*", help="device, its name, a territory, or siapa-saja (default)"
    )
    export.add_argument("--territory", action="append", default=[], help="only this journal; may be said several times")
    export.add_argument("--hours", type=int, default=6, help="hours of readings to take along")
    export.add_argument("--days", type=int, default=30, help="days until it counts as expired")
    export.add_argument(
        "--photos", choices=("none", "thumbs", "all"), default="thumbs", help="photos and documents to take along"
    )
    export.add_argument("--sizes", action="store_true", help="only say how large each choice of photos is")
    take = add(bundle, "bundle import")
    take.add_argument("file", type=Path)
    take.add_argument("--print", default="", help="the city's fingerprint, for a machine that knows no city yet")
    take.add_argument("--receipt", type=Path, help="file or folder for the receipt (default: beside the bundle)")
    take.add_argument("--no-receipt", action="store_true", help="write no receipt")
    add(bundle, "bundle show").add_argument("file", type=Path)
