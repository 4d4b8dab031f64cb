"""Simulated field staff for a demo: works off simulated incidents the way offices do, so that a demo city lives.

It keeps its hands off whatever a person has touched, and everything it writes says that it is simulated.
"""

from __future__ import annotations

import hashlib

from console.attachments.attaching import keep, pack
from console.domain.drafts import Draft, draft
from console.domain.incident import Incident
from console.domain.views import IncidentQuery
from console.feeds.simulation.photo import draw_photo
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
PHOTOGRAPHED = 0.3
_NOTES = {
    "terverifikasi": "Laporan dikonfirmasi ke petugas kelurahan.",
    "diterima": "Tim disiapkan.",
    "ditangani": "Tim di lokasi, penanganan berjalan.",
    "selesai": "Penanganan selesai, lokasi dibersihkan.",
}


class SimulatedStaff:
    """Moves simulated incidents along, each at a pace that follows from its id: the same on every run.

    `photographed` is the share of them whose staff sends a picture from the place.
    """

    def __init__(self, room: Room, photographed: float = PHOTOGRAPHED) -> None:
        self._room = room
        self._photographed = photographed

    async def work(self) -> int:
        """One round over the open simulated incidents; how many steps were taken."""
        page = await self._room.incidents(IncidentQuery(open_only=True, limit=500))
        done = await self._room.incidents(IncidentQuery(status=("selesai",), limit=100))
        steps = 0
        for incident in (*page.items, *done.items):
            if incident.simulated and self._is_due(incident) and await self._untouched(incident.subject):
                await self._room.store.append(incident.territory, self._next(incident), ACTOR)
                await self._photograph(incident)
                steps += 1
        return steps

    def _is_due(self, incident: Incident) -> bool:
        typical = _MINUTES[incident.channel].get(incident.status)
        if typical is None:
            return False
        chance = _chance(f"{incident.subject}{incident.status}")
        # Between 0.3 and 2.1 times the typical span: most in time, some late, as on a real day.
        return self._room.clock.now() - incident.updated_at >= typical * (0.3 + 1.8 * chance**2) * 60_000

    async def _photograph(self, incident: Incident) -> None:
        """Some that get to the place send a picture, which says in itself that it was drawn."""
        if incident.status != "diterima" or _chance(f"{incident.subject}foto") >= self._photographed:
            return
        data, store = draw_photo(incident.title, incident.subject), self._room.store
        parcel = await pack(incident.subject, "SIMULASI lokasi.jpg", data, "SIMULASI: gambar, bukan foto.")
        await keep(store, parcel, lambda said: store.append(incident.territory, [said], ACTOR))

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


def _chance(seed: str) -> float:
    """A number from 0 to 1 that follows from the seed."""
    return hashlib.sha256(seed.encode()).digest()[0] / 255
