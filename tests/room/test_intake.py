"""What feeds hand over: once, in the right journal, and again later when it could not be saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.reading import Frame
from console.domain.refusals import Refused
from console.domain.views import IncidentQuery
from console.feeds.parsed import Report
from console.room import Room
from tests.small_city import CITY, KELURAHAN, NORTH, SOUTH

NOW = 1_764_000_000_000
REPORT = Report("lapor", "7", "Lampu padam", "A02", NOW, KELURAHAN[2], description="sejak kemarin")


async def test_twice_is_once(room: Room) -> None:
    for _ in range(2):
        await room.intake.take_reports([REPORT, REPORT])
    page = await room.incidents(IncidentQuery())
    [one] = page.items
    assert (one.subject, one.territory, one.place, one.opened_at) == (REPORT.subject, SOUTH, KELURAHAN[2], NOW)
    assert (one.source, one.status, one.agencies) == ("lapor", "baru", ("PU",))
    detail = await room.incident(one.subject)
    assert detail is not None
    assert [e.actor for e in detail.story] == ["sumber:lapor"]


async def test_what_its_source_closed_is_closed_once(room: Room, clock: ManualClock) -> None:
    await room.intake.take_reports([REPORT])
    clock.advance(1000)
    for _ in range(2):
        await room.intake.take_reports([msgspec.structs.replace(REPORT, status="closed")])
    detail = await room.incident(REPORT.subject)
    assert detail is not None
    assert detail.incident.status == "selesai"
    assert len(detail.story) == 2


async def test_what_came_closed_is_not_left_open(room: Room) -> None:
    await room.intake.take_reports([msgspec.structs.replace(REPORT, status="closed")])
    [one] = (await room.incidents(IncidentQuery())).items
    assert one.status == "selesai"


async def test_a_kecamatan_closes_nothing_in_anothers_journal(open_one: Callable[..., Room]) -> None:
    kecamatan = open_one(NORTH)
    await kecamatan.store.append(SOUTH, [opening_of(REPORT)], "uji")
    before = (await kecamatan.store.queue()).entries
    await kecamatan.intake.take_reports([msgspec.structs.replace(REPORT, status="closed")])
    assert (await kecamatan.store.queue()).entries == before


def opening_of(report: Report) -> Draft:
    return Draft("incident.opened", report.subject, msgspec.json.encode({"title": report.title, "place": report.place}))


async def test_where_it_is_written(open_one: Callable[..., Room]) -> None:
    hall, kecamatan = open_one(CITY), open_one(NORTH)
    nowhere = msgspec.structs.replace(REPORT, external_id="8", place="")
    for room, wanted in ((hall, [CITY, SOUTH]), (kecamatan, [NORTH, NORTH])):
        await room.intake.take_reports([nowhere, REPORT])
        assert sorted(i.territory for i in (await room.incidents(IncidentQuery())).items) == wanted


async def test_one_that_is_endless_holds_up_no_other(room: Room) -> None:
    endless = msgspec.structs.replace(REPORT, external_id="9", title="x" * 10**6, description="\U0001f525" * 10**6)
    unknown = msgspec.structs.replace(REPORT, external_id="10", category="X99")
    await room.intake.take_reports([endless, unknown, REPORT])
    page = await room.incidents(IncidentQuery())
    assert sorted(i.title[:5] for i in page.items) == ["Lampu", "xxxxx"]
    assert all(len(i.title) <= 500 for i in page.items)


async def test_what_cannot_be_saved_is_refused_and_taken_later(room: Room) -> None:
    await room.intake.take_reports([REPORT])
    jobs = (room.store._writer, room.store._readings)
    frame = Frame(NORTH, "uji", 1, 1, ("990101-tma",), tuple(range(9000)), (tuple(range(9000)),), (0,))
    reports = [msgspec.structs.replace(REPORT, external_id=str(k), description="x" * 4000) for k in range(20, 60)]
    for job in jobs:
        await asyncio.wrap_future(job.submit(lambda db: db.execute("PRAGMA max_page_count = 1").fetchall()))
    with pytest.raises(Refused):
        await room.intake.take_reports(reports)
    with pytest.raises(Refused):
        await room.intake.take_frames([frame])
    assert (await room.incidents(IncidentQuery())).total == 1
    for job in jobs:
        await asyncio.wrap_future(job.submit(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall()))
    await room.intake.take_reports(reports)
    await room.intake.take_frames([frame])
    assert (await room.incidents(IncidentQuery())).total == 41
