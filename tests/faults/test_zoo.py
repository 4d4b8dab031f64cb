"""A room with a queue against every bad server of the zoo: what its operator reads, what it does next, that nothing in it
is touched, and that it recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.domain.clock import SystemClock
from console.room import Room
from console.sync import pull
from console.sync.line import link
from console.sync.troubles import MEANINGS
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer
from tests.faults.certificates import Authority
from tests.faults.zoo import READS, ZOO, Case
from tests.faults.zoo_room import QUEUE, Hurried, codes, fill, journal, make_room, opened, until
from tests.sync.scripted_centre import ScriptedCentre, accepted
from widgets.parts.trouble_words import DATED, trouble_rows
from widgets.shell.language import translator
from widgets.shell.states import Sentence, sentence


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    folder = tmp_path_factory.mktemp("ca")
    return Authority(folder / "ours"), Authority(folder / "theirs", "CA Entah")


@contextmanager
def english(qapp: QApplication) -> Iterator[None]:
    made = translator("en", qapp)
    assert made is not None
    qapp.installTranslator(made)
    try:
        yield
    finally:
        qapp.removeTranslator(made)


def said(room: Room, code: str) -> Sentence:
    """What the operator reads of a trouble."""
    return sentence(next(state for state in room.states() if state.code == code))


def assert_reads(room: Room, case: Case, qapp: QApplication) -> None:
    text, step, english_text, english_step = READS[case.code]
    state = next(state for state in room.states() if state.code == case.code)
    with english(qapp):
        translated = sentence(state)
    mine = sentence(state)
    assert (mine.step, translated.step) == (step, english_step)
    if case.code in DATED:
        day = datetime.fromtimestamp(int(state.detail) / 1000, UTC)
        assert mine.text == text.format(f"{day.day} {mine_months()[day.month - 1]} {day.year}")
        assert translated.text.startswith(english_text.partition("{0}")[0]) and str(day.year) in translated.text
    else:
        assert (mine.text, translated.text) == (text, english_text)


def mine_months() -> list[str]:
    return "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_a_bad_server_is_told_for_what_it_is_and_costs_nothing_but_time(
    case: Case,
    tmp_path: Path,
    authorities: tuple[Authority, Authority],
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = authorities
    door = case.doors(ours, theirs) if case.doors else None
    if case.slow:
        monkeypatch.setattr(link, "SLOW_PATIENCE_S", 0.1)
        monkeypatch.setattr(pull, "PAGE_S", 0.4)
    heard = None if case.heard is None else SystemClock().now() + round(case.heard.total_seconds() * 1000)

    async def work() -> None:
        with BadServer(case.behaviour, door) as server:
            async with opened(make_room(tmp_path, server.url, ours.file if door else None)) as room:
                await fill(room, heard)
                before = await journal(room)
                await room.start()
                await until(lambda: codes(room)[:1] == [case.code] and room.link().mode == case.mode)
                assert_reads(room, case, qapp)
                assert (room.link().problem, room.link().queue) == (case.code, QUEUE)
                await waits(room, server, case)
                assert await journal(room) == before
                assert room.link().last_contact is None or case.mode == "langsung"
                monkeypatch.undo()
                await recovers(room, server, ours)

    asyncio.run(work())


async def waits(room: Room, server: BadServer, case: Case) -> None:
    """It goes on trying, after pauses that double; a centre that asked is left alone instead."""
    chance = room.uplink.chance
    assert isinstance(chance, Hurried)
    knocks = server.knocks + len(server.calls)
    await until(lambda: max((b for _, b in chance.asked), default=0.0) >= 4 * link.FIRST_PAUSE_S)
    assert set(chance.asked) <= {(b / 2, b) for b in (link.FIRST_PAUSE_S * 2**k for k in range(1, 30))} | {(30.0, 60.0)}
    assert server.knocks + len(server.calls) > knocks
    assert codes(room)[:1] == [case.code]


async def recovers(room: Room, server: BadServer, ours: Authority) -> None:
    """Once the server is good, everything goes up without anybody doing anything, and nothing is said any more."""
    centre = ScriptedCentre(*[accepted] * 9)
    server.behaviour = centre
    if server.door is not None:
        server.door = bad.tls(ours.server())
    await until(lambda: room.link().mode == "langsung" and not codes(room))
    await until(lambda: {seq for seqs in centre.offered for seq in seqs} == set(range(1, QUEUE + 1)))


def test_every_trouble_has_words_in_the_order_of_the_table_and_none_invites_to_trust_blindly() -> None:
    rows = trouble_rows()
    assert list(rows) == [meaning.code for meaning in MEANINGS]
    shown = {case.code for case in ZOO}
    assert {meaning.code for meaning in MEANINGS if meaning.found} - shown == set()
    for _, text, step, _ in rows.values():
        assert not any(
            word in f"{text} {step}".lower() for word in ("abaikan", "matikan", "http://", "tanpa verifikasi")
        )
