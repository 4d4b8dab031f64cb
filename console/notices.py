"""Who is told when something in the room changed."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.views import Notice


class Notices:
    """Who wants to know what changed. Callbacks run on the loop's thread, right after the commit."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Notice], None]] = []

    def subscribe(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Be told of every notice from now on; call what is returned to stop."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def tell(self, notice: Notice) -> None:
        """Tell everybody."""
        for callback in list(self._callbacks):
            callback(notice)
