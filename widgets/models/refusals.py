"""What the room refuses, in the operator's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from console.domain.refusals import NotPermitted, Refused


def sentence(refusal: Refused | NotPermitted) -> str:
    """Why it was not done, and what to do. A refusal that is not known here keeps the room's own words."""
    if isinstance(refusal, NotPermitted):
        roles = ", ".join(refusal.roles)
        return QCoreApplication.translate("Refusals", "Peran Anda tidak boleh melakukan ini; yang boleh: {0}.").format(
            roles
        )
    known = sentences().get(refusal.code)
    return known.format(refusal.detail) if known else str(refusal)


def sentences() -> dict[str, str]:
    """Every refusal's sentence by its code; "{0}" stands for the refusal's detail."""
    tr = QCoreApplication.translate
    return {
        "not_logged_in": tr("Refusals", "Masuk dahulu: tekan Ctrl+L."),
        "wrong_password": tr("Refusals", "Nama atau kata sandi tidak cocok."),
        "unknown_incident": tr("Refusals", "Kejadian ini belum ada di ruang ini."),
        "unknown_category": tr("Refusals", "Kategori tidak ada dalam paket kota; pilih dari daftar."),
        "unknown_place": tr("Refusals", "Wilayah tidak ada dalam paket kota; pilih dari daftar."),
        "no_title": tr("Refusals", "Tulis dahulu judul kejadian."),
        "empty_note": tr("Refusals", "Catatan masih kosong."),
        "unknown_status": tr("Refusals", "Keadaan ini tidak dapat dipilih sekarang."),
        "unknown_field": tr("Refusals", "Isian ini tidak ada pada kejadian."),
        "unknown_agency": tr("Refusals", "Perangkat daerah ini tidak ada pada hari ini; pilih dari daftar."),
        "other_journal": tr("Refusals", "Kejadian ini milik {0}; ruang ini hanya mencatat di jurnalnya sendiri."),
        "disk_full": tr(
            "Refusals", "Disk penuh atau terkunci: kosongkan ruang disk, lalu ulangi. Yang sudah tersimpan tetap aman."
        ),
        "read_only": tr("Refusals", "Berkas ruang ini dari program yang lebih baru: perbarui program untuk mencatat."),
        "not_enrolled": tr("Refusals", "Ruang ini belum terdaftar di pusat."),
        "too_long": tr("Refusals", "Teks terlalu panjang; ringkas menjadi di bawah {0} huruf."),
    }
