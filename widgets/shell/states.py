"""What every screen must know: for each abnormal state its sentence, how grave it is, and the next step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QCoreApplication

from console.domain.people import who_may
from console.domain.views import RoomState
from widgets.parts.trouble_words import STOP, TELL, WARN, Row, filling, trouble_rows
from widgets.parts.words import roles

__all__ = ["STOP", "TELL", "WARN", "Sentence", "known_codes", "ranked", "sentence"]


class Sentence(msgspec.Struct, frozen=True):
    """A state in words: what is the matter, what to do, and the command that does it ("" for none)."""

    code: str
    grade: int
    text: str
    step: str
    command: str = ""


def sentence(state: RoomState) -> Sentence:
    """The words for a state. A code that this program does not know is shown as it is, never dropped."""
    grade, text, step, command = _table().get(state.code, (WARN, "{0}", "", ""))
    return Sentence(state.code, grade, text.format(_filling(state)), step, command)


def ranked(states: Sequence[RoomState]) -> list[Sentence]:
    """The states in words, gravest first; of two with one code, the one that says more."""
    detailed = {state.code for state in states if state.detail}
    once = {(s.code, s.detail): s for s in states if s.detail or s.code not in detailed}
    return sorted((sentence(state) for state in once.values()), key=lambda said: said.grade)


def known_codes() -> tuple[str, ...]:
    """Every state that has its own sentence."""
    return tuple(_table())


def _filling(state: RoomState) -> str:
    """What stands for "{0}"; the code itself for a state that is not known here."""
    if state.code in trouble_rows():
        return filling(state.code, state.detail)
    if state.code == "undecided" and not state.detail:
        return QCoreApplication.translate("States", "Beberapa")
    return state.detail or state.code


def _table() -> dict[str, Row]:
    """Every state in words: those of the line, and below those of the room itself."""
    translate = QCoreApplication.translate
    return {
        **trouble_rows(),
        "no_pack": (
            STOP,
            translate("States", "Ruang ini belum punya paket kota."),
            translate("States", "Pilih atau impor paket kota"),
            "city.choose",
        ),
        "standalone": (
            TELL,
            translate("States", "Ruang ini belum didaftarkan ke pusat; semua tersimpan hanya di ruang ini."),
            translate("States", "Daftarkan ruang ke pusat"),
            "room.enrol",
        ),
        "by_stick": (
            TELL,
            translate("States", "Terdaftar tanpa sambungan: yang ditulis di sini menunggu dibawa stik ke pusat."),
            translate("States", "Buat atau impor bundel"),
            "go.sinkron",
        ),
        "never_synced": (
            WARN,
            translate("States", "Sudah terdaftar, belum pernah sinkron; daftar kejadian belum lengkap."),
            translate("States", "Periksa sambungan"),
            "go.sinkron",
        ),
        "waiting_data": (TELL, translate("States", "Menunggu data pertama dari pusat dan sumber luar."), "", ""),
        "login_needed": (
            WARN,
            translate("States", "Belum ada operator yang masuk; ruang ini hanya dapat dilihat."),
            translate("States", "Masuk"),
            "session.login",
        ),
        "locked": (WARN, translate("States", "Layar dikunci."), translate("States", "Masuk"), "session.login"),
        "disk_full": (
            STOP,
            translate("States", "Cakram penuh; ruang ini hanya dapat dilihat dan tidak ada yang hilang."),
            translate("States", "Kosongkan ruang di cakram; ruang melanjutkan sendiri"),
            "",
        ),
        "disk_low": (
            WARN,
            translate("States", "Cakram hampir penuh; cadangan ruang sudah dipakai agar pencatatan tetap jalan."),
            translate("States", "Kosongkan ruang di cakram"),
            "",
        ),
        "newer_file": (
            STOP,
            translate("States", "Berkas data dibuat oleh versi yang lebih baru; ruang ini hanya dapat dilihat."),
            translate("States", "Perbarui program"),
            "",
        ),
        "read_only": (
            STOP,
            translate("States", "Folder data tidak dapat ditulis; ruang ini hanya dapat dilihat."),
            translate("States", "Periksa izin folder data, lalu buka program ini lagi"),
            "",
        ),
        "line_saving": (
            TELL,
            translate("States", "Sambungan lambat; data dikirim hemat dan berurut."),
            "",
            "go.sinkron",
        ),
        "feed_stale": (
            WARN,
            translate("States", "Sumber {0} sudah lama tidak menjawab."),
            translate("States", "Lihat sumber"),
            "go.sinkron",
        ),
        "undecided": (
            WARN,
            translate("States", "{0} kejadian perlu diputuskan: dua tempat mengubah hal yang sama tanpa saling tahu."),
            translate("States", "Putuskan"),
            "go.sinkron",
        ),
        "uncounted": (
            TELL,
            translate("States", "Tersimpan dan bernomor, tetapi tidak dihitung: {0}."),
            translate("States", "Lihat; {0} dapat mengakuinya").format(roles(who_may("adopt"))),
            "go.sinkron",
        ),
        "map_missing": (
            TELL,
            translate("States", "Peta tidak tersedia ({0}); daftar dan grafik tetap jalan."),
            "",
            "",
        ),
        "font_missing": (
            TELL,
            translate("States", "Huruf Inter tidak ada di komputer ini; huruf lain dipakai."),
            translate("States", "Pasang paket fonts-inter"),
            "",
        ),
    }
