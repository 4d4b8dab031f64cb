"""How a command speaks with whoever runs it: its exit code, its answer for people or programs, what it asks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Coroutine
from typing import Any

DONE, FAULTS, FAILED = 0, 1, 2
"""Exit codes: done, ran and found faults, could not run."""


class CannotRun(Exception):
    """The command cannot do its work; the text says in one line what to do."""


def told(options: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    """Print a result: JSON for programs, a text for people."""
    import msgspec

    print(msgspec.json.encode(result).decode() if options.json else text)


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives, on a loop of its own."""
    import asyncio

    return asyncio.run(work)


def typed_password() -> str:
    """From the terminal, unseen, or a line of standard input."""
    import getpass

    return getpass.getpass("Kata sandi: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
