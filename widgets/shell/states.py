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
    tr = QCoreApplication.translate
    words = {
        "langsung": tr("States", "langsung"),
        "hemat": tr("States", "hemat"),
        "putus": tr("States", "putus"),
        "internet_palsu": tr("States", "internet palsu"),
        "mandiri": tr("States", "mandiri"),
        "belum": tr("States", "belum tersambung"),
    }
    return words.get(mode, mode)


def _uncounted(code: str) -> str:
    """What stands for the number when nobody counted; the code itself for a state that is not known here."""
    tr = QCoreApplication.translate
    words = {
        "line_cut": "0",
        "line_fake": "0",
        "clock_wrong": tr("States", "beberapa"),
        "entries_refused": tr("States", "Beberapa"),
        "undecided": tr("States", "Beberapa"),
    }
    return words.get(code, code)


def _table() -> dict[str, tuple[int, str, str, str]]:
    tr = QCoreApplication.translate
    return {
        "no_pack": (
            STOP,
            tr("States", "Ruang ini belum punya paket kota."),
            tr("States", "Pilih atau impor paket kota"),
            "city.choose",
        ),
        "standalone": (
            TELL,
            tr("States", "Ruang ini belum didaftarkan ke pusat; semua tersimpan hanya di ruang ini."),
            tr("States", "Minta kode pendaftaran ke admin kota"),
            "go.sinkron",
        ),
        "never_synced": (
            WARN,
            tr("States", "Sudah terdaftar, belum pernah sinkron; daftar kejadian belum lengkap."),
            tr("States", "Periksa sambungan"),
            "go.sinkron",
        ),
        "waiting_data": (TELL, tr("States", "Menunggu data pertama dari pusat dan sumber luar."), "", ""),
        "login_needed": (
            WARN,
            tr("States", "Belum ada operator yang masuk; ruang ini hanya dapat dilihat."),
            tr("States", "Masuk"),
            "session.login",
        ),
        "locked": (WARN, tr("States", "Layar dikunci."), tr("States", "Masuk"), "session.login"),
        "revoked": (
            STOP,
            tr("States", "Pendaftaran ruang ini sudah dicabut; perubahan baru tidak akan diterima pusat."),
            tr("States", "Hubungi admin kota"),
            "",
        ),
        "disk_full": (
            STOP,
            tr("States", "Cakram penuh; ruang ini hanya dapat dilihat dan tidak ada yang hilang."),
            tr("States", "Kosongkan ruang di cakram; ruang melanjutkan sendiri"),
            "",
        ),
        "newer_file": (
            STOP,
            tr("States", "Berkas data dibuat oleh versi yang lebih baru; ruang ini hanya dapat dilihat."),
            tr("States", "Perbarui program"),
            "",
        ),
        "read_only": (
            STOP,
            tr("States", "Folder data tidak dapat ditulis; ruang ini hanya dapat dilihat."),
            tr("States", "Periksa izin folder data"),
            "",
        ),
        "line_cut": (
            WARN,
            tr("States", "Sambungan ke pusat putus; kerja berjalan terus dan tersimpan di ruang ini ({0} menunggu)."),
            tr("States", "Lihat sambungan"),
            "go.sinkron",
        ),
        "line_fake": (
            WARN,
            tr("States", "Internet palsu: yang menjawab bukan pusat (halaman masuk Wi-Fi?); {0} menunggu."),
            tr("States", "Masuk ke jaringan itu lewat peramban, atau ganti jaringan"),
            "go.sinkron",
        ),
        "line_saving": (TELL, tr("States", "Sambungan lambat; data dikirim hemat dan berurut."), "", "go.sinkron"),
        "centre_recovering": (
            WARN,
            tr("States", "Pusat sedang dipulihkan; semua tersimpan di ruang ini."),
            tr("States", "Tidak perlu apa-apa; pengiriman melanjutkan sendiri"),
            "",
        ),
        "centre_forked": (
            STOP,
            tr(
                "States",
                "Urutan di pusat tidak sama dengan ruang ini; sinkron dihentikan, semua tersimpan di ruang ini.",
            ),
            tr("States", "Hubungi admin kota"),
            "go.sinkron",
        ),
        "clock_wrong": (
            WARN,
            tr("States", "Jam komputer ini meleset {0} menit; waktu kejadian ditandai ragu."),
            tr("States", "Betulkan jam komputer"),
            "",
        ),
        "feed_stale": (
            WARN,
            tr("States", "Sumber {0} sudah lama tidak menjawab."),
            tr("States", "Lihat sumber"),
            "go.sinkron",
        ),
        "entries_refused": (
            WARN,
            tr("States", "{0} catatan ditolak pusat; semua tetap tersimpan di ruang ini."),
            tr("States", "Lihat alasannya"),
            "go.sinkron",
        ),
        "undecided": (
            WARN,
            tr("States", "{0} kejadian perlu diputuskan: dua tempat mengubah hal yang sama tanpa saling tahu."),
            tr("States", "Putuskan"),
            "go.sinkron",
        ),
        "map_missing": (
            TELL,
            tr("States", "Peta tidak tersedia ({0}); daftar dan grafik tetap jalan."),
            "",
            "",
        ),
        "font_missing": (
            TELL,
            tr("States", "Huruf Inter tidak ada di komputer ini; huruf lain dipakai."),
            tr("States", "Pasang paket fonts-inter"),
            "",
        ),
    }
