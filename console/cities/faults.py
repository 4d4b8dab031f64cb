"""What is wrong with a city pack, told so that whoever keeps the pack can mend it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong in one file: `line` counts from 1 (0: the whole file), `what` is wrong and how to `mend` it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        """The fault in one line, as `city check` prints it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}. {self.mend}."


class PackError(Exception):
    """A pack that cannot be used; `faults` names everything that was found wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
