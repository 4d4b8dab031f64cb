"""The simulated staff of a demo: works incidents off, and what it sends from the place says that it is drawn."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from console.demo import staff
from console.domain.clock import ManualClock
from console.domain.drafts import Clocks, opening
from console.domain.views import NewIncident
from console.feeds.simulation.photo import draw_photo
from console.room import Room
from tests.small_city import KELURAHAN, NORTH


async def test_staff_at_the_place_sends_a_drawn_picture_once(open_one: Callable[..., Room], clock: ManualClock) -> None:
    room = open_one(demo=True)
    category = room.city.category("D01")
    assert category is not None
    new = NewIncident("Banjir di gang", "D01", KELURAHAN[0])
    called = opening(new, category, Clocks(room.city, room.is_holiday), clock.now(), True)
    subject = str((await room.store.append(NORTH, [called], "sumber:simulasi-aduan"))[0])
    at_work = staff.SimulatedStaff(room, photographed=1.1)
    for _hour in range(6):
        clock.advance(3_600_000)
        await at_work.work()
    found = await room.incident(subject)
    assert found is not None
    (one,) = found.attachments
    assert (one.name, one.actor) == ("SIMULASI lokasi.jpg", staff.ACTOR)
    assert one.note.startswith("SIMULASI")
    assert await room.blob(one.sha256) == draw_photo("Banjir di gang", subject)


def test_a_drawn_picture_is_the_same_each_time_and_marked_across_its_middle() -> None:
    made = draw_photo("x" * 200, "a")
    assert made == draw_photo("x" * 200, "a") != draw_photo("x" * 200, "b")
    with Image.open(io.BytesIO(made)) as seen:
        middle = seen.convert("L").crop((200, 440, 1080, 520))
        dark, light = middle.histogram()[:60], middle.histogram()[200:]
    assert sum(light) > 10_000 and sum(dark) > 10_000
