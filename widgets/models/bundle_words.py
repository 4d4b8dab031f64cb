"""What the room says of sticks, in the operator's language: why a bundle was not taken, and what came with one that was."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from console.sync.stick.notes import Note
from console.wire.bundle import BundleRefused, printable


def refusal_words(refusal: BundleRefused) -> str:
    """Why it was not written or taken, and what to do. One that is not known here keeps the room's own words."""
    known = refusals().get(refusal.code)
    return known.format(*map(printable, refusal.detail)) if known else str(refusal)


def note_words(note: Note) -> str:
    """One thing that people should know. One that is not known here keeps the room's own words."""
    known = notes().get(note.code)
    return known.format(*note.detail) if known else note.text


def step_words(step: str) -> str:
    """What an export or import is at; "jurnal 99.01" names the journal, and an unknown step stands as it came."""
    translate = QCoreApplication.translate
    first, _, what = step.partition(" ")
    words = {
        "jurnal": translate("Bundle", "jurnal {0}"),
        "membuka": translate("Bundle", "membuka"),
        "menyegel": translate("Bundle", "menyegel"),
        "menulis": translate("Bundle", "menulis"),
        "bacaan": translate("Bundle", "bacaan"),
        "foto": translate("Bundle", "foto dan dokumen"),
    }
    return words[first].format(what) if first in words else step


def refusals() -> dict[str, str]:
    """Every refusal's sentence by its code; "{0}" and "{1}" stand for its details."""
    translate = QCoreApplication.translate
    return {
        "not_bundle": translate("Bundle", "Berkas ini bukan bundel Simpul."),
        "newer": translate("Bundle", "Bundel ini dari program yang lebih baru: perbarui program, lalu impor lagi."),
        "cut": translate("Bundle", "Bundel terpotong: salin ulang berkasnya, atau minta bundel baru."),
        "changed": translate("Bundle", "Bundel berubah sejak ditandatangani ({0}): jangan dipakai, minta bundel baru."),
        "too_big": translate("Bundle", "Bundel melampaui batas ukuran ({0}): minta bundel yang lebih kecil."),
        "bad_name": translate(
            "Bundle", "Bundel memuat bagian bernama janggal ({0}): jangan dipakai, minta bundel baru."
        ),
        "unreadable": translate("Bundle", "Isi bundel tidak terbaca ({0}): minta bundel baru."),
        "foreign": translate("Bundle", "Bundel ini dari kota lain ({0}): bawa ke kota itu."),
        "sealed": translate("Bundle", "Bundel ini disegel untuk {0}, bukan untuk ruang ini: bawa ke sana."),
        "stranger": translate(
            "Bundle", "Pengirim bundel ini ({0}) tidak terdaftar di kota ini: minta bundel dari ruang yang terdaftar."
        ),
        "no_print": translate(
            "Bundle",
            "Ruang ini belum mengenal kota mana pun: isi juga sidik kota, yang diberikan pusat bersama bundel.",
        ),
        "wrong_print": translate(
            "Bundle", "Sidik kota tidak cocok dengan bundel ini: tanyakan lagi sidiknya kepada pusat."
        ),
        "not_here": translate(
            "Bundle", "Perangkat ini belum disebut di jurnal kota dalam bundel: minta bundel baru setelah didaftarkan."
        ),
        "no_pack": translate(
            "Bundle", "Bundel ini tidak membawa paket kota yang sah: minta bundel dari ruang yang memilikinya."
        ),
        "not_enrolled": translate(
            "Bundle",
            "Ruang ini belum terdaftar: pilih Daftarkan ruang ke pusat (Ctrl+K), lewat sambungan atau lewat stik. I "
            "mengimpor bundel pertama.",
        ),
        "revoked": translate("Bundle", "Perangkat ini sudah dicabut: bundelnya tidak akan diterima."),
        "no_seal": translate(
            "Bundle", "{0} terdaftar sebelum ada segel: daftarkan ulang dengan program baru, lalu buat bundel lagi."
        ),
        "unknown_target": translate("Bundle", "Tidak ada ruang bernama {0}; yang ada: {1}."),
        "ambiguous": translate("Bundle", "Nama {0} milik beberapa perangkat: sebut nomornya ({1})."),
        "unknown_journal": translate("Bundle", "Ruang ini tidak menyimpan jurnal {0}."),
        "no_file": translate("Bundle", "Berkas {0} tidak dapat dibaca: {1}."),
        "no_room": translate("Bundle", "Bundel tidak dapat ditulis ke {0}: {1}."),
        "not_written": translate(
            "Bundle", "Ruang ini tidak dapat mencatat (disk penuh atau hanya-baca): kosongkan disk, lalu impor lagi."
        ),
    }


def notes() -> dict[str, str]:
    """Every note's sentence by its code; "{0}" and so on stand for its details."""
    translate = QCoreApplication.translate
    return {
        "expired": translate("Bundle", "Bundel ini kedaluwarsa sejak {0}; isinya tetap diambil."),
        "future": translate(
            "Bundle",
            "Bundel ini bertanggal {0}, di depan jam ruang ini: periksa jam kedua mesin; isinya tetap diambil.",
        ),
        "revoked": translate(
            "Bundle",
            "Pengirim {0} sudah dicabut: entrinya sendiri dinilai pusat, bacaan dan tanda terimanya tidak diambil.",
        ),
        "known": translate("Bundle", "Bundel ini sudah pernah diimpor; tidak ada yang terambil dua kali."),
        "old": translate("Bundle", "Bundel nomor {0} datang setelah nomor {1}; tidak mengapa."),
        "missing": translate("Bundle", "Bundel nomor {0} dari {1} belum diimpor di sini."),
        "gap": translate("Bundle", "Jurnal {0}: nomor {1} sampai {2} belum ada di sini; impor bundel yang membawanya."),
        "waiting": translate("Bundle", "{0} entri menunggu bagian sebelumnya."),
        "other_order": translate(
            "Bundle", "Jurnal {0}: urutan di bundel berbeda dari yang di sini; entrinya diambil, urutannya tidak."
        ),
        "lost_unsigned": translate(
            "Bundle", "Jurnal {0}: urutan lama di bundel tidak ditandatangani pusat dan diabaikan."
        ),
        "lost_waiting": translate("Bundle", "Jurnal {0}: urutan lama di bundel menunggu entri yang belum ada di sini."),
        "lost_left": translate(
            "Bundle", "{0} urutan lama tidak muat; ikut bundel berikut setelah tanda terimanya kembali."
        ),
        "new_epoch": translate(
            "Bundle",
            "Jurnal {0}: pusat memulai urutan baru ({1}); ruang ini mengikutinya, tidak ada entri yang hilang.",
        ),
        "broken": translate("Bundle", "Jurnal {0}: aliran {1} rusak mulai entri {2} ({3}); yang baik tetap diambil."),
        "new_pack": translate("Bundle", "Paket kota baru ({0}) berlaku saat program dibuka lagi."),
        "bad_pack": translate("Bundle", "Paket kota di bundel tidak sah dan diabaikan: {0}."),
        "bad_blob": translate(
            "Bundle",
            "Lampiran {0} di bundel bukan yang disebut namanya, atau tidak disebut entri mana pun: tidak diambil.",
        ),
        "blobs_left": translate("Bundle", "{0} foto atau dokumen tidak muat; ikut bundel berikut."),
        "no_receipt": translate("Bundle", "Tanda terima tidak dibuat: {0}."),
        "no_pack": translate("Bundle", "Ruang ini tidak memiliki paket kota bertanda tangan; bundel tidak membawanya."),
        "without_seal": translate("Bundle", "{0} terdaftar sebelum ada segel dan tidak dapat membuka bundel ini."),
        "frames_left": translate(
            "Bundle", "Bacaan yang belum sampai di pusat terlalu banyak; sisanya ikut bundel berikut."
        ),
        "not_remembered": translate(
            "Bundle", "Bundel ditulis, tetapi tidak tercatat di sini (disk penuh): bundel berikut membawa isi ini lagi."
        ),
        "nothing_new": translate("Bundle", "Menurut tanda terima terakhir, penerima sudah memiliki semua entri."),
    }
