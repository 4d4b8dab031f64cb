"""The map page's content policy, sent both as a header and in the page: its own files and nothing else.

No inline part is allowed, which is why `maps.page` moves folium's inline scripts and styles into files of their own
(naming them by hash does not do: Qt 6.11 puts the header's value in lower case).
"""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; "
    "frame-src 'none'; worker-src 'none'; form-action 'none'; base-uri 'none'"
)
"""W3C Content Security Policy level 3."""
