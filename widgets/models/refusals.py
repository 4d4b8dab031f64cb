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
    translate = QCoreApplication.translate
    return {
        "not_logged_in": translate("Refusals", "Masuk dahulu: tekan Ctrl+L."),
        "wrong_password": translate("Refusals", "Nama atau kata sandi tidak cocok."),
        "unknown_incident": translate("Refusals", "Kejadian ini belum ada di ruang ini."),
        "unknown_category": translate("Refusals", "Kategori tidak ada dalam paket kota; pilih dari daftar."),
        "unknown_place": translate("Refusals", "Wilayah tidak ada dalam paket kota; pilih dari daftar."),
        "no_title": translate("Refusals", "Tulis dahulu judul kejadian."),
        "empty_note": translate("Refusals", "Catatan masih kosong."),
        "unknown_status": translate("Refusals", "Keadaan ini tidak dapat dipilih sekarang."),
        "unknown_field": translate("Refusals", "Isian ini tidak ada pada kejadian."),
        "unknown_agency": translate("Refusals", "Perangkat daerah ini tidak ada pada hari ini; pilih dari daftar."),
        "other_journal": translate(
            "Refusals", "Kejadian ini milik {0}; ruang ini hanya mencatat di jurnalnya sendiri."
        ),
        "disk_full": translate(
            "Refusals", "Disk penuh atau terkunci: kosongkan ruang disk, lalu ulangi. Yang sudah tersimpan tetap aman."
        ),
        "read_only": translate(
            "Refusals", "Berkas ruang ini dari program yang lebih baru: perbarui program untuk mencatat."
        ),
        "unwritable": translate(
            "Refusals", "Folder data tidak dapat ditulis: periksa izinnya, lalu buka program ini lagi."
        ),
        "not_enrolled": translate("Refusals", "Ruang ini belum terdaftar di pusat."),
        "nothing_to_undo": translate("Refusals", "Tidak ada yang dapat dibatalkan."),
        "changed_since": translate("Refusals", "Sudah berubah lagi sesudahnya; tidak ada yang dibatalkan."),
        "not_void": translate("Refusals", "Entri ini tidak ada di antara yang tidak dihitung."),
        "already_adopted": translate("Refusals", "Entri ini sudah diakui sebelumnya."),
        "not_adoptable": translate("Refusals", "Hanya entri tentang kejadian yang dapat diakui."),
        "bad_type": translate(
            "Refusals",
            "Berkas jenis ini tidak dapat dilampirkan; yang dapat: foto (JPEG, PNG, WebP), PDF, dan teks biasa.",
        ),
        "too_big": translate("Refusals", "Berkas terlalu besar; paling besar {0} MB."),
        "unreadable": translate("Refusals", "Berkas tidak dapat dibaca; periksa apakah masih ada dan boleh dibuka."),
        "too_many_pixels": translate("Refusals", "Gambar terlalu luas; perkecil menjadi di bawah {0} juta piksel."),
        "too_long": translate("Refusals", "Teks terlalu panjang; ringkas menjadi di bawah {0} huruf."),
    }
