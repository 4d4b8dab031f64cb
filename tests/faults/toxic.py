"""A TCP proxy with the illnesses of real lines: delay, a thin rate, replies cut after so many bytes (closed, reset or
swallowed), and no line at all. No root needed; change its attributes while it runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Literal

PIECE = 1400
"""Bytes at a time, about what one packet carries."""


class ToxicProxy:
    """Passes connections on to `upstream` (a port on this machine), whose number may change while it runs.

    `delay_s` each way; `rate` in bits per second for replies and `rate_up` for requests (0: unlimited); `dead_after` bytes in
    all, either way, the line is gone (0: never); `cut_after` bytes of a connection's replies
    (0: never), ended by `cut`: "fin" closes, "rst" resets, "hole" swallows everything from then on; `down` refuses
    connections and ends those there are. `cuts` counts replies that were cut, `up` and `down_bytes` what was passed on. Use
    as a context manager.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.delay_s = 0.0
        self.rate = self.rate_up = 0
        self.up = self.down_bytes = 0
        self.dead_after = 0
        self.cut_after = 0
        self.cut: Literal["fin", "rst", "hole"] = "fin"
        self.cuts = 0
        self.port = 0
        self._down = False
        self._pairs: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="toxic-proxy", daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def down(self) -> bool:
        """Whether the line is gone."""
        return self._down

    @down.setter
    def down(self, down: bool) -> None:
        self._down = down
        if down:
            self._loop.call_soon_threadsafe(self._end_all)

    def __enter__(self) -> ToxicProxy:
        self._thread.start()
        if not self._ready.wait(5):
            raise RuntimeError("the proxy did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(5)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        self._end_all()
        await asyncio.gather(*self._pairs, return_exceptions=True)

    def _end_all(self) -> None:
        for task in self._pairs:
            task.cancel()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._pass_on(reader, writer))
        self._pairs.add(task)
        task.add_done_callback(self._pairs.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_writer: asyncio.StreamWriter | None = None
        try:
            if self._down:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
            ways = {
                asyncio.ensure_future(self._pump(reader, far_writer, reply=False)),
                asyncio.ensure_future(self._pump(far_reader, writer, reply=True)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            return
        finally:
            for each in (writer, far_writer):
                if each is not None:
                    each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: bool) -> None:
        passed = 0
        while piece := await reader.read(PIECE):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if reply and self.cut_after and passed + len(piece) > self.cut_after:
                self.cuts += 1
                await self._cut(writer, piece[: max(0, self.cut_after - passed)])
                return
            passed += len(piece)
            if self._dies(len(piece), reply):
                self.down = True
                return
            writer.write(piece)
            await writer.drain()
            rate = self.rate if reply else self.rate_up
            if rate:
                await asyncio.sleep(len(piece) * 8 / rate)
        # What was passed on must leave before the connection is aborted.
        with contextlib.suppress(OSError):
            writer.write_eof()
            await asyncio.sleep(0.05)

    def _dies(self, size: int, reply: bool) -> bool:
        """Count what passes; whether it was the last."""
        self.down_bytes += size * reply
        self.up += size * (not reply)
        return 0 < self.dead_after < self.up + self.down_bytes

    async def _cut(self, writer: asyncio.StreamWriter, rest: bytes) -> None:
        writer.write(rest)
        await writer.drain()
        if self.cut == "hole":
            await asyncio.sleep(3600)
        if self.cut == "rst":
            sock = writer.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            await asyncio.sleep(0.05)
