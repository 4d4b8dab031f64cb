"""Times as people read them: ages, what is left of a clock, and the hour with its day when it is not today."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QCoreApplication

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


def span(ms: int) -> str:
    """A length of time in its largest sensible unit: `2 dtk`, `14 mnt`, `1 j 04`, `3 hari`. Negative counts as zero."""
    ms = max(0, ms)
    if ms < MINUTE:
        return QCoreApplication.translate("Times", "{0} dtk").format(ms // SECOND)
    if ms < HOUR:
        return QCoreApplication.translate("Times", "{0} mnt").format(ms // MINUTE)
    if ms < 10 * HOUR:
        hours, minutes = divmod(ms // MINUTE, 60)
        return QCoreApplication.translate("Times", "{0} j {1:02}").format(hours, minutes)
    if ms < 2 * DAY:
        return QCoreApplication.translate("Times", "{0} j").format(ms // HOUR)
    return QCoreApplication.translate("Times", "{0} hari").format(ms // DAY)


def age(at: int | None, now: int) -> str:
    """How old something of `at` is (both ms since epoch UTC): `2 dtk`, or a dash when it was never there."""
    return "–" if at is None else span(now - at)


def left(due: int, now: int) -> str:
    """What is left of a clock that ends at `due` (both ms since epoch UTC): `sisa 8 mnt` or `lewat 2 mnt`."""
    if due >= now:
        return QCoreApplication.translate("Times", "sisa {0}").format(span(due - now))
    return QCoreApplication.translate("Times", "lewat {0}").format(span(now - due))


def local(at: int, zone: tzinfo) -> datetime:
    """The moment `at` (ms since epoch UTC) in a time zone."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def day(at: int, zone: tzinfo) -> str:
    """The day of `at` (ms since epoch UTC) as `Sen 23 Nov`."""
    moment = local(at, zone)
    return f"{_weekdays()[moment.weekday()]} {moment.day} {_months()[moment.month - 1]}"


def date(at: int) -> str:
    """The day of `at` (ms since epoch UTC) with its year, as `23 Nov 2026`, where hours and zones do not matter."""
    then = local(at, UTC)
    return f"{then.day} {_months()[then.month - 1]} {then.year}"


def hour(at: int, zone: tzinfo) -> str:
    """The hour of `at` (ms since epoch UTC) as `14.05`."""
    return local(at, zone).strftime("%H.%M")


def wall(minute: int) -> str:
    """A minute of the day as a clock shows it: `06.00`."""
    return f"{minute // 60:02}.{minute % 60:02}"


def moment(at: int, zone: tzinfo, now: int) -> str:
    """When `at` was: `14.05` today, `Sen 23 Nov 14.05` on any other day, with the year when it is not this one."""
    then, today = local(at, zone), local(now, zone)
    if then.date() == today.date():
        return hour(at, zone)
    year = "" if then.year == today.year else f" {then.year}"
    return f"{day(at, zone)}{year} {hour(at, zone)}"


def _weekdays() -> tuple[str, ...]:
    names = QCoreApplication.translate("Times", "Sen Sel Rab Kam Jum Sab Min")
    return tuple(names.split())


def _months() -> tuple[str, ...]:
    names = QCoreApplication.translate("Times", "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des")
    return tuple(names.split())
