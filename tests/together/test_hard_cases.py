"""Stories that random search seldom tells: each hard case of exactly-once, against real rooms and the real centre."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from console.store import projection
from tests.small_city import CITY, NORTH
from tests.together import checks
from tests.together.machine import SUBJECT, Together
from tests.together.town import LOST, running_town

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated inferred style")
HALL, FIRST, SECOND = 0, 1, 2
Story = Callable[[], Together]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Begins a story in a town of its own; at its end everything comes together and is compared."""
    with running_town() as town:
        Together.town, Together.template = town, town.database
        town.close()
        told: list[Together] = []

        def begin() -> Together:
            told.append(Together())
            return told[-1]

        yield begin


@pytest.fixture
def told(story: Story) -> Iterator[Together]:
    tale = story()
    yield tale
    tale.teardown()


def standing(told: Together, a: int) -> tuple[str, tuple[str, ...]]:
    """The title that a room shows, and the sides to decide between."""
    detail = told.read(told.seat(a), projection.detail, NORTH, SUBJECT)
    return detail.incident.title, tuple(c.value for c in detail.candidates.get("title", ()))


def test_a_restart_offline_between_two_edits_is_no_conflict(told: Together) -> None:
    told.write(FIRST, NORTH, 0)
    told.restart(FIRST)
    told.write(FIRST, NORTH, 1)
    told.restart(FIRST)
    told.write(FIRST, NORTH, 2)
    told.settle()
    assert standing(told, HALL) == ("2", ())


def test_accepted_but_not_yet_pulled_then_restarted(told: Together) -> None:
    told.write(FIRST, NORTH, 1)
    told.push(FIRST, LOST)
    told.restart(FIRST)
    told.write(FIRST, NORTH, 2)
    told.settle()
    assert standing(told, SECOND) == ("2", ())


def test_an_entry_that_only_a_neighbour_has_since_its_authors_disk_died(told: Together) -> None:
    told.save_room(FIRST)
    told.write(FIRST, NORTH, 1)
    told.carry(FIRST, 0, 1.0, False, 0)
    told.restore_room(FIRST)
    told.write(SECOND, NORTH, 2)
    told.settle()
    assert standing(told, FIRST) == standing(told, HALL) == ("2", ())


def test_a_fork_that_several_rooms_tell_late_opens_one_epoch(told: Together) -> None:
    told.save_centre()
    for a in (HALL, FIRST, SECOND):
        told.write_and_sync(a, a)
    for a in (HALL, FIRST, SECOND):
        told.sync(a, "", 0)
    told.restore_centre(told=False)
    told.save_room(FIRST)
    told.use_copy_too(FIRST)
    told.write_and_sync(3, 1)
    told.settle()
    with told.town.centre.database() as db:
        assert max(e for (e,) in db.execute("SELECT epoch FROM heads")) <= 2


def test_what_was_offered_again_after_its_author_was_revoked_keeps_its_first_verdict(told: Together) -> None:
    told.save_centre()
    told.write_and_sync(FIRST, 1)
    told.sync(SECOND, "", 0)
    told.write(FIRST, NORTH, 2)
    told.carry(FIRST, 0, 1.0, False, 0)
    told.restore_centre(told=True)
    told.revoke(FIRST)
    told.settle()
    void = told.read(told.seat(SECOND), checks.voided_marks)
    assert void == {"tanda-1": "revoked"}
    assert standing(told, HALL)[0] == "1"


def test_a_centre_that_was_put_back_numbers_nothing_for_a_room_that_is_ahead_of_it(told: Together) -> None:
    told.save_centre()
    told.write_and_sync(FIRST, 1)
    told.restore_centre(told=True)
    told.write(FIRST, NORTH, 2)
    told.push(FIRST, "")
    told.settle()
    with told.town.centre.database() as db:
        assert {e for (e,) in db.execute("SELECT epoch FROM heads")} == {1}


def test_a_revocation_that_died_with_the_centre_lives_in_the_citys_journal(told: Together) -> None:
    told.save_centre()
    told.revoke(FIRST)
    told.sync(HALL, "", 0)
    told.write(FIRST, NORTH, 1)
    told.carry(FIRST, 1, 1.0, False, 0)
    told.restore_centre(told=True)
    told.settle()
    assert told.read(told.seat(HALL), checks.voided_marks) == {"tanda-0": "revoked"}


def test_one_exchange_is_enough_after_the_centre_lost_the_token(told: Together) -> None:
    told.write(FIRST, NORTH, 1)
    told.empty_centre(key_lost=False)
    said = told.run(told.seat(FIRST).desk.sync())
    assert (said, told.run(told.seat(FIRST).desk.store.queue()).entries) == ("", 0)


def test_a_room_with_a_new_key_offers_a_new_centre_the_old_ones_key_before_what_it_signed(told: Together) -> None:
    told.empty_centre(key_lost=True)
    told.enrol_again(HALL, new_key=True)
    told.sync(HALL, "", 0)
    assert told.run(told.seat(HALL).desk.store.stops()).refused == ()


def test_a_server_whose_database_was_put_back_to_before_its_key_has_it_named_again(told: Together) -> None:
    told.empty_centre(key_lost=True)
    told.restore_centre(told=False)
    told.begin_from_nothing(FIRST)
    told.write_and_sync(SECOND, 1)
    assert told.run(told.seat(SECOND).desk.store.queue()).entries == 0
    told.settle()


def test_a_new_key_of_the_centre_is_believed_from_the_first_of_many_small_pages(told: Together) -> None:
    for a in (FIRST, HALL, SECOND):
        told.write_and_sync(a, a)
    told.empty_centre(key_lost=True)
    told.sync(HALL, "", 0)
    for _ in range(30):
        told.pull(SECOND, 1)
    cursors = [told.run(told.seat(a).desk.store.cursors()) for a in (HALL, SECOND)]
    assert cursors[0][CITY] == cursors[1][CITY]


def twins(told: Together) -> int:
    """A machine's image that wakes up twice, after it wrote something; the place of the second."""
    told.write_and_sync(FIRST, 0)
    told.resume_image(FIRST)
    return len(told.seats) - 1


def test_two_machines_of_one_image_edit_the_same_incident(told: Together) -> None:
    other = twins(told)
    told.write_and_sync(FIRST, 1)
    told.write(other, NORTH, 2)
    told.settle()
    assert standing(told, HALL)[1] == standing(told, other)[1] == ('"1"', '"2"')


def test_an_image_that_pulls_before_it_pushes_gives_way_and_writes_again(told: Together) -> None:
    other = twins(told)
    told.write_and_sync(FIRST, 1)
    told.write(other, NORTH, 2)
    for _ in range(3):
        told.pull(other, 50)
    assert told.run(told.seat(other).desk.store.stops()).forked == ()
    told.settle()


def test_a_neighbour_that_holds_the_replaced_end_of_an_image_follows_the_centre(told: Together) -> None:
    other = twins(told)
    told.sync(SECOND, "", 0)
    told.write(other, NORTH, 2)
    told.write(other, NORTH, 1)
    told.carry(other, 2, 1.0, False, 0)
    told.write_and_sync(FIRST, 1)
    told.sync(SECOND, "", 0)
    assert told.run(told.seat(SECOND).desk.store.stops()).forked == ()
    told.settle()
    assert len(told.read(told.seat(SECOND), checks.held_marks, NORTH)) == 4


def test_a_neighbour_that_holds_a_replaced_end_and_nothing_above_it_follows_the_centre(told: Together) -> None:
    other = twins(told)
    told.write(FIRST, NORTH, 1)
    told.carry(FIRST, 0, 1.0, False, 0)
    told.write_and_sync(other, 2)
    told.write_and_sync(other, 0)
    told.sync(SECOND, "", 0)
    stops, queue = (told.run(ask()) for ask in (told.seat(SECOND).desk.store.stops, told.seat(SECOND).desk.store.queue))
    assert (stops.refused, queue.entries) == ((), 0)
    told.settle()
    assert len(told.read(told.seat(SECOND), checks.held_marks, NORTH)) == 4


def test_what_was_written_again_is_not_when_a_neighbour_brings_it_back_to_its_old_place(told: Together) -> None:
    other = twins(told)
    told.write(FIRST, NORTH, 1)
    told.carry(FIRST, 0, 1.0, False, 0)
    told.write_and_sync(other, 2)
    told.push(FIRST, "")
    told.carry(SECOND, 2, 1.0, False, 0)
    told.settle()
    with told.town.centre.database() as db:
        assert checks.marks_of_centre(db) == {"tanda-0": 1, "tanda-1": 1, "tanda-2": 1}


def test_the_replaced_end_reaches_the_centre_first_by_a_neighbour(told: Together) -> None:
    other = twins(told)
    told.write(other, NORTH, 2)
    told.carry(other, 2, 1.0, False, 0)
    told.write(FIRST, NORTH, 1)
    told.push(SECOND, "")
    told.settle()
    assert not told.run(told.seat(other).desk.store.stops()).refused


def test_who_knew_an_end_that_gave_way_knows_it_written_again_and_not_what_took_its_place(told: Together) -> None:
    other = twins(told)
    told.write(other, NORTH, 2)
    told.carry(other, 2, 1.0, False, 0)
    assert "tanda-1" in told.read(told.seat(SECOND), checks.held_marks, NORTH)
    told.write(SECOND, NORTH, 1)
    told.write_and_sync(FIRST, 0)
    told.sync(other, "", 0)
    told.settle()
    assert sorted((standing(told, HALL)[0], *standing(told, HALL)[1])) == ['"0"', '"1"', "0"]


def test_an_end_that_two_machines_hold_is_written_again_as_one(told: Together) -> None:
    """Both of one image hold what gives way to a third: both write it again, and it is one entry."""
    first, second = twins(told), len(told.seats)
    told.resume_image(FIRST)
    told.write(FIRST, NORTH, 1)
    told.carry(FIRST, first - 2, 1.0, False, 0)
    assert "tanda-1" in told.read(told.seat(first), checks.held_marks, NORTH)
    told.write_and_sync(second, 2)
    told.sync(FIRST, "", 0)
    told.sync(first, "", 0)
    told.settle()
    with told.town.centre.database() as db:
        assert checks.marks_of_centre(db) == {"tanda-0": 1, "tanda-1": 1, "tanda-2": 1}


def test_a_room_dies_before_and_after_each_commit_of_its_exchange(told: Together) -> None:
    for commits, after in itertools.product(range(8), (False, True)):
        told.write_and_sync(HALL, 0)
        told.write(FIRST, NORTH, 1)
        told.write(FIRST, CITY, 1)
        told.room_crashes(FIRST, commits, after)


def test_the_database_breaks_off_at_each_commit_of_taking_a_lost_order_up(told: Together) -> None:
    told.save_centre()
    told.write_and_sync(FIRST, 1)
    told.write_and_sync(HALL, 2)
    told.sync(FIRST, "", 0)
    for commits in range(1, 8):
        told.restore_centre(told=True)
        told.write(FIRST, NORTH, commits % 3)
        told.database_crashes(FIRST, commits, commits % 2 == 0)
    told.settle()
