"""What the room says when it will not do something: a code for screens to translate, and the Indonesian sentence."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """The room did not do it, nothing changed; `code` names why and `detail` fills the sentence."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "not_logged_in": "Masuk dahulu: tekan Ctrl+L.",
        "wrong_password": "Nama atau kata sandi tidak cocok.",
        "unknown_incident": "Kejadian ini belum ada di ruang ini.",
        "unknown_category": "Kategori tidak ada dalam paket kota; pilih dari daftar.",
        "unknown_place": "Wilayah tidak ada dalam paket kota; pilih dari daftar.",
        "no_title": "Tulis dahulu judul kejadian.",
        "empty_note": "Catatan masih kosong.",
        "unknown_status": "Keadaan ini tidak dapat dipilih sekarang.",
        "unknown_field": "Isian ini tidak ada pada kejadian.",
        "unknown_agency": "Perangkat daerah ini tidak ada pada hari ini; pilih dari daftar.",
        "other_journal": "Kejadian ini milik {0}; ruang ini hanya mencatat di jurnalnya sendiri.",
        "disk_full": "Disk penuh atau terkunci: kosongkan ruang disk, lalu ulangi. Yang sudah tersimpan tetap aman.",
        "read_only": "Berkas ruang ini dari program yang lebih baru: perbarui program untuk mencatat.",
        "unwritable": "Folder data tidak dapat ditulis: periksa izinnya, lalu buka program ini lagi.",
        "not_enrolled": "Ruang ini belum terdaftar di pusat.",
        "nothing_to_undo": "Tidak ada yang dapat dibatalkan.",
        "changed_since": "Sudah berubah lagi sesudahnya; tidak ada yang dibatalkan.",
        "not_void": "Entri ini tidak ada di antara yang tidak dihitung.",
        "already_adopted": "Entri ini sudah diakui sebelumnya.",
        "not_adoptable": "Hanya entri tentang kejadian yang dapat diakui.",
        "bad_type": "Berkas jenis ini tidak dapat dilampirkan; yang dapat: foto (JPEG, PNG, WebP), PDF, dan teks biasa.",
        "too_big": "Berkas terlalu besar; paling besar {0} MB.",
        "unreadable": "Berkas tidak dapat dibaca; periksa apakah masih ada dan boleh dibuka.",
        "too_many_pixels": "Gambar terlalu luas; perkecil menjadi di bawah {0} juta piksel.",
        "too_long": "Teks terlalu panjang; ringkas menjadi di bawah {0} huruf.",
    }

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(self.SENTENCES[code].format(detail))
        self.code = code
        self.detail = detail


class NotPermitted(Exception):
    """The operator's role may not do it; `roles` may."""

    def __init__(self, action: str, roles: tuple[str, ...]) -> None:
        super().__init__(f"Peran Anda tidak boleh melakukan ini; yang boleh: {', '.join(roles)}.")
        self.action = action
        self.roles = roles
