"""The command line's grammar: what all commands share, and how one is found. Each family adds its own in `add_to`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from console.domain.views import RoomState

Command = Callable[[argparse.Namespace], int]
"""Runs with its options and gives an exit code."""


class Screens(Protocol):
    """What commands take from the program's screens, which they do not know: the window, and its sentences."""

    def open_window(self, options: argparse.Namespace) -> int:
        """Show the window until it is closed."""

    def why_not(self, error: Exception, server: str) -> str:
        """Why an enrolment did not happen."""

    def gravest(self, states: Sequence[RoomState]) -> str:
        """The gravest of some states and the next step."""


class Branch:
    """Where commands are added: the top of the line, or below a word like `central`."""

    def __init__(self, below: Any, words: tuple[str, ...] = ()) -> None:
        self._below = below
        self._words = words

    def command(self, word: str, run: Callable[..., int], *given: object) -> argparse.ArgumentParser:
        """Add a command, for its options to be added to; it runs `run` with what is `given` and the options."""
        said = (run.__doc__ or "").split(";")[0].rstrip(".")
        made: argparse.ArgumentParser = self._below.add_parser(word, help=said, parents=[_shared_options()])
        made.set_defaults(command=partial(run, *given) if given else run, words=" ".join((*self._words, word)))
        return made

    def branch(self, word: str, said: str) -> Branch:
        """Add a word that has commands below it."""
        return Branch(self._below.add_parser(word, help=said).add_subparsers(required=True), (*self._words, word))


def parsed(arguments: Sequence[str], screens: Screens) -> argparse.Namespace:
    """What the arguments ask for: `command` runs it, `words` names it ("central serve"; "" is the window).

    Where no word can be a command's, only the window's options are set up: it should stand soon.
    """
    window = _window_line(screens)
    lone = (word for before, word in zip(("", *arguments), arguments, strict=False) if not before.startswith("-"))
    if all(word.startswith("-") for word in lone) and not {"-h", "--help"}.intersection(arguments):
        options, more = window.parse_known_args(arguments)
        if not more:
            return options
    return _whole_line(screens).parse_args(arguments)


def _window_line(screens: Screens) -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="simpul", description="The desktop console of a city command centre.", parents=[_shared_options()]
    )
    shared = {"data": None, "city": "", "json": False, "verbose": False, "with_parent": False}
    top.set_defaults(command=screens.open_window, words="", **shared)
    _window_options(top)
    return top


def _whole_line(screens: Screens) -> argparse.ArgumentParser:
    from console.commands import agent, backup, bundle, central, city, doctor, enrol, feed, line, room

    top = _window_line(screens)
    branch = Branch(top.add_subparsers(title="commands", metavar="COMMAND"))
    central.add_to(branch)
    enrol.add_to(branch, screens)
    agent.add_to(branch, screens)
    room.add_to(branch, screens)
    for family in (line, doctor, backup, bundle, feed, city):
        family.add_to(branch)
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


def neighbour_options(parser: argparse.ArgumentParser) -> None:
    """With which rooms on the LAN the window and the agent exchange."""
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
    neighbour_options(top)
    top.add_argument("--demo", action="store_true", help="a whole city on this machine, data marked SIMULASI")
    top.add_argument("--screenshot", type=Path, metavar="DIR", help="save every workspace as PNG and exit")
    top.add_argument("--after", type=float, default=2.0, metavar="S", help="seconds to wait before the pictures")
    top.add_argument("--size", type=_size, metavar="WxH", help="size of the pictures (default: all three)")
    top.add_argument("--theme", choices=("dark", "light"), default="", help="colours")
    top.add_argument("--lang", choices=("id", "en"), default="", help="language")
    top.add_argument("--workspace", default="", help="workspace to open first")


def _size(text: str) -> tuple[tuple[int, int], ...]:
    width, _, height = text.partition("x")
    return ((int(width), int(height)),)
