"""One central server for each module of tests here, on the small city that comes with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cities.pack import pack_path
from tests.servers import CentralServer, central_server, short_folder


@pytest.fixture(scope="module")
def pack() -> Path:
    """Binjai: five kecamatan."""
    return pack_path("binjai")


@pytest.fixture(scope="module")
def server(pack: Path) -> Iterator[CentralServer]:
    """A running central server."""
    with short_folder() as folder, central_server(folder / "central", pack) as running:
        yield running
