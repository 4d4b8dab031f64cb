"""The list's model: it arrives at every page by differences, and keeps selections where they belong."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from console.domain.incident import Incident
from console.domain.views import IncidentPage
from widgets.models.incident_model import INCIDENT, IncidentModel


def incident(subject: str, title: str = "Banjir", **fields) -> Incident:
    plain = {
        "territory": "32.73.02", "category": "D04", "channel": "darurat", "priority": 1, "status": "baru",
        "place": "32.73.02.1004", "address": "RW 05", "lat": None, "lon": None, "agencies": ("BPBD",),
        "opened_at": 0, "updated_at": 0, "written_at": 0, "due": None, "confirmed": True, "undecided": (),
        "simulated": False,
    }  # fmt: skip
    return Incident(subject=subject, title=title, **{**plain, **fields})


def page(*items: Incident, total: int | None = None) -> IncidentPage:
    return IncidentPage(tuple(items), len(items) if total is None else total, 0)


def shown(model: IncidentModel) -> list[Incident]:
    return [model.data(model.index(row, 0), INCIDENT) for row in range(model.rowCount())]


@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("ab")), unique_by=lambda x: x[0]), max_size=6))
def test_any_page_follows_any_page_by_differences(pages):
    model = IncidentModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    for numbers in pages:
        wanted = [incident(str(number), title) for number, title in numbers]
        model.show(page(*wanted))
        assert shown(model) == wanted
    assert not resets and tester.model() is model


def test_a_row_selected_stays_the_same_incident_when_others_come_and_go():
    model = IncidentModel()
    model.show(page(*(incident(str(n)) for n in range(5))))
    held = QPersistentModelIndex(model.index(3, 0))
    model.show(page(incident("9"), incident("4"), incident("3", "Banjir besar"), incident("0")))
    assert model.data(held, INCIDENT).title == "Banjir besar" and held.row() == 2
    model.show(page(incident("9")))
    assert not held.isValid()


def test_a_whole_new_order_keeps_persistent_indexes():
    model = IncidentModel()
    items = [incident(str(n)) for n in range(400)]
    model.show(page(*items))
    held = QPersistentModelIndex(model.index(7, 0))
    model.show(page(*reversed(items)))
    assert model.data(held, INCIDENT).subject == "7"
    assert shown(model) == list(reversed(items))


def test_one_changed_row_of_ten_thousand_touches_only_that_row():
    model = IncidentModel()
    items = [incident(str(n)) for n in range(10_000)]
    model.show(page(*items))
    changed = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    items[5000] = msgspec.structs.replace(items[5000], status="ditangani")
    model.show(page(*items))
    assert changed == [(5000, 5000)]


def test_a_longer_page_is_asked_for_once():
    model, asked = IncidentModel(), []
    model.moreWanted.connect(lambda: asked.append(1))
    model.show(page(incident("0"), incident("1"), total=3))
    root = QModelIndex()
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert not model.canFetchMore(root) and asked == [1]
    model.show(page(*(incident(str(n)) for n in range(3))))
    assert not model.canFetchMore(root)


@pytest.mark.parametrize("row", [-1, 3])
def test_rows_outside_are_nothing(row):
    model = IncidentModel()
    model.show(page(incident("0")))
    assert model.incident(model.index(row, 0)) is None
