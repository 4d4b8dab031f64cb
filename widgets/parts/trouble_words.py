"""What the operator reads of each trouble of the exchange, and the next step: one row for every row of
`console.sync.troubles`, under the same code and in the same order.

A sentence says what is the matter and that nothing is lost; the step says what to do, by whom. None of them suggests to do
without the proof of who the centre is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.domain.views import RoomState
from widgets.parts.times import date

STOP, WARN, TELL = 1, 2, 3
"""How grave: nothing can be saved or seen; something is lost or late; good to know."""
Row = tuple[int, str, str, str]
"""How grave, the sentence with "{0}" for its number or day, the next step, and the command that does it ("" for none)."""
DATED = frozenset({"tls_clock", "tls_expired", "tls_early"})
"""Codes whose detail is a moment, ms since epoch UTC."""


def trouble_rows() -> dict[str, Row]:
    """The words for every trouble, by code."""
    return {**_of_this_room(), **_of_the_centres_proof(), **_of_answers(), **_of_entries()}


def filling(code: str, detail: str) -> str:
    """What stands for "{0}" in the sentence of a code."""
    translate = QCoreApplication.translate
    if code in DATED:
        return date(int(detail)) if detail else translate("Trouble", "tanggal tidak terbaca")
    if detail:
        return detail
    unknown = {
        "clock_wrong": translate("Trouble", "beberapa"),
        "entries_refused": translate("Trouble", "Beberapa"),
        "entries_too_large": translate("Trouble", "Beberapa"),
    }
    return unknown.get(code, "0")


def trouble_text(states: Sequence[RoomState], code: str) -> str:
    """The sentence of the trouble `code` as it stands in the room's states, "" when none of them is that."""
    state = next((state for state in states if state.code == code), None)
    row = trouble_rows().get(code)
    return row[1].format(filling(code, state.detail)) if state is not None and row is not None else ""


def _of_this_room() -> dict[str, Row]:
    translate = QCoreApplication.translate
    return {
        "revoked": (
            STOP,
            translate("Trouble", "Pendaftaran ruang ini dicabut pusat; catatan tetap tersimpan di ruang ini saja."),
            translate("Trouble", "Hubungi admin kota"),
            "",
        ),
        "unenrolled": (
            STOP,
            translate("Trouble", "Pusat tidak mengenal lagi ruang ini; {0} menunggu, semua tersimpan di ruang ini."),
            translate("Trouble", "Minta kode baru ke admin kota, lalu daftarkan lagi"),
            "room.enrol",
        ),
        "centre_forked": (
            STOP,
            translate(
                "Trouble",
                "Urutan di pusat tidak sama dengan ruang ini; sinkron dihentikan, semua tersimpan di ruang ini.",
            ),
            translate("Trouble", "Hubungi admin kota"),
            "go.sinkron",
        ),
        "centre_recovering": (
            WARN,
            translate("Trouble", "Pusat sedang dipulihkan; semua tersimpan di ruang ini."),
            translate("Trouble", "Tidak perlu apa-apa; pengiriman melanjutkan sendiri"),
            "",
        ),
    }


def _of_the_centres_proof() -> dict[str, Row]:
    translate = QCoreApplication.translate
    return {
        "tls_clock": (
            WARN,
            translate(
                "Trouble",
                "Jam komputer ini menunjukkan {0} dan kemungkinan salah, maka bukti diri pusat tampak tidak berlaku.",
            ),
            translate("Trouble", "Betulkan tanggal dan jam komputer; sambungan pulih sendiri"),
            "",
        ),
        "tls_issuer": (
            WARN,
            translate(
                "Trouble", "Yang menjawab di alamat pusat tidak terbukti pusat: penerbit sertifikatnya tidak dikenal."
            ),
            translate("Trouble", "Ganti jaringan; bila kota memakai CA sendiri, pasang: simpul enrol --ca BERKAS"),
            "",
        ),
        "tls_host": (
            WARN,
            translate(
                "Trouble", "Yang menjawab di alamat pusat membawa sertifikat untuk alamat lain; tidak dipercaya."
            ),
            translate("Trouble", "Periksa alamat pusat dan jaringan; kabari admin kota"),
            "go.sinkron",
        ),
        "tls_expired": (
            WARN,
            translate("Trouble", "Sertifikat pusat habis masa berlakunya ({0}); semua tersimpan di ruang ini."),
            translate("Trouble", "Kabari admin kota: sertifikat pusat perlu diperbarui"),
            "",
        ),
        "tls_early": (
            WARN,
            translate("Trouble", "Sertifikat pusat belum berlaku ({0}), atau jam komputer ini terlambat."),
            translate("Trouble", "Periksa tanggal dan jam komputer; bila benar, kabari admin kota"),
            "",
        ),
        "tls_none": (
            WARN,
            translate("Trouble", "Yang menjawab di alamat pusat tidak memakai sambungan aman (TLS); tidak dipercaya."),
            translate("Trouble", "Periksa alamat pusat dan jaringan; kabari admin kota"),
            "go.sinkron",
        ),
    }


def _of_answers() -> dict[str, Row]:
    translate = QCoreApplication.translate
    return {
        "line_fake": (
            WARN,
            translate("Trouble", "Internet palsu: yang menjawab bukan pusat (halaman masuk Wi-Fi?); {0} menunggu."),
            translate("Trouble", "Masuk ke jaringan itu lewat peramban, atau ganti jaringan"),
            "go.sinkron",
        ),
        "centre_unusable": (
            WARN,
            translate(
                "Trouble", "Jawaban pusat tidak dapat dipakai, maka tidak diambil; semua tersimpan di ruang ini."
            ),
            translate("Trouble", "Dicoba lagi sendiri; bila lama, kabari admin kota"),
            "go.sinkron",
        ),
        "centre_busy": (
            WARN,
            translate("Trouble", "Pusat sedang sibuk dan minta ditunggu; semua tersimpan di ruang ini."),
            translate("Trouble", "Tidak perlu apa-apa; pengiriman melanjutkan sendiri"),
            "",
        ),
        "centre_failing": (
            WARN,
            translate("Trouble", "Pusat sedang bermasalah; semua tersimpan di ruang ini."),
            translate("Trouble", "Dicoba lagi sendiri; bila lama, kabari admin kota"),
            "go.sinkron",
        ),
        "centre_refusing": (
            WARN,
            translate("Trouble", "Pusat menolak panggilan ruang ini; semua tersimpan di ruang ini."),
            translate("Trouble", "Perbarui program dan periksa alamat pusat; kabari admin kota"),
            "go.sinkron",
        ),
        "line_cut": (
            WARN,
            translate(
                "Trouble", "Sambungan ke pusat putus; kerja berjalan terus dan tersimpan di ruang ini ({0} menunggu)."
            ),
            translate("Trouble", "Lihat sambungan"),
            "go.sinkron",
        ),
    }


def _of_entries() -> dict[str, Row]:
    translate = QCoreApplication.translate
    return {
        "entries_refused": (
            WARN,
            translate("Trouble", "{0} catatan ditolak pusat; semua tetap tersimpan di ruang ini."),
            translate("Trouble", "Lihat alasannya"),
            "go.sinkron",
        ),
        "entries_too_large": (
            WARN,
            translate("Trouble", "{0} catatan terlalu besar untuk pusat; semua tetap tersimpan di ruang ini."),
            translate("Trouble", "Lihat alasannya"),
            "go.sinkron",
        ),
        "clock_wrong": (
            WARN,
            translate("Trouble", "Jam komputer ini meleset {0} menit; waktu kejadian ditandai ragu."),
            translate("Trouble", "Betulkan jam komputer"),
            "",
        ),
    }
