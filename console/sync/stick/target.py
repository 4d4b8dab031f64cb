"""For whom a bundle is: a device, everybody of a territory, or "siapa saja"; and always the city, so that no stick can be
lost to it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from console.domain.keys import Device, KeyRing
from console.store.carried import Held
from console.sync.stick.memory import Receipt
from console.wire.bundle import BundleRefused

ANYONE = "*"
_ANY_WORDS = frozenset({"", "*", "siapa saja", "siapa-saja"})
_CITY_ROLES = frozenset({"centre", "city"})
_LISTED = 8


class Target(msgspec.Struct, frozen=True):
    """`id` is "*", a territory code or a device id; `devices` are those meant, `readers` those that it is sealed to."""

    id: str
    name: str
    devices: tuple[Device, ...]
    readers: tuple[Device, ...]

    @property
    def without_seal(self) -> tuple[str, ...]:
        """Who is meant, and cannot open it."""
        return tuple(d.name or d.id for d in self.devices if not d.seal)


def find_target(ring: KeyRing, own: str, wanted: str) -> Target:
    """Whom `wanted` names: a device's id or name, a territory's code, or anybody. BundleRefused when nobody, or several, and
    when this device, `own`, is not (or no longer) one that others take a bundle from."""
    if why := barred(ring, own):
        raise BundleRefused(why)
    present = [d for d in ring.devices.values() if not d.revoked and d.role not in ("root", "centre") and d.id != own]
    target, name, meant = _meant(present, wanted.strip())
    if meant and not any(d.seal for d in meant):
        raise BundleRefused("no_seal", ", ".join(d.name or d.id for d in meant[:_LISTED]))
    city = [d for d in ring.devices.values() if d.role in _CITY_ROLES and not d.revoked]
    readers = {d.id: d for d in (*meant, *city) if d.seal and d.id != own}
    if not readers:
        raise BundleRefused("unknown_target", wanted or "siapa saja", "tidak ada")
    return Target(target, name, tuple(meant), tuple(readers.values()))


def barred(ring: KeyRing, own: str) -> str:
    """Why nobody takes a bundle of this device, as a code of BundleRefused; "" when the city knows it."""
    known = ring.devices.get(own)
    if known is None:
        return "not_enrolled"
    return "revoked" if known.revoked else ""


def _meant(present: Sequence[Device], wanted: str) -> tuple[str, str, list[Device]]:
    if wanted.casefold() in _ANY_WORDS:
        return ANYONE, "", list(present)
    by_territory = [d for d in present if d.territory == wanted]
    if by_territory:
        return wanted, "", by_territory
    found = [d for d in present if d.id == wanted or (d.name and d.name.casefold() == wanted.casefold())]
    if not found:
        raise BundleRefused(
            "unknown_target", wanted, ", ".join(sorted(d.name or d.id for d in present)[:_LISTED]) or "-"
        )
    if len(found) > 1:
        raise BundleRefused("ambiguous", wanted, ", ".join(d.id for d in found))
    return found[0].id, found[0].name, found


def names_of(ring: KeyRing, own: str) -> tuple[str, ...]:
    """By what targets bundles for this device may be named."""
    known = ring.devices.get(own)
    return (own, *((known.territory,) if known else ()), ANYONE)


def held_by_all(receipts: Sequence[Receipt | None]) -> dict[str, Held]:
    """What every one of these copies holds, as far as they said."""
    told = [r for r in receipts if r is not None]
    if not told or len(told) < len(receipts):
        return {}
    common = set(told[0].held).intersection(*(r.held for r in told))
    return {t: _least([r.held[t] for r in told]) for t in common}


def _least(copies: Sequence[Held]) -> Held:
    first = min(copies, key=lambda h: h.n)
    streams = set(first.heads).intersection(*(h.heads for h in copies))
    return Held(first.n, first.order, {s: min(h.heads[s] for h in copies) for s in streams})
