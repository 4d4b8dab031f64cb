"""Who may sit down: a name and a password against the verifiers in the city's journal, with or without a line."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cache

from console.domain.people import Operator


def admitted(operators: Iterable[Operator], name: str, password: str) -> Operator | None:
    """The active operator of that id or name whose password this is, or None. Slow on purpose (argon2id, RFC 9106); an
    unknown name takes as long as a wrong password."""
    named = [o for o in operators if o.active and name in (o.id, o.name)]
    for operator in sorted(named, key=lambda o: o.id != name):
        if _fits(operator.verifier, password):
            return operator
    if not named:
        _fits(_nobody(), password)
    return None


def _fits(verifier: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(verifier, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A verifier that no password fits."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_hex(16))
