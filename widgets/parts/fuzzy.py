"""Finding by a few letters: how well a text matches what somebody typed."""

from __future__ import annotations

START, NEXT = 8, 4
"""Points for a letter at the start of a word, and for one right after the letter matched before it."""


def score(typed: str, text: str) -> int | None:
    """How well `text` matches `typed`, higher is better; None when it does not.

    Every word typed has to be found, in any order: as it stands anywhere in the text, or as the beginnings of its words
    ("dut" finds "Dago Utara"). An empty `typed` matches everything with 0.
    """
    folded = text.casefold()
    total = 0
    for word in typed.casefold().split():
        points = _whole(word, folded) or _beginnings(word, folded, -1)
        if not points:
            return None
        total += points
    # Among equals the shorter text is the nearer one.
    return total * 100 - len(text) if typed.strip() else 0


def _whole(word: str, text: str) -> int:
    places = [i for i in range(len(text)) if text.startswith(word, i)]
    if any(_starts(text, i) for i in places):
        return (START + NEXT) * len(word)
    return NEXT * len(word) if places else 0


def _beginnings(word: str, text: str, before: int) -> int:
    """Points for the letters of `word` taken in order from word starts, each going on from there; 0 for no such way."""
    if not word:
        return 1
    if before >= 0 and text[before + 1 : before + 2] == word[0] and (rest := _beginnings(word[1:], text, before + 1)):
        return NEXT + rest
    for i in range(before + 1, len(text)):
        if text[i] == word[0] and _starts(text, i) and (rest := _beginnings(word[1:], text, i)):
            return START + rest
    return 0


def _starts(text: str, i: int) -> bool:
    return i == 0 or not text[i - 1].isalnum()
