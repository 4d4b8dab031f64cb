"""What every screen must know: for each abnormal state its sentence, how grave it is, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from console.domain.views import LinkState, RoomState

STOP, WARN, TELL = 1, 2, 3
"""How grave: nothing can be saved or seen; something is lost or late; good to know."""


@dataclass(frozen=True)
class Sentence:
    """A state in words: what is the matter, what to do, and the command that does it ("" for none)."""

    code: str
    grade: int
    text: str
    step: str
    command: str = ""


def sentence(state: RoomState) -> Sentence:
    """The words for a state. A code that this program does not know is shown as it is, never dropped."""
    grade, text, step, command = _table().get(state.code, (WARN, "{0}", "", ""))
    return Sentence(state.code, grade, text.format(state.detail or _uncounted(state.code)), step, command)


def ranked(states: Sequence[RoomState]) -> list[Sentence]:
    """The states in words, gravest first; of two with one code, the one that says more."""
    detailed = {state.code for state in states if state.detail}
    once = {(s.code, s.detail): s for s in states if s.detail or s.code not in detailed}
    return sorted((sentence(state) for state in once.values()), key=lambda said: said.grade)


def known_codes() -> tuple[str, ...]:
    """Every state that has its own sentence."""
    return tuple(_table())


def of_link(link: LinkState) -> list[RoomState]:
    """The states that the line alone explains."""
    codes = {"putus": "line_cut", "internet_palsu": "line_fake", "mandiri": "standalone", "belum": "never_synced"}
    code = codes.get(link.mode)
    return [RoomState(code, str(link.queue))] if code else []


def line_word(mode: str) -> str:
    """The line's mode as the header says it."""
    translate = QCoreApplication.translate
    words = {
        "langsung": translate("States", "langsung"),
        "hemat": translate("States", "hemat"),
        "putus": translate("States", "putus"),
        "internet_palsu": translate("States", "internet palsu"),
        "mandiri": translate("States", "mandiri"),
        "belum": translate("States", "belum tersambung"),
    }
    return words.get(mode, mode)


def _uncounted(code: str) -> str:
    """What stands for the number when nobody counted; the code itself for a state that is not known here."""
    translate = QCoreApplication.translate
    words = {
        "line_cut": "0",
        "line_fake": "0",
        "clock_wrong": translate("States", "beberapa"),
        "entries_refused": translate("States", "Beberapa"),
        "undecided": translate("States", "Beberapa"),
    }
    return words.get(code, code)


def _table() -> dict[str, tuple[int, str, str, str]]:
    translate = QCoreApplication.translate
    return {
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
        "revoked": (
            STOP,
            translate("States", "Pendaftaran ruang ini sudah dicabut; perubahan baru tidak akan diterima pusat."),
            translate("States", "Hubungi admin kota"),
            "",
        ),
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
            translate("States", "Periksa izin folder data"),
            "",
        ),
        "line_cut": (
            WARN,
            translate(
                "States", "Sambungan ke pusat putus; kerja berjalan terus dan tersimpan di ruang ini ({0} menunggu)."
            ),
            translate("States", "Lihat sambungan"),
            "go.sinkron",
        ),
        "line_fake": (
            WARN,
            translate("States", "Internet palsu: yang menjawab bukan pusat (halaman masuk Wi-Fi?); {0} menunggu."),
            translate("States", "Masuk ke jaringan itu lewat peramban, atau ganti jaringan"),
            "go.sinkron",
        ),
        "line_saving": (
            TELL,
            translate("States", "Sambungan lambat; data dikirim hemat dan berurut."),
            "",
            "go.sinkron",
        ),
        "centre_recovering": (
            WARN,
            translate("States", "Pusat sedang dipulihkan; semua tersimpan di ruang ini."),
            translate("States", "Tidak perlu apa-apa; pengiriman melanjutkan sendiri"),
            "",
        ),
        "centre_forked": (
            STOP,
            translate(
                "States",
                "Urutan di pusat tidak sama dengan ruang ini; sinkron dihentikan, semua tersimpan di ruang ini.",
            ),
            translate("States", "Hubungi admin kota"),
            "go.sinkron",
        ),
        "clock_wrong": (
            WARN,
            translate("States", "Jam komputer ini meleset {0} menit; waktu kejadian ditandai ragu."),
            translate("States", "Betulkan jam komputer"),
            "",
        ),
        "feed_stale": (
            WARN,
            translate("States", "Sumber {0} sudah lama tidak menjawab."),
            translate("States", "Lihat sumber"),
            "go.sinkron",
        ),
        "entries_refused": (
            WARN,
            translate("States", "{0} catatan ditolak pusat; semua tetap tersimpan di ruang ini."),
            translate("States", "Lihat alasannya"),
            "go.sinkron",
        ),
        "undecided": (
            WARN,
            translate("States", "{0} kejadian perlu diputuskan: dua tempat mengubah hal yang sama tanpa saling tahu."),
            translate("States", "Putuskan"),
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
