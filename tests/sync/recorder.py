"""A proxy that passes real HTTP calls on and keeps what crossed, in order: which lane moved, and how much of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from console.wire import codec
from console.wire.messages import Changes, FramesRequest, HistoryPage, PushRequest
from console.wire.runs import unpack_run

HOPS = ("connection", "keep-alive", "transfer-encoding", "content-length", "host")


@dataclass
class Moved:
    """`count` of one lane crossed: entries, frames or files; `minutes` are those of frames, `size` the bytes of the whole
    body, `call` numbers what crossed together."""

    lane: str
    count: int
    minutes: list[int] = field(default_factory=list)
    size: int = 0
    call: int = 0


class Recorder:
    """Stands between one room and the centre. `own` and `city` are territories; `moved` is what crossed so far, each request
    as it came, each reply as it left. `delay_s` is slept before each call; entries that travel in more than `most` bytes are
    not let through, and counted in `too_large`. Use as a context manager."""

    def __init__(self, upstream: str, own: str, city: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._names = {own: "own", city: "city"}
        self.moved: list[Moved] = []
        self.delay_s = 0.0
        self.most = 2**30
        self.too_large = 0
        self._lock = threading.Lock()
        self._calls = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="recorder", daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def total(self, lane: str) -> int:
        """How much of a lane crossed."""
        return sum(m.count for m in self.moved if m.lane == lane)

    def first(self, *lanes: str) -> int:
        """Where the first of these lanes moved; beyond the end when none did."""
        return next((k for k, m in enumerate(self.moved) if m.lane in lanes), len(self.moved))

    def last(self, *lanes: str) -> int:
        """Where the last of these lanes moved; -1 when none did."""
        return max((k for k, m in enumerate(self.moved) if m.lane in lanes), default=-1)

    def _note(self, body: bytes, *moved: Moved) -> None:
        with self._lock:
            self._calls += 1
            self.moved += [replace(m, size=len(body), call=self._calls) for m in moved if m.count]

    def asked(self, path: str, body: bytes, encoding: str) -> None:
        """A request came."""
        if path.startswith("/v1/blobs/") and body:
            self._note(body, Moved("blobs", 1))
        elif path == "/v1/entries":
            runs = codec.parse(codec.decompress(body, encoding), PushRequest).runs
            self._note(body, Moved("outbox", sum(len(unpack_run(run)) for run in runs)))
        elif path == "/v1/frames" and body:
            frames = codec.parse(codec.decompress(body, encoding), FramesRequest).frames
            self._note(body, Moved("sent", len(frames), [f.minute for f in frames]))

    def said(self, path: str, body: bytes, encoding: str) -> None:
        """A reply is about to go back."""
        if path == "/v1/changes":
            changes = codec.parse(codec.decompress(body, encoding), Changes)
            entries = [Moved(self._names.get(run.territory, "others"), len(unpack_run(run))) for run in changes.runs]
            self._note(body, *entries, Moved("readings", len(changes.frames), [f.minute for f in changes.frames]))
        elif path == "/v1/frames/history":
            page = codec.parse(codec.decompress(body, encoding), HistoryPage)
            self._note(body, Moved("history", len(page.frames), [f.minute for f in page.frames]))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

            def _pass(self) -> None:
                time.sleep(recorder.delay_s)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = urlsplit(self.path).path
                if path == "/v1/entries" and len(body) > recorder.most:
                    recorder.too_large += 1
                    self._answer(413, b'{"code":"size"}', {"Content-Type": "application/json"})
                    return
                recorder.asked(path, body, self.headers.get("Content-Encoding", ""))
                far = HTTPConnection(recorder._upstream, timeout=90)
                try:
                    far.putrequest(self.command, self.path, skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        if name.lower() not in HOPS:
                            far.putheader(name, value)
                    far.putheader("Content-Length", str(len(body)))
                    far.endheaders(body)
                    reply = far.getresponse()
                    said = reply.read()
                    if reply.status == 200:
                        recorder.said(path, said, reply.headers.get("Content-Encoding", ""))
                    self._answer(reply.status, said, reply.headers)
                except (OSError, HTTPException):
                    self.close_connection = True
                finally:
                    far.close()

            def _answer(self, status: int, said: bytes, headers: Mapping[str, str]) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() not in HOPS:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = _pass

        return Handler
