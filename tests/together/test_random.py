"""Random stories of rooms and their centre (see machine.py), a bounded number in every run, and as many as wanted in the
soak."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.together.machine import Together
from tests.together.town import Town, running_town

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated inferred style")


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running_town() as running:
        yield running


def tell(town: Town, examples: int, steps: int, derandomize: bool) -> None:
    template = town.database
    town.close()

    class InTown(Together):
        pass

    InTown.town, InTown.template = town, template
    run_state_machine_as_test(
        InTown,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=derandomize,
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        ),
    )  # fmt: skip


def test_stories_end_well(town: Town) -> None:
    """The same stories in every run, so that a change is judged by itself and not by the day's luck."""
    tell(town, 40, 14, derandomize=True)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_many_stories_end_well(town: Town) -> None:
    """New ones each time: as many as `STORIES` says, of as many steps as `STEPS`."""
    tell(town, int(os.environ.get("STORIES", "5000")), int(os.environ.get("STEPS", "20")), derandomize=False)
