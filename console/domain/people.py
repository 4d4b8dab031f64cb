"""Who works here and what each role may do: the one permission table (DOMAIN section 4)."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["operator", "koordinator", "camat", "lurah", "opd", "pimpinan", "admin"]
Action = Literal[
    "open", "verify", "dispose", "accept", "act", "finish", "close", "hold", "reject", "duplicate", "archive", "reopen",
    "note", "edit", "prioritise", "decide", "adopt", "acknowledge", "silence", "audit", "administer",
]  # fmt: skip

_OPERATOR: frozenset[str] = frozenset(
    {"open", "verify", "dispose", "accept", "act", "finish", "close", "hold", "reject", "duplicate", "archive", "note",
     "edit", "acknowledge"}
)  # fmt: skip
_FIELD: frozenset[str] = frozenset({"open", "accept", "act", "finish", "note", "verify"})
PERMISSIONS: dict[str, frozenset[str]] = {
    "operator": _OPERATOR,
    "koordinator": _OPERATOR | {"prioritise", "decide", "adopt", "reopen", "silence", "audit"},
    "camat": _FIELD | {"decide", "dispose", "reopen"},
    "lurah": _FIELD,
    "opd": frozenset({"accept", "reject", "act", "finish", "note"}),
    "pimpinan": frozenset(),
    "admin": frozenset({"administer", "audit"}),
}

STATUS_ACTION: dict[str, str] = {
    "terverifikasi": "verify", "didisposisikan": "dispose", "diterima": "accept", "ditangani": "act",
    "selesai": "finish", "ditutup": "close", "ditunda": "hold", "bukan_wewenang": "reject", "duplikat": "duplicate",
    "diarsipkan": "archive", "dibuka_kembali": "reopen", "baru": "reopen",
}  # fmt: skip
"""The action that setting each incident state needs."""


class Operator(msgspec.Struct, frozen=True):
    """A person who may log in. `verifier` is an argon2id hash; `territory` bounds what they act in; `agency` an OPD's."""

    id: str
    name: str
    role: str
    territory: str
    verifier: str
    agency: str = ""
    active: bool = True


def may(operator: Operator, action: str, territory: str, agencies: tuple[str, ...] = ()) -> bool:
    """Whether the operator may do `action` in `territory` (a code) on something assigned to `agencies`.

    Scope: a code covers itself and everything below it; an OPD liaison acts only on what is assigned to the agency.
    """
    if not operator.active or action not in PERMISSIONS.get(operator.role, frozenset()):
        return False
    if operator.role == "opd":
        return operator.agency != "" and operator.agency in agencies
    return territory == operator.territory or territory.startswith(operator.territory + ".")


def who_may(action: str) -> tuple[str, ...]:
    """The roles that may do `action`, for "not permitted" sentences."""
    return tuple(role for role, actions in PERMISSIONS.items() if action in actions)
