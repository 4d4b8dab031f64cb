"""What an import or export tells beside its counts: a code for screens to translate, and the Indonesian sentence."""

from __future__ import annotations

import msgspec

from console.wire.bundle import printable

SENTENCES = {
    "expired": "Bundel ini kedaluwarsa sejak {0}; isinya tetap diambil.",
    "future": "Bundel ini bertanggal {0}, di depan jam ruang ini: periksa jam kedua mesin; isinya tetap diambil.",
    "revoked": "Pengirim {0} sudah dicabut: entrinya sendiri dinilai pusat, bacaan dan tanda terimanya tidak diambil.",
    "known": "Bundel ini sudah pernah diimpor; tidak ada yang terambil dua kali.",
    "old": "Bundel nomor {0} datang setelah nomor {1}; tidak mengapa.",
    "missing": "Bundel nomor {0} dari {1} belum diimpor di sini.",
    "gap": "Jurnal {0}: nomor {1} sampai {2} belum ada di sini; impor bundel yang membawanya.",
    "waiting": "{0} entri menunggu bagian sebelumnya.",
    "other_order": "Jurnal {0}: urutan di bundel berbeda dari yang di sini; entrinya diambil, urutannya tidak.",
    "lost_unsigned": "Jurnal {0}: urutan lama di bundel tidak ditandatangani pusat dan diabaikan.",
    "lost_waiting": "Jurnal {0}: urutan lama di bundel menunggu entri yang belum ada di sini.",
    "lost_left": "{0} urutan lama tidak muat; ikut bundel berikut setelah tanda terimanya kembali.",
    "new_epoch": "Jurnal {0}: pusat memulai urutan baru ({1}); ruang ini mengikutinya, tidak ada entri yang hilang.",
    "broken": "Jurnal {0}: aliran {1} rusak mulai entri {2} ({3}); yang baik tetap diambil.",
    "new_pack": "Paket kota baru ({0}) berlaku saat program dibuka lagi.",
    "bad_pack": "Paket kota di bundel tidak sah dan diabaikan: {0}.",
    "bad_blob": "Lampiran {0} di bundel bukan yang disebut namanya, atau tidak disebut entri mana pun: tidak diambil.",
    "blobs_left": "{0} foto atau dokumen tidak muat; ikut bundel berikut.",
    "no_receipt": "Tanda terima tidak dibuat: {0}.",
    "no_pack": "Ruang ini tidak memiliki paket kota bertanda tangan; bundel tidak membawanya.",
    "without_seal": "{0} terdaftar sebelum ada segel dan tidak dapat membuka bundel ini.",
    "frames_left": "Bacaan yang belum sampai di pusat terlalu banyak; sisanya ikut bundel berikut.",
    "not_remembered": "Bundel ditulis, tetapi tidak tercatat di sini (disk penuh): bundel berikut membawa isi ini lagi.",
    "nothing_new": "Menurut tanda terima terakhir, penerima sudah memiliki semua entri.",
}


class Note(msgspec.Struct, frozen=True):
    """One thing that people should know. `text` is the sentence."""

    code: str
    detail: tuple[str, ...] = ()
    text: str = ""


def note(code: str, *detail: str) -> Note:
    """A note with its sentence."""
    shown = tuple(map(printable, detail))
    return Note(code, shown, SENTENCES[code].format(*shown))
