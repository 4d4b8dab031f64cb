"""The program's diary: one JSON line an event, in rotating files in the room's data folder, with secrets taken out.

Everything ends in the same file: structlog events of our own, the standard library's logging (uvicorn, asyncio),
Python warnings, and exceptions that nobody caught.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

FILE_BYTES = 4_000_000
FILES_KEPT = 5
HIDDEN = "***"

_SECRET = r"token|authorization|password|passwd|passphrase|secret|private|cookie|kata_?sandi|enrol_?code"
# Compiled with the first event: a window that opens in order has none.
_SECRET_TEXT = (
    (r"\b(bearer|basic)\s+[\w\-.~+/=]+", rf"\1 {HIDDEN}"),
    (rf"((?:{_SECRET})\w*[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'&,;}}]+)", rf"\1{HIDDEN}"),
    (r"(://[^/\s:@]*:)[^/\s@]+(@)", rf"\1{HIDDEN}\2"),
)

ErrorSink = Callable[[type[BaseException], BaseException, TracebackType | None], None]


class Logger:
    """Says events: `logger("sync").info("pushed", entries=3)`. structlog and the files behind it are loaded with the first
    event, which a window that opens in order does not have."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, level: str) -> Any:
        import structlog

        if _Diary.opened and not structlog.is_configured():
            route_structlog()
        return getattr(structlog.get_logger(self._name), level)


def logger(name: str = "") -> Logger:
    """What a module of the program says its events through; `name`, or else the module's own, stands in each of them."""
    return Logger(name or sys._getframe(1).f_globals["__name__"])


def is_open() -> bool:
    """Whether events are kept in a diary. Without one structlog prints them where programs read the answer."""
    return _Diary.opened


def configure(folder: Path, name: str, *, verbose: bool = False) -> Path:
    """Send every event to `folder`/logs/`name`.log, a JSON object a line, and return that file's path.

    Old files are kept as `name`.log.1 and so on, `FILES_KEPT` of `FILE_BYTES` bytes each. With `verbose`, debug events
    are kept too and everything is also printed on stderr for a person. Calling it again moves the diary. Where it cannot
    be written, the program goes on without one, and says so in one line on stderr.
    """
    file = folder / "logs" / f"{name}.log"
    _replace_root_handler(_Diary(file, name, verbose), logging.DEBUG if verbose else logging.INFO)
    logging.captureWarnings(True)
    return file


class _Diary(logging.Handler):
    """Hands every event to the file, and to a person who wants to see it; both are made with the first event."""

    opened = False

    def __init__(self, file: Path, name: str, verbose: bool) -> None:
        super().__init__()
        self.kept = _may_be_written(file)
        self._file, self._program, self._verbose = file, name, verbose

    def emit(self, record: logging.LogRecord) -> None:
        for handler in self._handlers:
            handler.handle(record)

    def close(self) -> None:
        for handler in self.__dict__.get("_handlers", ()):
            handler.close()
        super().close()

    @cached_property
    def _handlers(self) -> list[logging.Handler]:
        from logging.handlers import RotatingFileHandler

        import structlog

        def made(handler: logging.Handler, renderer: Processor) -> logging.Handler:
            handler.setFormatter(_formatter(renderer, self._program))
            return handler

        handlers: list[logging.Handler] = []
        if self.kept:
            file = RotatingFileHandler(
                self._file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
            )
            handlers.append(made(file, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)))
        if self._verbose:
            coloured = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
            handlers.append(made(logging.StreamHandler(sys.stderr), coloured))
        return handlers


def _may_be_written(file: Path) -> bool:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if os.access(file if file.exists() else file.parent, os.W_OK):
            return True
        why = os.strerror(errno.EACCES)
    except OSError as error:
        why = error.strerror or str(error)
    told = any(isinstance(each, _Diary) and not each.kept for each in logging.getLogger().handlers)
    # Of a folder that takes nothing at all, whoever opens it has more to say.
    if not told and os.access(file.parents[1], os.W_OK):
        print(f"simpul: {file} tidak dapat ditulis ({why}); berjalan tanpa catatan.", file=sys.stderr)
    return False


def route_structlog() -> None:
    """Let structlog's loggers speak through the standard library's, so that one set of handlers sees all."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def catch_errors(tell: ErrorSink | None = None) -> None:
    """Write every exception that nobody caught, in any thread or destructor, and pass it to `tell` (an error window).

    A Ctrl-C is left to Python. `tell` may be called on any thread.
    """
    log = logger("errors")

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        if tell is not None:
            tell(kind, error, trace)

    def from_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            report(args.exc_type, args.exc_value, args.exc_traceback)

    def from_destructor(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            report(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = report
    threading.excepthook = from_thread
    sys.unraisablehook = from_destructor


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: blank what is kept under a secret's name, at any depth, and secrets inside texts."""
    return {key: HIDDEN if re.search(_SECRET, key, re.I) else _without_secrets(value) for key, value in event.items()}


def _without_secrets(value: object) -> object:
    if isinstance(value, str):
        for pattern, instead in _SECRET_TEXT:
            value = re.sub(pattern, instead, value, flags=re.I)
        return value
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if isinstance(key, str) and re.search(_SECRET, key, re.I) else _without_secrets(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else _without_secrets(str(value))


def _formatter(renderer: Processor, name: str) -> logging.Formatter:
    import structlog

    def name_first(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        first = {key: event.pop(key, None) for key in ("at", "level", "logger", "event")}
        return {**first, "program": name, **event}

    # Events of our own and of other libraries take the same way, so that secrets are hidden in both.
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        name_first,
        hide_secrets,
        renderer,
    ]
    return structlog.stdlib.ProcessorFormatter(processors=shared, foreign_pre_chain=[structlog.stdlib.ExtraAdder()])


def _replace_root_handler(handler: _Diary, level: int) -> None:
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Diary)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    _Diary.opened = True
    # It tells of every connection it opens, which is every long-poll, and names whole addresses, cursors included, when it
    # warns of a reply's headers.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
