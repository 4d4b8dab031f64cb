"""A few letters find what was meant, and not what was not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.parts.fuzzy import score


@pytest.mark.parametrize(
    ("typed", "text"),
    [("dago", "Dago"), ("utara dago", "Dago Utara"), ("dut", "Dago Utara"), ("ago", "Dago"), ("", "x")],
)
def test_found(typed: str, text: str) -> None:
    assert score(typed, text) is not None


@pytest.mark.parametrize(("typed", "text"), [("dago", "Sadang Serang"), ("dx", "Dago"), ("dago barat", "Dago Utara")])
def test_not_found(typed: str, text: str) -> None:
    assert score(typed, text) is None


def test_the_start_of_a_word_beats_its_middle_and_the_shorter_name_wins() -> None:
    assert (score("dago", "Dago") or 0) > (score("dago", "Dago Utara") or 0) > (score("dago", "Pedago") or 0)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_text_that_holds_the_words_is_always_found(before: str, word: str) -> None:
    assert score(word, f"{before} {word}") is not None
