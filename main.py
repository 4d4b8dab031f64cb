"""The command line. What each command does stands in console/commands/; the window's in widgets/shell/opening.py."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from console.commands.answer import FAILED
from console.commands.grammar import Command, parsed

if TYPE_CHECKING:
    from console.domain.views import RoomState


class Screens:
    """The program's screens, as commands know them; loaded by the first that needs one."""

    def open_window(self, options: argparse.Namespace) -> int:
        """Show the window until it is closed."""
        from widgets.shell.opening import open_window

        return open_window(options)

    def why_not(self, error: Exception, server: str) -> str:
        """Why an enrolment did not happen."""
        from widgets.shell.enrol_words import why_not

        return why_not(error, server)

    def gravest(self, states: Sequence[RoomState]) -> str:
        """The gravest of some states and the next step."""
        from widgets.shell.states import ranked

        said = ranked(states)[0]
        return f"{said.text} {said.step}." if said.step else said.text


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 ran and found faults, 2 could not run."""
    options = parsed(sys.argv[1:] if arguments is None else arguments, Screens())
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


def _main() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    _main()
