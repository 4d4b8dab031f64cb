"""Simulated field staff for a demo: works off simulated incidents the way offices do, so that a demo city lives.

It keeps its hands off whatever a person has touched, and everything it writes says that it is simulated.
"""

from __future__ import annotations

import hashlib

from console.domain.drafts import Draft, draft
from console.domain.incident import Incident
from console.domain.views import IncidentQuery
from console.room import Room
from console.store import queries

ACTOR = "petugas-simulasi"
_PATH = ("baru", "terverifikasi", "didisposisikan", "diterima", "ditangani", "selesai", "ditutup")
_MINUTES = {
    "darurat": {
        "baru": 1.2,
        "terverifikasi": 1.5,
        "didisposisikan": 2.0,
        "diterima": 3.0,
        "ditangani": 28.0,
        "selesai": 9.0,
    },
    "aduan": {
        "baru": 22.0,
        "terverifikasi": 30.0,
        "didisposisikan": 45.0,
        "diterima": 60.0,
        "ditangani": 90.0,
        "selesai": 60.0,
    },
}
"""Typical minutes in each state before the next; made up, only for a lively demo."""
_NOTES = {
    "terverifikasi": "Laporan dikonfirmasi ke petugas kelurahan.",
    "diterima": "Tim disiapkan.",
    "ditangani": "Tim di lokasi, penanganan berjalan.",
    "selesai": "Penanganan selesai, lokasi dibersihkan.",
}


class SimulatedStaff:
    """Moves simulated incidents along, each at a pace that follows from its id: the same on every run."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def work(self) -> int:
        """One round over the open simulated incidents; how many steps were taken."""
        page = await self._room.incidents(IncidentQuery(open_only=True, limit=500))
        done = await self._room.incidents(IncidentQuery(status=("selesai",), limit=100))
        steps = 0
        for incident in (*page.items, *done.items):
            if incident.simulated and self._is_due(incident) and await self._untouched(incident.subject):
                await self._room.store.append(incident.territory, self._next(incident), ACTOR)
                steps += 1
        return steps

    def _is_due(self, incident: Incident) -> bool:
        typical = _MINUTES[incident.channel].get(incident.status)
        if typical is None:
            return False
        chance = hashlib.sha256(f"{incident.subject}{incident.status}".encode()).digest()[0] / 255
        # Between 0.3 and 2.1 times the typical span: most in time, some late, as on a real day.
        return self._room.clock.now() - incident.updated_at >= typical * (0.3 + 1.8 * chance**2) * 60_000

    async def _untouched(self, subject: str) -> bool:
        """Whether only sources and this staff have written in the incident."""
        detail = await self._room.store.read(lambda db: queries.incident(db, subject))
        return detail is not None and all(e.actor == ACTOR or e.actor.startswith("sumber:") for e in detail.story)

    def _next(self, incident: Incident) -> list[Draft]:
        following = _PATH[_PATH.index(incident.status) + 1]
        moved = draft("incident.status", incident.subject, {"status": following})
        note = _NOTES.get(following)
        said = [] if note is None else [draft("incident.noted", incident.subject, {"text": f"SIMULASI: {note}"})]
        return [moved, *said]
