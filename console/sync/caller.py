"""One lane of calls: a daemon thread with a session of its own, since a call of `requests` cannot be cancelled.

Calls of one lane run one after the other. Cancelling the coroutine that waits for one, or closing the lane, shuts the
socket, so that the thread is free at once; only a connection that is still being made may keep it for its time-out.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from console.wire.guard import Guard, Limits, Trouble
from console.wire.line import carried, cut_calls, new_session
from console.wire.meter import Carried

T = TypeVar("T")
_Call = tuple[Callable[[Guard], Any], "asyncio.Future[Any]"]
_PATIENCE_S = 0.5
"""How long closing waits for the thread before it leaves it to its deadline."""


class Caller:
    """Runs blocking calls through a guard on its own thread. `name` is the thread's; `authority` names the PEM file of those
    who alone may certify the other end; `secrets` gives what must not come back in what the other end says of itself.
    `carried` is told, on the loop's thread and before the call's result is there, what each call carried, also one that
    failed."""

    def __init__(
        self,
        name: str,
        limits: Limits | None = None,
        authority: Path | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
        carried: Callable[[Carried], None] = lambda carried: None,
    ) -> None:
        self._name = name
        self._secrets = secrets
        self._carried = carried
        self._session = new_session(authority=authority)
        self._guard = Guard(self._session, limits)
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def run(self, call: Callable[[Guard], T]) -> T:
        """The call's result, or what it raised; RuntimeError when the lane is closed."""
        if self._closed:
            raise RuntimeError("the lane is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._start()
        self._calls.put((call, future))
        try:
            return await future
        except asyncio.CancelledError:
            cut_calls(self._session)
            raise

    def close(self) -> None:
        """End what is in progress and the thread. Idempotent; takes at most half a second."""
        if self._closed:
            return
        self._closed = True
        self._calls.put(None)
        cut_calls(self._session)
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)
        self._session.close()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            call, future = item
            if self._closed:
                _settle(future, None, RuntimeError("the lane is closed"))
            elif not future.cancelled():
                found = self._try(call)
                _settle(future, *found, partial(self._carried, carried(self._session)))
            item = future = call = None  # type: ignore[assignment]

    def _try(self, call: Callable[[Guard], Any]) -> tuple[Any, BaseException | None]:
        try:
            return call(self._guard), None
        except Trouble as trouble:
            trouble.hide(self._secrets())
            return None, trouble
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            return None, error


def _settle(
    future: asyncio.Future[Any], result: Any, error: BaseException | None, first: Callable[[], None] = lambda: None
) -> None:
    def tell() -> None:
        first()
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    # The loop may be gone by now; then nobody waits.
    with contextlib.suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(tell)
