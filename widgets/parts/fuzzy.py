"""Finding by a few letters: how well a text matches what somebody typed."""

from __future__ import annotations

_START, _NEXT, _PLAIN = 8, 4, 1
"""Points for a letter at the start of a word, right after the last match, and anywhere else."""


def score(typed: str, text: str) -> int | None:
    """How well `text` matches `typed`, higher is better; None when a letter is missing.

    Every word typed has to be found, in any order, each as letters in sequence ("dgu" finds "Dago Utara").
    An empty `typed` matches everything with 0.
    """
    folded = text.casefold()
    total = 0
    for word in typed.casefold().split():
        points = _whole(word, folded) or _letters(word, folded)
        if points is None:
            return None
        total += points
    # Among equals the shorter text is the nearer one.
    return total * 100 - len(text) if typed.strip() else 0


def _whole(word: str, text: str) -> int | None:
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        later = text.find(word, at + 1)
        if later < 0:
            return _NEXT * len(word) + _PLAIN
        at = later
    return None if at < 0 else (_START + _NEXT) * len(word)


def _letters(word: str, text: str) -> int | None:
    total, at = 0, -1
    for letter in word:
        starts = [i for i in range(at + 1, len(text)) if text[i] == letter]
        if not starts:
            return None
        best = max(starts, key=lambda i: (_points(text, i, at), -i))
        total, at = total + _points(text, best, at), best
    return total // 2


def _points(text: str, here: int, before: int) -> int:
    if here == 0 or not text[here - 1].isalnum():
        return _START
    return _NEXT if here == before + 1 else _PLAIN
