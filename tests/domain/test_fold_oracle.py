"""The fold against an executable model of its rules: every copy that the model's random runs produce folds alike.

The model lives beside the project; where it is absent this file is skipped, and `tests/store/test_convergence.py` stands.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from console.domain.entry import Entry, EntryId, NamedId, Seen
from console.domain.journal import Counted, Value, order_key, stand
from console.domain.order import GaveWay

MODEL = Path(__file__).parents[3] / "shared" / "model" / "journal_model.py"
pytestmark = pytest.mark.skipif(not MODEL.exists(), reason="the model under ../shared/model is not here")


@cache
def model() -> ModuleType:
    spec = importlib.util.spec_from_file_location("journal_model", MODEL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def name(order: Any) -> str:
    """The model names an order by its whole content; here by a hash of it, as 16 hex digits."""
    return hashlib.sha256(repr(order).encode()).hexdigest()[:16] if order else "0" * 16


def place(identity: tuple[int, int]) -> EntryId:
    return EntryId(f"{identity[0]:016x}", identity[1])


class Order:
    """A model copy's order, as the fold asks for it."""

    def __init__(self, copy: Any) -> None:
        self._copy = copy
        self._branches = {name(chain): ids for chain, ids in copy.br.items()}

    def number(self, entry: EntryId) -> int | None:
        found = self._copy.num((int(entry.stream, 16), entry.seq))
        return found[1] if found else None

    def within(self, entry: EntryId, n: int, order: str) -> bool:
        return (int(entry.stream, 16), entry.seq) in self._branches.get(order, ())

    def void(self, entry: EntryId) -> str:
        return "revoked" if self._copy.void.get((int(entry.stream, 16), entry.seq)) else ""

    def name(self, entry: EntryId) -> str:
        """The model's heads name no entries: it knows no two machines of one image."""
        return ""

    def gave_way(self, stream: str) -> tuple[GaveWay, ...]:
        return ()


def ours(machine: Any, copy: Any) -> tuple[Any, set[Any]] | None:
    """What our fold says of a model copy: the identity that stands, and the candidates beside it."""
    order = Order(copy)
    values = []
    for identity in copy.held:
        e = machine.E[identity]
        if copy.void.get(identity):
            continue
        heads = tuple(sorted(NamedId(place(h).stream, h[1]) for h in e.heads))
        entry = Entry("t", place(identity).stream, identity[1], 0, 0, "", Seen(e.n, name(e.O), heads), "k", "s", b"{}")
        values.append(Value(repr(identity).encode(), Counted(entry, entry)))
    standing = stand(sorted(values, key=lambda v: order_key(v.by.id, order)), order)
    if standing is None:
        return None
    return standing.value.raw.decode(), {v.raw.decode() for v in standing.candidates}


def test_every_copy_folds_as_the_model_says() -> None:
    base: Any = model().M
    compared = []

    class Checked(base):  # type: ignore[misc]
        @invariant()
        def same_fold(self) -> None:
            for copy in (*self.R, self.c):
                stands, leaves = self.fold(copy)
                mine = ours(self, copy)
                theirs = None if stands is None else (repr(stands), {repr(x) for x in leaves if x != stands})
                assert mine == theirs
                compared.append(mine)

    run_state_machine_as_test(
        Checked,
        settings=settings(
            max_examples=300,
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert any(x is not None and x[1] for x in compared), "no run ever made a conflict"
