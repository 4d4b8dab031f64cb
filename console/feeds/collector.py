"""One feed at work: reads its sources, keeps what is new, and remembers what could not be handed over yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from console.domain.city import City, journal_of
from console.domain.reading import Frame, Reading
from console.domain.views import FeedState
from console.feeds import faults
from console.feeds.faults import Found
from console.feeds.frames import FUTURE_MS, FrameBuilder
from console.feeds.locate import Locator
from console.feeds.parsed import Bulletin, Parsed, Report
from console.feeds.record import fingerprint
from console.feeds.source import Fetched, Fetcher, FileUnreadable, Source
from console.wire.trouble import Answered, Throttled, Trouble

MAX_PAGES = 50
MAX_KNOWN = 100_000
MAX_PENDING = 20_000
"""Frames held while this room cannot save; beyond it the oldest are given up, and counted."""


class Feed(msgspec.Struct, frozen=True):
    """What to read and how often. `sources` are read one after the other each `interval_s`, `pause_s` apart; `parse` turns
    one reply into what it holds.

    An address with `{since}` asks from the newest thing seen less `overlap_s`, the first time from `backfill_s` ago.
    """

    name: str
    sources: tuple[Source, ...]
    parse: Callable[[bytes], Parsed]
    interval_s: float
    overlap_s: float = 120.0
    backfill_s: float = 3 * 3600.0
    pause_s: float = 1.1


class Batch(msgspec.Struct, frozen=True):
    """What one reply brought that is new: `fault` is the trouble that there was instead, `wait_s` how long the source asks
    to be left alone, `reached` whether it answered at all."""

    reports: tuple[Report, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()
    frames: tuple[Frame, ...] = ()
    taken: int = 0
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    fault: str = ""
    wait_s: float = 0.0
    reached: bool = True


class Collector:
    """Reads one feed. `collect` blocks and belongs in a thread; everything else is for the loop's thread.

    `territory` is whose room this is: a kecamatan's collects what lies in its own journal and leaves the rest to others.
    `pending` holds what was collected and not handed over; `failures` counts rounds in a row that brought nothing but
    trouble; `stopped` once it is to read no more.
    """

    def __init__(self, feed: Feed, city: City, locator: Locator, now: int, territory: str = "") -> None:
        self.feed = feed
        self.pending = Pending()
        self.failures = 0
        self.stopped = False
        self._city = city
        self._locator = locator
        self._frames = FrameBuilder(city, feed.name)
        self._fetcher = Fetcher()
        self._own = "" if territory in ("", city.code) else journal_of(territory)
        self._known: dict[Hashable, int] = {}
        self._replies: dict[str, tuple[str, int]] = {}
        self._newest = 0
        self._started = now
        self._last_ok: int | None = None
        self._taken = 0
        self._faults: Counter[str] = Counter()
        self._simulated = False

    def collect(self, source: Source, now: int) -> Batch:
        """Read a source once, with the pages that follow. Never raises for what the source does; the rest is counted."""
        try:
            return self._read(source, now)
        except FileUnreadable:
            return _trouble(faults.NO_FILE, reached=False)
        except Trouble as e:
            wait = e.retry_after if isinstance(e, Throttled) else 0.0
            return _trouble(faults.of_trouble(e), wait, reached=isinstance(e, Answered))

    def took(self, batch: Batch, now: int) -> None:
        """Count what came, and hold it until it is handed over. `now` in ms since epoch UTC."""
        self._faults.update(batch.faults)
        self._taken += batch.taken
        if batch.fault:
            self._faults[batch.fault] += 1
        else:
            self._last_ok = now
        self._faults[faults.NOT_SAVED] += self.pending.add(batch)
        self._faults += Counter()

    def blame(self, fault: str) -> None:
        """Count a fault that lies on this side."""
        self._faults[fault] += 1

    def state(self, now: int) -> FeedState:
        """How the feed is. Stale: no answer for twice its interval."""
        last = self._last_ok if self._last_ok is not None else self._started
        stale = now - last > 2000 * self.feed.interval_s + 1000 * self.feed.sources[0].seconds
        return FeedState(self.feed.name, self._last_ok, self._taken, dict(self._faults), self._simulated, stale)

    def stop(self) -> None:
        """Read no more, and end a call in progress; from any thread."""
        self.stopped = True
        self._fetcher.stop()

    def close(self) -> None:
        """Close the connections."""
        self._fetcher.close()

    def _read(self, source: Source, now: int) -> Batch:
        etag, before = self._replies.get(source.where, ("", 0))
        fetched: Fetched | None = self._fetcher.fetch(source, etag, self._since(now))
        pages: list[Parsed] = []
        while fetched is not None and fetched.data is not None:
            if not pages and (same := hash(fetched.data)) == before:
                break
            page = self.feed.parse(fetched.data)
            if not pages and not page.faults.spoiled:
                self._replies[source.where] = (fetched.etag, same)
            pages.append(page)
            if page.next and len(pages) >= MAX_PAGES:
                page.faults.about = source.where
                page.faults[faults.ENDLESS] += 1
                break
            fetched = self._fetcher.follow(source, fetched.where, page.next) if page.next else None
        return self._batch(pages, now)

    def _since(self, now: int) -> str:
        """The time to ask from, in whole seconds of UTC."""
        overlap = round(self.feed.overlap_s * 1000)
        since = self._newest - overlap if self._newest else now - round(self.feed.backfill_s * 1000)
        return datetime.fromtimestamp(since // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _batch(self, pages: Sequence[Parsed], now: int) -> Batch:
        mine = Found()
        placed = [r for page in pages for r in self._placed(page.reports, now, mine)]
        reports = [r for r in placed if self._is_news(r.subject, r)]
        valid = [b for page in pages for b in self._valid(page.bulletins, now, mine)]
        bulletins = [b for b in valid if self._is_news(b.subject, b)]
        readings = [r for page in pages for r in page.readings]
        frames = tuple(f for f in self._frames.take(readings, now, mine) if self._mine(f.territory))
        self._simulated = self._simulated or any(page.simulated for page in pages)
        self._advance(reports, readings, now)
        counted: Counter[str] = Counter()
        for found in (*(page.faults for page in pages), mine):
            counted.update(self._fresh(found))
        spoiled = next((page.faults.spoiled for page in pages if page.faults.spoiled), "")
        if spoiled:
            counted[spoiled] -= 1
        news = [(frame, count) for frame in frames if (count := self._news_in(frame)) > 0]
        taken = len(reports) + len(bulletins) + sum(count for _, count in news)
        return Batch(tuple(reports), tuple(bulletins), tuple(frame for frame, _ in news), taken, +counted, spoiled)

    def _mine(self, place: str) -> bool:
        return not self._own or journal_of(place) == self._own

    def _valid(self, bulletins: Iterable[Bulletin], now: int, found: Found) -> Iterable[Bulletin]:
        """The bulletins that are still news; the city's journal is not for those that were over before they came."""
        for bulletin in bulletins:
            if bulletin.expires > now:
                yield bulletin
            else:
                found.about = bulletin.subject
                found[faults.EXPIRED] += 1

    def _news_in(self, frame: Frame) -> int:
        """How many values a frame has beyond the revision that was given out before."""
        key = (frame.territory, frame.source, frame.minute)
        before = self._known.get(key, 0)
        self._keep(key, max(before, frame.revision))
        return frame.revision - before

    def _placed(self, reports: Iterable[Report], now: int, found: Found) -> Iterable[Report]:
        """The reports with their territory: one without a point is the city's, one outside the city is not ours. One that
        is dated ahead of this room's clock came now."""
        for report in reports:
            found.about = report.subject
            place: str | None = self._city.code
            if report.lat is not None and report.lon is not None:
                place = self._locator.territory_at(report.lat, report.lon)
            if place is None:
                found[faults.OUTSIDE] += 1
            if place is None or not self._mine(place):
                continue
            ahead = report.opened_at > now + FUTURE_MS
            if ahead:
                found[faults.FUTURE] += 1
            yield msgspec.structs.replace(report, place=place, opened_at=now if ahead else report.opened_at)

    def _advance(self, reports: Iterable[Report], readings: Iterable[Reading], now: int) -> None:
        """Remember the newest thing seen, leaving out what a wrong clock dates into the future."""
        newest = max((i for i in (*(r.at for r in readings), *(r.opened_at for r in reports)) if i <= now), default=0)
        self._newest = max(self._newest, newest)

    def _is_news(self, subject: str, item: Report | Bulletin) -> bool:
        mark = fingerprint(item)
        if self._known.get(subject) == mark:
            return False
        self._keep(subject, mark)
        return True

    def _fresh(self, found: Found) -> Counter[str]:
        """The faults that were not counted before: the same dirty record read again is one fault."""
        out: Counter[str] = Counter()
        for kind, about, count in found.events:
            key = ("fault", kind, about)
            if about is None or key not in self._known:
                out[kind] += count
            if about is not None:
                self._keep(key, 1)
        return out

    def _keep(self, key: Hashable, mark: int) -> None:
        self._known.pop(key, None)
        self._known[key] = mark
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]


class Pending:
    """What waits to be handed over, the newest word on each thing only."""

    def __init__(self) -> None:
        self._frames: dict[tuple[str, str, int], Frame] = {}
        self._reports: dict[str, Report] = {}
        self._bulletins: dict[str, Bulletin] = {}

    def add(self, batch: Batch) -> int:
        """Hold a batch. Returns how many frames had to be given up for room."""
        self._frames |= {(f.territory, f.source, f.minute): f for f in batch.frames}
        self._reports |= {r.subject: r for r in batch.reports}
        self._bulletins |= {b.subject: b for b in batch.bulletins}
        surplus = sorted(self._frames, key=lambda key: key[2])[: max(0, len(self._frames) - MAX_PENDING)]
        for key in surplus:
            del self._frames[key]
        return len(surplus)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Frames, in the order they came."""
        return tuple(self._frames.values())

    @property
    def reports(self) -> tuple[Report, ...]:
        """Reports, in the order they came."""
        return tuple(self._reports.values())

    @property
    def bulletins(self) -> tuple[Bulletin, ...]:
        """Bulletins, in the order they came."""
        return tuple(self._bulletins.values())

    def drop_frames(self, saved: Iterable[Frame]) -> None:
        """These are saved."""
        for frame in saved:
            self._frames.pop((frame.territory, frame.source, frame.minute), None)

    def drop_reports(self) -> None:
        """They are saved."""
        self._reports.clear()

    def drop_bulletins(self) -> None:
        """They are saved."""
        self._bulletins.clear()


def _trouble(fault: str, wait: float = 0.0, *, reached: bool) -> Batch:
    return Batch(fault=fault, wait_s=wait, reached=reached)
