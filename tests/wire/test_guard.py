"""The guard against a real small server that misbehaves in every way that lines and networks do."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard

from console.wire import guard as g
from console.wire.line import new_session
from console.wire.messages import MEDIA_TYPE, Health
from tests.faults.bad_server import BadServer, Handler

GOOD = b'{"status":"ok","city":"32.73","pack":"x","now":1,"entries":2}'


def head(status: str = "200 OK", kind: str = MEDIA_TYPE, length: int | None = len(GOOD), **more: str) -> bytes:
    fields = {"Content-Type": kind, "Connection": "close", **{k.replace("_", "-"): v for k, v in more.items()}}
    if length is not None:
        fields["Content-Length"] = str(length)
    return f"HTTP/1.1 {status}\r\n{''.join(f'{k}: {v}' + chr(13) + chr(10) for k, v in fields.items())}\r\n".encode()


@contextmanager
def speaker(*pieces: bytes, pause: float = 0.0, hold: float = 0.0) -> Iterator[str]:
    """A server that answers every connection with these pieces, `pause` s apart, and closes after `hold` s."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def answer(peer: socket.socket) -> None:
        try:
            if peer.recv(65536).startswith(b"GET /good "):
                peer.sendall(head() + GOOD)
                return
            for piece in pieces:
                peer.sendall(piece)
                done.wait(pause)
            done.wait(hold)
        except OSError:
            return
        finally:
            peer.close()

    def serve() -> None:
        while not done.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(peer,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def ask(url: str, seconds: float = 5.0, plain: int = 100_000, wire: int = 10_000) -> g.Received[Health]:
    session = new_session()
    with session:
        return g.Guard(session).call("GET", url + "/v1/health", Health, limits=g.Limits(seconds, wire, plain))


def test_a_good_reply_passes_plain_and_compressed() -> None:
    with speaker(head(), GOOD) as url:
        assert ask(url).value == Health("ok", "32.73", "x", 1, 2)
    for name, packed in (("zstd", zstandard.compress(GOOD)), ("gzip", gzip.compress(GOOD))):
        with speaker(head(length=len(packed), Content_Encoding=name), packed) as url:
            got = ask(url)
            assert got.value.entries == 2
            assert len(packed) < got.reply.received < len(packed) + 300


def test_no_file_of_the_machine_speaks_in_place_of_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login orang password rahasia\n")
    monkeypatch.setenv("NETRC", str(netrc))
    heard: list[str] = []

    def hear(h: Handler) -> None:
        heard.append(h.headers.get("Authorization", ""))
        h.reply(200, GOOD)

    with BadServer(hear) as server, new_session() as session:
        said = {"Authorization": "Bearer tanda"}
        g.Guard(session).call("GET", server.url + "/v1/health", Health, headers=said)
    assert heard == ["Bearer tanda"]


BOMB = zstandard.compress(b" " * 1_000_000)
PAGE = b"<!DOCTYPE html><html><body>Selamat datang, silakan masuk</body></html>"


@pytest.mark.parametrize(
    ("trouble", "pieces"),
    [
        (g.Truncated, (head(), GOOD[:10])),
        (g.Truncated, (head(length=None, Transfer_Encoding="chunked"), b"5\r\n{\"sta\r\n")),
        (g.TooLarge, (head(length=10_001), b"")),
        (g.TooLarge, (head(length=None), b" " * 10_001)),
        (g.TooLarge, (head(length=len(BOMB), Content_Encoding="zstd"), BOMB)),
        (g.Garbled, (head(length=5, Content_Encoding="zstd"), b"xxxxx")),
        (g.Garbled, (head(length=5, Content_Encoding="br"), b"xxxxx")),
        (g.Garbled, (head(length=2), b"{}")),
        (g.Garbled, (head(length=len(GOOD) + 10), GOOD[:-1] + b',"now":NaN}'[:11])),
        (g.Garbled, (head(length=len(GOOD) + 8), GOOD[:-1] + b',"now":2}')),
        (g.WrongType, (head(kind="application/json"), GOOD)),
        (g.WrongType, (head(kind="text/plain"), GOOD)),
        (g.Portal, (head(kind="text/html; charset=utf-8", length=len(PAGE)), PAGE)),
        (g.Portal, (head(kind="text/plain", length=len(PAGE)), PAGE)),
        (g.Portal, (head("403 Forbidden", kind="text/html", length=len(PAGE)), PAGE)),
        (g.Portal, (head("511 Network Authentication Required", kind="text/html", length=len(PAGE)), PAGE)),
        (g.Redirected, (head("302 Found", length=0, Location="http://login.example/"),)),
        (g.Redirected, (head("302 Found", length=0, Location="/again"),)),
        (g.Unauthorized, (head("401 Unauthorized", length=2), b"{}")),
        (g.RequestTooLarge, (head("413 Content Too Large", length=2), b"{}")),
        (g.Rejected, (head("404 Not Found", length=2), b"{}")),
        (g.ServerError, (head("500 Oops", kind="text/html", length=len(PAGE)), PAGE)),
        (g.Throttled, (head("503 Busy", length=0),)),
        (g.Unreachable, (b"",)),
        (g.Unreachable, (b"SSH-2.0-OpenSSH_9.2\r\n",)),
    ],
)  # fmt: skip
def test_each_bad_reply_gets_its_name(trouble: type[g.Trouble], pieces: tuple[bytes, ...]) -> None:
    with speaker(*pieces) as url, pytest.raises(g.Trouble) as caught:
        ask(url)
    assert type(caught.value) is trouble


@pytest.mark.parametrize(
    "pieces",
    [
        (head(length=500), *[b" "] * 200),
        tuple(bytes([b]) for b in head()),
        (head(length=None, Transfer_Encoding="chunked"), *[b"1\r\n \r\n"] * 200),
    ],
)  # fmt: skip
def test_a_drip_of_bytes_does_not_outlast_the_deadline(pieces: tuple[bytes, ...]) -> None:
    with speaker(*pieces, pause=0.05) as url:
        began = time.monotonic()
        with pytest.raises(g.TimedOut):
            ask(url, seconds=0.6)
        assert time.monotonic() - began < 2


def test_a_silent_body_ends_at_the_deadline() -> None:
    with speaker(head(), GOOD[:5], hold=10) as url:
        began = time.monotonic()
        with pytest.raises(g.TimedOut):
            ask(url, seconds=0.5)
        assert time.monotonic() - began < 2


def test_throttled_says_how_long() -> None:
    with speaker(head("429 Slow Down", length=0, Retry_After="7")) as url, pytest.raises(g.Throttled) as caught:
        ask(url)
    assert caught.value.retry_after == 7
    dates = {"Date": "Mon, 23 Nov 2026 21:00:00 GMT", "Retry_After": "Mon, 23 Nov 2026 21:01:30 GMT"}
    with speaker(head("503 Busy", length=0, **dates)) as url, pytest.raises(g.Throttled) as caught:
        ask(url)
    assert caught.value.retry_after == 90


def test_a_redirect_is_followed_on_the_same_host_only() -> None:
    with speaker(head("307 Moved", length=0, Location="/good")) as url:
        assert ask(url).value.entries == 2
        port = url.rsplit(":", 1)[1]
        with speaker(head("307 Moved", length=0, Location=f"http://127.0.0.1:{port}/good")) as other, \
                pytest.raises(g.Redirected):  # fmt: skip
            ask(other)


def test_nobody_there_and_no_tls_there() -> None:
    with pytest.raises(g.Unreachable):
        ask("http://127.0.0.1:1")
    with speaker(head(), GOOD) as url, pytest.raises((g.TlsProblem, g.Unreachable)) as caught:
        ask(url.replace("http:", "https:"))
    assert ssl.OPENSSL_VERSION and isinstance(caught.value, g.TlsProblem)


def test_the_text_of_a_trouble_holds_no_address() -> None:
    with pytest.raises(g.Unreachable) as caught, new_session() as session:
        g.Guard(session).call("GET", "http://127.0.0.1:1/v1/changes?since=SECRET", Health)
    assert "SECRET" not in str(caught.value)
