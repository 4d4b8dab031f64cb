"""The incidents of one list as a Qt model that changes by differences, so that scroll and selection stay put."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from console.domain.incident import Incident
from console.domain.views import IncidentPage

Index = QModelIndex | QPersistentModelIndex
INCIDENT = Qt.ItemDataRole.UserRole
MANY_MOVES = 60
"""From here on rows are laid out anew in one go instead of being moved one by one."""


class IncidentModel(QAbstractItemModel):
    """One row per incident of a page. Attributes: `total` (matching the query), `hidden` (open ones left out).

    Signals: `moreWanted()` when the view has scrolled to the end of a page that is not the last.
    """

    moreWanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Incident] = []
        self._asked = 0
        self.total = self.hidden = 0

    def show(self, page: IncidentPage) -> None:
        """Turn what is shown into this page by removing, inserting, moving and changing single rows."""
        self.total, self.hidden = page.total, page.hidden
        wanted = list(page.items)
        self._remove_gone({one.subject for one in wanted})
        if self._moves_needed(wanted) > MANY_MOVES:
            self._lay_out(wanted)
        else:
            self._step_through(wanted)

    def incident(self, index: Index) -> Incident | None:
        """The incident of a row, or None."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def row_of(self, subject: str) -> int:
        """The row of an incident, -1 when it is not on the page."""
        return next((row for row, one in enumerate(self._rows) if one.subject == subject), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many incidents the page holds."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One: the row draws everything itself."""
        return 1

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a row."""
        inside = 0 <= row < len(self._rows) and column == 0 and not parent.isValid()
        return self.createIndex(row, column) if inside else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Nothing: the list is flat."""
        return QModelIndex()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, the words for a screen reader, or the incident itself (role INCIDENT)."""
        one = self.incident(index)
        if one is None:
            return None
        if role == INCIDENT:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return one.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"P{one.priority} {one.title}, {one.address}, {one.status}"
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether the query matches more than the page holds."""
        return not parent.isValid() and len(self._rows) < self.total and self._asked != len(self._rows)

    def fetchMore(self, parent: Index) -> None:
        """Ask for a longer page, once for each length."""
        self._asked = len(self._rows)
        self.moreWanted.emit()

    def _remove_gone(self, kept: set[str]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].subject in kept:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].subject not in kept:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _moves_needed(self, wanted: Sequence[Incident]) -> int:
        place = {one.subject: number for number, one in enumerate(wanted)}
        order = [place[one.subject] for one in self._rows]
        return sum(after < before for before, after in pairwise(order))

    def _step_through(self, wanted: Sequence[Incident]) -> None:
        present = {one.subject for one in self._rows}
        row = 0
        while row < len(wanted):
            one = wanted[row]
            if one.subject not in present:
                row = self._insert(wanted, row, present)
                continue
            if self._rows[row].subject != one.subject:
                self._move(next(i for i in range(row, len(self._rows)) if self._rows[i].subject == one.subject), row)
            if self._rows[row] != one:
                self._rows[row] = one
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
            row += 1

    def _insert(self, wanted: Sequence[Incident], first: int, present: set[str]) -> int:
        end = first
        while end < len(wanted) and wanted[end].subject not in present:
            end += 1
        self.beginInsertRows(QModelIndex(), first, end - 1)
        self._rows[first:first] = wanted[first:end]
        self.endInsertRows()
        return end

    def _move(self, source: int, target: int) -> None:
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
        self._rows.insert(target, self._rows.pop(source))
        self.endMoveRows()

    def _lay_out(self, wanted: Sequence[Incident]) -> None:
        self.layoutAboutToBeChanged.emit()
        place = {one.subject: number for number, one in enumerate(wanted)}
        held = self.persistentIndexList()
        moved = [self.createIndex(place[self._rows[index.row()].subject], index.column()) for index in held]
        self._rows = list(wanted)
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
