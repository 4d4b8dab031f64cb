"""What is said of the line: its mode, when the queue is through, and what an exchange that was asked for came to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.domain.views import LinkState
from widgets.parts.times import SECOND, span
from widgets.parts.trouble_words import trouble_text

if TYPE_CHECKING:
    from console.sync.once import Exchanged

_NOTHING_WRONG = ("", "clock_wrong")


def mode_words(mode: str) -> str:
    """A mode of the line in words; an unknown one stands as it came."""
    translate = QCoreApplication.translate
    return {
        "langsung": translate("Line", "langsung"),
        "hemat": translate("Line", "hemat"),
        "putus": translate("Line", "putus"),
        "internet_palsu": translate("Line", "internet palsu"),
        "tak_dipercaya": translate("Line", "tak dipercaya"),
        "mandiri": translate("Line", "mandiri"),
        "stik": translate("Line", "lewat stik"),
        "belum": translate("Line", "belum pernah sinkron"),
    }.get(mode, mode)


def link_name(interface: str) -> str:
    """A network interface with what it is, as far as its name tells (the kernel's and systemd's names); else as it came."""
    translate = QCoreApplication.translate
    kinds = (
        (r"eth(ernet_)?\d|en[opsv]", translate("Line", "kabel")),
        (r"wl|wireless", translate("Line", "Wi-Fi")),
        (r"ww|ppp", translate("Line", "modem")),
        (r"usb|enx", translate("Line", "USB")),
        (r"tun|tap|wg", translate("Line", "VPN")),
        (r"lo\d*$", translate("Line", "mesin ini")),
    )
    kind = next((words for pattern, words in kinds if re.match(pattern, interface)), "")
    return f"{kind} · {interface}" if kind else interface


def forecast(link: LinkState, waiting: int) -> str:
    """When the queue of `waiting` entries is empty, as far as anything can be said."""
    translate = QCoreApplication.translate
    if waiting == 0:
        return translate("Line", "antrean kosong")
    if link.drain_s is None:
        return translate("Line", "{0} menunggu di ruang ini").format(waiting)
    return translate("Line", "antrean kosong dalam ± {0}").format(span(max(SECOND, int(link.drain_s * 1000))))


def exchanged_words(result: Exchanged | None) -> str:
    """What one full exchange came to. It is done only when the centre has everything; anything else says what waits."""
    translate = QCoreApplication.translate
    if result is None:
        return translate("Line", "Ruang ini tidak punya sambungan ke pusat; yang ditulis tersimpan di ruang ini.")
    if result.whole and not result.queue and result.problem in _NOTHING_WRONG:
        return translate("Line", "Sinkron selesai: {0} terkirim, {1} diterima").format(result.sent, result.received)
    why = trouble_text(result.states, result.problem) or translate("Line", "Pusat tidak terjangkau.")
    waits = translate("Line", "{0} menunggu di ruang ini").format(result.queue)
    return translate("Line", "Belum selesai, {0}. {1}").format(waits, why)
