"""A real centre behind a proxy with a certificate of the city's own authority: a room is enrolled with it, exchanges, says so
when the certificate runs out, goes on when it is renewed, and takes the authority along when it moves."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import main
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer, Door
from tests.faults.certificates import Authority
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import NORTH, make_small_pack

pytestmark = [pytest.mark.expect_log("command_failed"), pytest.mark.usefixtures("own_root_logger")]


@pytest.fixture(scope="module")
def centre() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


def proxy(context: ssl.SSLContext, target: str) -> Door:
    """Ends the encryption and passes everything on, both ways."""
    port = int(target.rsplit(":", 1)[1])

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            return
        finally:
            for end in (source, sink):
                bad.hang_up(end)

    def door(server: BadServer, peer: socket.socket) -> None:
        with (
            context.wrap_socket(peer, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", port)) as inside,
        ):
            back = threading.Thread(target=pump, args=(inside, outside), daemon=True)
            back.start()
            pump(outside, inside)
            back.join(10)

    return door


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main.main([str(each) for each in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_room_lives_with_its_citys_own_authority(
    centre: CentralServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = Authority(tmp_path / "ca")
    room, sync = tmp_path / "ruang", ("sync", "--once", "--json", "--data", tmp_path / "ruang")
    with BadServer(bad.error, proxy(ours.server(), centre.url)) as front:
        enrol = ("enrol", front.url, centre.code(NORTH), "--name", "Utara", "--data", room)
        code, _, err = run(capsys, *enrol)
        assert code == 2 and "penerbit sertifikatnya tidak dikenal" in err
        assert run(capsys, *enrol, "--ca", ours.file)[0] == 0
        code, out, err = run(capsys, *sync)
        assert (code, json.loads(out)["problem"], err) == (0, "", "")
        front.door = proxy(ours.server(end=timedelta(hours=-1)), centre.url)
        code, out, err = run(capsys, *sync)
        assert (code, json.loads(out)["problem"]) == (2, "tls_expired")
        assert "Kabari admin kota: sertifikat pusat perlu diperbarui." in err
        front.door = proxy(ours.server(), centre.url)
        assert run(capsys, *sync)[0] == 0
        assert run(capsys, "backup", tmp_path / "ruang.zip", "--with-keys", "--data", room)[0] == 0
        assert run(capsys, "restore", tmp_path / "ruang.zip", "--data", tmp_path / "pindah")[0] == 0
        assert run(capsys, *sync[:-1], tmp_path / "pindah")[0] == 0
