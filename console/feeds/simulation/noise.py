"""Chance without a state: the same seed, name and place in time always give the same number, whatever was asked before."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A, _MIX_B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def key_of(seed: int, *names: str) -> int:
    """A key for one use of chance."""
    text = "\0".join((str(seed), *names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def uniform(key: int, index: Times) -> Floats:
    """Even chance in [0, 1) at each index (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        x = (index.astype(np.uint64) + np.uint64(key)) * _GOLDEN
        x = (x ^ (x >> np.uint64(30))) * _MIX_A
        x = (x ^ (x >> np.uint64(27))) * _MIX_B
        x ^= x >> np.uint64(31)
    out: Floats = (x >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return out


def chance(key: int, index: int) -> float:
    """Even chance in [0, 1) at one index."""
    return float(uniform(key, np.array([index], np.int64))[0])


def normal(key: int, index: Times) -> Floats:
    """Gaussian chance with mean 0 and deviation 1 (Box and Muller)."""
    u = 1.0 - uniform(key, index * 2)
    out: Floats = np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * uniform(key, index * 2 + 1))
    return out


def smooth(key: int, at: Times, period_ms: int) -> Floats:
    """A wandering line in [-1, 1] that changes its mind every `period_ms`, without corners."""
    cell = at // period_ms
    s = (at - cell * period_ms) / period_ms
    s = s * s * (3.0 - 2.0 * s)
    out: Floats = (uniform(key, cell) * (1.0 - s) + uniform(key, cell + 1) * s) * 2.0 - 1.0
    return out
