"""A whole hostile run, and then the diary: neither the token nor the cursor nor an enrolment's code is anywhere in it, also
when the other end says them back in every place where it may say something."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

import pytest

from console import log
from console.sync.client import enrol
from console.wire.trouble import Rejected, Trouble
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer, Handler
from tests.faults.zoo import ZOO
from tests.faults.zoo_room import KNOWN_CURSOR, QUEUE, TOKEN, fill, make_room, opened, until

pytestmark = pytest.mark.usefixtures("own_root_logger")
CODE = "K0DE-S3KAL1-PAKA1"
ECHO = f"{TOKEN} {KNOWN_CURSOR} Bearer {TOKEN}"


def echo_reason(status: int) -> bad.Behaviour:
    body = f'{{"code":"{TOKEN}","reason":"{ECHO}"}}'.encode()
    return lambda h: h.reply(status, body)


def echo_type(h: Handler) -> None:
    h.reply(200, b"x", f"text/{TOKEN}")


def echo_encoding(h: Handler) -> None:
    h.reply(200, b"x" * 99, Content_Encoding=KNOWN_CURSOR)


def echo_host(h: Handler) -> None:
    h.reply(302, b"", Location=f"http://{TOKEN}.example/{KNOWN_CURSOR}")


def echo_value(h: Handler) -> None:
    h.reply(200, f'{{"now":1,"runs":"{ECHO}","{TOKEN}":1}}'.encode())


def echo_line(h: Handler) -> None:
    h.wfile.write(f"HTTP/1.1 {ECHO}\r\n\r\n".encode())
    h.close_connection = True


ECHOES = (
    *map(echo_reason, (400, 401, 403, 404, 413, 500, 503)), echo_type, echo_encoding, echo_host, echo_value, echo_line
)  # fmt: skip
SPEAKING = [case.behaviour for case in ZOO if case.doors is None and not case.slow and "Retry" not in case.name]


def diary(folder: Path) -> str:
    return "".join(file.read_text("utf-8") for file in (folder / "logs").iterdir())


def test_no_secret_reaches_the_diary_of_a_hostile_night(tmp_path: Path) -> None:
    async def work(path: Path, server: BadServer) -> None:
        for behaviour in (*SPEAKING, *ECHOES):
            server.behaviour = behaviour
            async with opened(path) as room:
                if not (await room.store.queue()).entries:
                    await fill(room)
                await room.store.set_meta("sync.line", "{}")
                told = len(server.calls)
                await room.start()
                await until(lambda told=told: len(server.calls) >= told + 2)  # type: ignore[misc]
                await until(lambda: bool(room.link().problem))
                assert room.link().queue == QUEUE

    with BadServer(bad.error) as server:
        path = make_room(tmp_path, server.url)
        log.configure(path, "room", verbose=True)
        asyncio.run(work(path, server))
    written = diary(path)
    assert written.count('"event": "exchange"') >= len(ECHOES), "the night is in it"
    assert "***" in written
    for secret in (TOKEN, KNOWN_CURSOR):
        assert secret not in written


def test_no_code_of_an_enrolment_that_failed_is_in_what_is_said_of_it(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "room")

    def echo(h: Handler) -> None:
        h.reply(403, b'{"code":"not_enrolled","reason":"' + CODE.encode() + b' salah"}')

    from console.domain.keys import DeviceKey

    with BadServer(echo) as server, pytest.raises(Rejected) as caught:
        asyncio.run(enrol(server.url, CODE, DeviceKey.generate(), "Uji"))
    logging.getLogger("console").info("enrol failed", exc_info=caught.value)
    assert CODE not in str(caught.value)
    assert CODE not in file.read_text("utf-8")


def test_the_address_that_was_asked_is_in_no_traceback(tmp_path: Path) -> None:
    from console.wire.guard import Guard, Limits
    from console.wire.line import new_session
    from console.wire.messages import Health

    file = log.configure(tmp_path, "room")
    began = time.monotonic()
    for behaviour in (bad.reset, bad.truncated, bad.broken_headers, bad.garbage):
        with BadServer(behaviour) as server, new_session() as session, pytest.raises(Trouble) as caught:
            Guard(session, Limits(seconds=20)).call("GET", f"{server.url}/v1/changes?since={KNOWN_CURSOR}", Health)
        logging.getLogger("console").info("a call failed", exc_info=caught.value)
    assert time.monotonic() - began < 20
    assert file.read_text("utf-8").count("Traceback") >= 4
    assert KNOWN_CURSOR not in file.read_text("utf-8")
