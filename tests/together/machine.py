"""Everything that befalls a city's rooms and their centre, at random: writing, restarts, copies put back and used twice,
sticks and neighbours, lost and doubled calls, crashes around every commit, revocations, and a centre that is put back or
emptied. Whatever happened, what comes together must be the same everywhere, whole, and once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import shutil
import sqlite3
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from console.domain.drafts import Draft
from console.domain.exchange import Incoming
from console.domain.keys import KeyRing
from console.store.carried import Held
from console.store.writer import StoreFull
from console.sync.door import content
from console.sync.recovery import epochs
from console.sync.stick.exporting import Order
from console.sync.stick.stick import Stick
from console.wire.bundle import BundleRefused
from console.wire.guard import Trouble
from tests.small_city import CITY, NORTH
from tests.together import checks
from tests.together.town import CALLS, CUT, DOUBLED, HOUR_MS, LOST, ROOMS, Desk, Town, copy_folder

T = TypeVar("T")
SUBJECT = "f" + "0" * 31
MOST_ROOMS = 5
ROUNDS = 12
"""Rounds in which everything must have come together."""
any_room = st.integers(0, MOST_ROOMS - 1)
any_step = st.integers(0, MOST_ROOMS - 2)


@dataclass
class Seat:
    """A room, and the copy of its folder that somebody made."""

    desk: Desk
    saved: Path | None = None
    territory: str = NORTH


class Together(RuleBasedStateMachine):
    """See above. `truth` is what each writer really had before him when he wrote (an oracle, not the fold's knowledge)."""

    town: Town
    template: str

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._names = itertools.count()
        self._marks = itertools.count()
        self.folder = self.town.base / f"example-{next(_EXAMPLES)}"
        self.town.new_database(self.template)
        shutil.copytree(self.town.base / "rooms", self.folder)
        self.seats = [Seat(self.town.desk(self.folder / name), None, t) for name, t in ROOMS.items()]
        self.truth: dict[str, frozenset[str]] = {}
        self.authors: dict[str, str] = {}
        self.centre_saved = self.folder / "pusat.simpan"
        self.town.back_up(self.centre_saved)
        self.restores = 0
        self.images = False
        self.told: list[str] = []  # what was refused on the way

    def run(self, work: Awaitable[T]) -> T:
        """Run a step; every step takes some time, and none may chase its tail."""
        self.town.clock.advance(5_000)
        self.town.gate.calls = 0
        done = self._runner.run(_waited(work))
        assert self.town.gate.calls <= CALLS, "a step that does not end"
        return done

    def seat(self, a: int) -> Seat:
        return self.seats[a % len(self.seats)]

    def other(self, a: int, step: int) -> Seat:
        """Another room than `a`, the step-th after it."""
        count = len(self.seats)
        return self.seats[(a % count + 1 + step % (count - 1)) % count]

    def read(self, seat: Seat, query: Any, *more: Any) -> Any:
        return self.run(seat.desk.store.read(lambda db: query(db, *more)))

    # ---- rooms

    @rule(a=any_room, territory=st.sampled_from((NORTH, NORTH, NORTH, CITY)), value=st.integers(0, 2))
    def write(self, a: int, territory: str, value: int) -> None:
        seat, mark = self.seat(a), f"tanda-{next(self._marks)}"
        known = self.read(seat, checks.held_marks, territory)
        body = msgspec.json.encode({"title": str(value), "text": mark})
        kind = "incident.edited" if known else "incident.opened"
        self.run(seat.desk.store.append(territory, [Draft(kind, SUBJECT, body)], "op-1"))
        self.truth[mark] = known
        self.authors[mark] = seat.desk.folder.key.id

    @rule(a=any_room, value=st.integers(0, 2))
    def write_and_sync(self, a: int, value: int) -> None:
        self.write(a, NORTH, value)
        self.run(self.seat(a).desk.sync())

    @rule(a=any_room)
    def restart(self, a: int) -> None:
        self.run(self._reopen(self.seat(a)))

    async def _reopen(self, seat: Seat) -> None:
        await seat.desk.close()
        seat.desk.open()

    @rule(a=any_room)
    def save_room(self, a: int) -> None:
        seat = self.seat(a)
        seat.saved = self._new("salinan")
        copy_folder(seat.desk.path, seat.saved)

    def _new(self, name: str) -> Path:
        return self.folder / f"{name}-{next(self._names)}"

    @precondition(lambda self: any(s.saved for s in self.seats))
    @rule(a=any_room)
    def restore_room(self, a: int) -> None:
        """The room's disk died, and with it what only this room had."""
        seat = self.seat(a)
        if seat.saved is not None:
            self.run(seat.desk.close())
            shutil.rmtree(seat.desk.path)
            copy_folder(seat.saved, seat.desk.path)
            seat.desk.open()

    @precondition(lambda self: any(s.saved for s in self.seats) and len(self.seats) < MOST_ROOMS)
    @rule(a=any_room)
    def use_copy_too(self, a: int) -> None:
        seat = self.seat(a)
        if seat.saved is not None:
            path = self._new("kembaran")
            copy_folder(seat.saved, path)
            self.seats.append(Seat(self.town.desk(path), None, seat.territory))

    @precondition(lambda self: len(self.seats) < MOST_ROOMS)
    @rule(a=any_room)
    def resume_image(self, a: int) -> None:
        """A machine's image wakes up twice: both go on in the same streams."""
        seat, path = self.seat(a), self._new("citra")
        copy_folder(seat.desk.path, path)
        twin = self.town.desk(path)
        twin.store._journals._streams = dict(seat.desk.store._journals._streams)
        self.seats.append(Seat(twin, None, seat.territory))
        self.images = True

    @precondition(lambda self: len(self.seats) < MOST_ROOMS)
    @rule(a=any_room, step=any_step)
    def image_wakes_twice(self, a: int, step: int) -> None:
        """Both write, one is heard first; a neighbour may have the other's."""
        self.write_and_sync(a, 0)
        self.resume_image(a)
        self.write(a, NORTH, 1)
        self.write(len(self.seats) - 1, NORTH, 2)
        self.carry(a, step, 1.0, False, 0)

    # ---- without a line

    @rule(a=any_room, step=any_step, streams=st.sampled_from((1.0, 0.5)), order=st.booleans(), seed=st.integers(0, 99))
    def carry(self, a: int, step: int, streams: float, order: bool, seed: int) -> None:
        """What one lacks of the other, by way of the LAN: some streams of it, in any sequence, with or without the order."""
        self.run(self._carry(self.seat(a).desk, self.other(a, step).desk, streams, order, random.Random(seed)))

    async def _carry(self, giver: Desk, taker: Desk, share: float, order: bool, chance: random.Random) -> None:
        """As `console.sync.door.neighbours` does, without the door itself."""
        for territory in (CITY, NORTH):
            have = await content.held_with_trail(taker.store, territory)
            if await self._carry_part(giver, taker, territory, have, share, order, chance):
                bare = msgspec.structs.replace(have, heads={})
                await self._carry_part(giver, taker, territory, bare, share, order, chance)

    async def _carry_part(
        self, giver: Desk, taker: Desk, territory: str, have: Held, share: float, order: bool, chance: random.Random
    ) -> bool:
        page = await content.page_for(giver.store, territory, have, 0)
        came = content.read(page.pack(), CITY)
        entries = list(came.entries)
        if share < 1:
            chosen = {s for s in sorted({e.stream for e in entries}) if chance.random() < share}
            entries = [e for e in entries if e.stream in chosen]
            chance.shuffle(entries)
        bare = Incoming(tuple(entries), came.checkpoints)
        came = msgspec.structs.replace(came, entries=bare.entries) if order else bare
        return bool((await epochs.take(taker.store, came)).apart)

    @rule(a=any_room, step=any_step)
    def stick(self, a: int, step: int) -> None:
        self.run(self._stick(self.seat(a).desk, self.other(a, step).desk))

    async def _stick(self, giver: Desk, taker: Desk) -> None:
        sticks = [Stick(d.store, d.folder, self.town.city, self.town.clock) for d in (giver, taker)]
        try:
            file, _ = await sticks[0].export(self.folder / "stik.simpul", Order(hours=0))
            await sticks[1].take(file, Path())
        except BundleRefused as refused:
            self.told.append(f"not taken: {refused}")

    # ---- on the line

    @rule(a=any_room, fault=st.sampled_from(("", "", LOST, CUT, DOUBLED)))
    def push(self, a: int, fault: str) -> None:
        self.town.gate.strike(fault, 0)
        self.run(self.seat(a).desk.push())
        self.town.gate.strike("", 0)

    @rule(a=any_room, count=st.integers(1, 6))
    def pull(self, a: int, count: int) -> None:
        self.run(self.seat(a).desk.pull(count))

    @rule(a=any_room, fault=st.sampled_from(("", "", LOST, CUT, DOUBLED)), after=st.integers(0, 8))
    def sync(self, a: int, fault: str, after: int) -> None:
        self.town.gate.strike(fault, after)
        self.run(self.seat(a).desk.sync())
        self.town.gate.strike("", 0)

    @rule()
    def all_push_at_once(self) -> None:
        async def push() -> None:
            await asyncio.gather(*(seat.desk.push() for seat in self.seats))

        self.run(push())

    # ---- crashes

    @rule(a=any_room, commits=st.integers(0, 12), after=st.booleans())
    def room_crashes(self, a: int, commits: int, after: bool) -> None:
        """Its process ends just before, or just after, a transaction of its file."""
        self.run(self._crash(self.seat(a), commits, after))

    async def _crash(self, seat: Seat, commits: int, after: bool) -> None:
        seat.desk.forbid(commits, after)
        with contextlib.suppress(sqlite3.DatabaseError, StoreFull):
            await seat.desk.sync()
        await seat.desk.crash()
        seat.desk.open()

    @rule(a=any_room, commits=st.integers(1, 8), restarts=st.booleans())
    def database_crashes(self, a: int, commits: int, restarts: bool) -> None:
        """The centre's database breaks off at a COMMIT; its server goes on, or starts again."""
        self.town.break_database(commits)
        self.run(self.seat(a).desk.sync())
        self.town.mend_database()
        if restarts:
            self.town.start_centre()

    @rule()
    def centre_restarts(self) -> None:
        self.town.start_centre()

    # ---- the centre is lost

    @rule()
    def save_centre(self) -> None:
        self.town.back_up(self.centre_saved)

    @rule(told=st.booleans())
    def restore_centre(self, told: bool) -> None:
        self.town.put_back(self.centre_saved, told)
        self.restores += 1

    @rule(key_lost=st.booleans())
    def empty_centre(self, key_lost: bool) -> None:
        self.town.empty(key_lost)
        self.restores += 1

    @rule(a=any_room, step=any_step, told=st.booleans(), goes_on=st.booleans())
    def centre_goes_back(self, a: int, step: int, told: bool, goes_on: bool) -> None:
        """Some rooms have more of its order than a copy that is put back; one may write before they are there."""
        self.save_centre()
        self.write_and_sync(a, 0)
        self.run(self.other(a, step).desk.sync())
        self.write(a, NORTH, 1)
        self.restore_centre(told)
        if goes_on:
            self.write_and_sync(a + step + 2, 2)

    # ---- who may

    @rule(a=st.integers(1, MOST_ROOMS - 1))
    def revoke(self, a: int) -> None:
        device = self.seat(a).desk.folder.key.id
        if device != self.seats[0].desk.folder.key.id:
            self.town.revoke(device)

    @rule(a=any_room, new_key=st.booleans())
    def enrol_again(self, a: int, new_key: bool) -> None:
        self.run(self._enrol_again(self.seat(a), new_key))

    async def _enrol_again(self, seat: Seat, new_key: bool) -> None:
        await seat.desk.close()
        if new_key:
            for secret in ("device.key", "token"):
                (seat.desk.path / secret).unlink(missing_ok=True)
        try:
            await self.town.settle_in(seat.desk.path, seat.territory)
        except Trouble as refused:
            self.told.append(f"not enrolled: {refused}")
        seat.desk.open()

    @rule(a=any_room)
    def begin_from_nothing(self, a: int) -> None:
        """The disk died, there is no copy: the room is enrolled as a new one."""
        seat = self.seat(a)
        self.run(seat.desk.close())
        shutil.rmtree(seat.desk.path)
        self.run(self.town.settle_in(seat.desk.path, seat.territory))
        seat.desk.open()

    # ---- everything comes together

    @rule()
    def settle(self) -> None:
        self.town.mend_database()
        wanted = self._living_marks()
        for _ in range(ROUNDS):
            before = self._state()
            for seat in self.seats:
                self.town.clock.advance(2 * HOUR_MS)
                self.run(seat.desk.sync())
            allowed = self._allowed()
            for seat in self.seats:
                if allowed and seat not in allowed:
                    self.run(self._carry(allowed[0].desk, seat.desk, 1.0, True, random.Random(0)))
                    self.run(self._carry(seat.desk, allowed[0].desk, 1.0, False, random.Random(0)))
            if before == self._state():
                break
        else:
            raise AssertionError(("does not settle", before, self._state()))
        if allowed:
            self._check(wanted, allowed)

    def _allowed(self) -> list[Seat]:
        """The rooms that the centre speaks with: not those that were revoked, nor those whose enrolment died with every copy
        of it."""
        devices = [self._ring().devices.get(seat.desk.folder.key.id) for seat in self.seats]
        return [seat for seat, device in zip(self.seats, devices, strict=True) if device and not device.revoked]

    def _ring(self) -> KeyRing:
        with self.town.centre.database() as db:
            return self.town.centre.keeper.current(db)

    def _living_marks(self) -> set[str]:
        """Everything that any copy still has."""
        with self.town.centre.database() as db:
            found = set(checks.marks_of_centre(db))
        for seat in self.seats:
            found |= set(self.read(seat, checks.marks_in))
        return found

    def _state(self) -> object:
        def file(db: sqlite3.Connection) -> object:
            return [db.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in ("cursors", "streams")] + [
                db.execute(f"SELECT COUNT(*) FROM {t}").fetchone() for t in ("entries", "parked", "set_aside", "orders")
            ]

        with self.town.centre.database() as db:
            heads = db.execute("SELECT territory, n, order_hash, epoch FROM heads ORDER BY 1").fetchall()
        return heads, [self.read(seat, file) for seat in self.seats]

    def _check(self, wanted: set[str], seats: list[Seat]) -> None:
        with self.town.centre.database() as db:
            numbered = checks.check_centre(db, (CITY, NORTH))
            marks = checks.marks_of_centre(db)
            epochs = [e for (e,) in db.execute("SELECT epoch FROM heads")]
            heads = {t: (n, bytes(o)) for t, n, o in db.execute("SELECT territory, n, order_hash FROM heads")}
        assert max(epochs) - 1 <= self.restores, ("epochs", epochs, self.restores)
        # What somebody wrote whose enrolment died with every copy of it waits until he is enrolled again.
        known = self._ring().devices
        wanted = {m for m in wanted if self.authors[m] in known}
        if self.images:
            # What gave way to another machine's can only be kept apart where nobody has it who could sign it again.
            wanted = {m for m in wanted if m in marks or self._has_author(m)}
        assert wanted <= set(marks), ("lost", wanted - set(marks))
        void = {i: v for found in numbered.values() for i, (_, v) in found.items()}
        for seat in seats:
            self._check_room(seat, heads, wanted)
            for entry, said in self.read(seat, checks.verdicts).items():
                if entry in void or not self.images:
                    assert said == {void[entry]}, ("verdict flipped", entry, said, void[entry])
        for territory in (CITY, NORTH):
            self._check_fold(seats, territory)

    def _has_author(self, mark: str) -> bool:
        own = (seat for seat in self.seats if seat.desk.folder.key.id == self.authors[mark])
        return any(mark in self.read(seat, checks.marks_in) for seat in own)

    def _check_room(self, seat: Seat, heads: dict[str, tuple[int, bytes]], wanted: set[str]) -> None:
        store = seat.desk.store
        assert self.run(store.queue()).entries == 0, ("waits", seat.desk.path.name)
        stops = self.run(store.stops())
        assert not stops.refused and not stops.forked, ("stopped", seat.desk.path.name, stops)
        cursors = {t: (c.n, c.hash) for t, c in self.run(store.cursors()).items()}
        assert cursors == {t: h for t, h in heads.items() if h[0]}, ("cursor", seat.desk.path.name, cursors, heads)
        assert wanted <= set(self.read(seat, checks.marks_in)), ("lost in", seat.desk.path.name)
        assert seat.desk.exchange is not None and not seat.desk.exchange.now.problem, seat.desk.exchange.now.problem
        self.read(seat, checks.check_room, self.town.city)

    def _check_fold(self, seats: list[Seat], territory: str) -> None:
        if self.images and self.restores:
            # A lost order may name an entry that gave way to another machine's: only who held it can follow that order.
            return
        shown = {self.read(seat, checks.shown, territory, SUBJECT) for seat in seats}
        assert len(shown) <= 1, ("rooms show different things", shown)
        for seat in seats:
            counted = self.read(seat, checks.counted_marks, territory, SUBJECT)
            assert set(counted.values()) <= {1}, ("counts twice", counted)
            void = self.read(seat, checks.voided_marks)
            lost = self.read(seat, checks.held_marks, territory) - set(counted) - set(void)
            assert not lost, ("counts nowhere", lost)
            values, due = self.read(seat, checks.check_conflicts, territory, SUBJECT, "title", self.truth)
            assert values == due, ("conflicts", territory, values, due)

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self._end()

    def _end(self) -> None:
        try:
            self._runner.run(_waited(self._close()))
        finally:
            self._runner.close()
            self.town.gate.strike("", 0)
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _close(self) -> None:
        for seat in self.seats:
            await seat.desk.close()


_EXAMPLES = itertools.count()


async def _waited(work: Awaitable[T]) -> T:
    return await work
