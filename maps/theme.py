"""The colours a map is drawn with, taken from the same tokens as the rest of the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec


class MapTheme(msgspec.Struct, frozen=True):
    """Colours as `#rrggbb`. `ramp` runs from no load to most load: it is data and never says alarm."""

    name: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    p1: str
    p2: str
    p3: str
    p4: str
    mark_ink: str
    stale_hatch: str
    land: str
    land_line: str
    ramp: tuple[str, ...]

    def colours(self) -> dict[str, str]:
        """Each colour by its token, without the ramp."""
        return {k: v for k, v in msgspec.structs.asdict(self).items() if k not in ("name", "ramp")}

    def inks(self) -> tuple[str, ...]:
        """For each step of the ramp, the colour of names on it: muted where it can be read, else the text colour."""
        return tuple(self.muted if contrast(self.muted, step) >= READABLE else self.text for step in self.ramp)


READABLE = 4.5
"""WCAG 2.2, success criterion 1.4.3."""


def contrast(one: str, other: str) -> float:
    """Contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def theme_from(name: str, colours: Mapping[str, str], ramp: Sequence[str]) -> MapTheme:
    """The map's part of a console theme: `colours` by token (more than the map needs is fine), `ramp` light to full.

    Raises KeyError naming the token that is missing, and ValueError for a ramp of fewer than two colours.
    """
    if len(ramp) < 2:
        raise ValueError(f"theme {name}: the ramp needs two colours or more, has {len(ramp)}")
    wanted = [f for f in MapTheme.__struct_fields__ if f not in ("name", "ramp")]
    return MapTheme(name=name, ramp=tuple(ramp), **{token: colours[token] for token in wanted})
