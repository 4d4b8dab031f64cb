"""What the doctor finds, and the one line that says it: what is wrong, what is safe, what to do."""

from __future__ import annotations

from typing import Literal

import msgspec

Advice = Literal["rebuild", "salvage", "refetch", "look"]


class Finding(msgspec.Struct, frozen=True):
    """One fault. `code` names it for programs, `where` the place, `detail` what was met there; `own` says that it is this
    room's own and the centre has not numbered it, so that perhaps nobody else has it."""

    code: str
    where: str
    detail: str = ""
    own: bool = False

    @property
    def advice(self) -> Advice:
        """What mends it: `rebuild` of what is folded from the journal, `salvage` of the file, `refetch` from others, or a
        person who looks."""
        return _FINDINGS[self.code][1]

    def sentence(self) -> str:
        """The line for people."""
        said = _FINDINGS[self.code][0].format(where=self.where, detail=self.detail)
        safe = _OWN if self.own else _SAFE[self.advice]
        return f"{said} {safe}"


_OWN = (
    "Entri ini milik ruang ini dan belum bernomor pusat: salin dahulu folder data, lalu jalankan `simpul doctor --repair`;"
    " entri lain yang masih terbaca tetap selamat."
)
_SAFE: dict[Advice, str] = {
    "rebuild": "Jurnal tidak terganggu; `simpul doctor --repair` menyusun ulang bagian ini dari jurnal.",
    "salvage": "Entri lain selamat; `simpul doctor --repair` menyelamatkan yang terbaca, sisanya diambil lagi dari pusat.",
    "refetch": "Jurnal tidak terganggu; `simpul doctor --repair` membuang yang rusak, dan ruang mengambilnya lagi.",
    "look": "Jurnal tidak terganggu; tidak ada yang perlu diperbaiki pada berkas, tetapi beri tahu pengelola.",
}
_FINDINGS: dict[str, tuple[str, Advice]] = {
    "file": ("Berkas {where} tidak dapat dibaca utuh: {detail}.", "salvage"),
    "page": ("Halaman berkas {where} rusak: {detail}.", "salvage"),
    "schema": ("Susunan tabel {where} bukan susunan program ini: {detail}.", "salvage"),
    "index": ("Indeks atau pencarian pada {where} tidak cocok dengan isinya: {detail}.", "rebuild"),
    "entry": ("Entri {where} bukan lagi seperti yang ditulis: {detail}.", "salvage"),
    "gap": ("Aliran {where} berlubang: {detail}.", "salvage"),
    "head": ("Kepala aliran {where} tidak cocok dengan entrinya: {detail}.", "salvage"),
    "checkpoint": ("Tanda tangan aliran {where} tidak berlaku: {detail}.", "salvage"),
    "parked": ("Entri yang menunggu bukti {where} tidak terbaca: {detail}.", "salvage"),
    "order": ("Urutan jurnal {where} tidak menyambung: {detail}.", "salvage"),
    "cursor": ("Batas urutan {where} bukan akhir urutan yang dipegang: {detail}.", "salvage"),
    "signature": ("Tanda tangan pusat atas urutan {where} tidak berlaku: {detail}.", "salvage"),
    "note": ("Catatan ruang {where} tidak terbaca: {detail}.", "salvage"),
    "projection": ("Daftar kejadian tidak sama dengan jurnalnya pada {where}: {detail}.", "rebuild"),
    "readings": ("Berkas pembacaan sensor rusak: {detail}.", "rebuild"),
    "blobs": ("Berkas lampiran {where} rusak: {detail}.", "refetch"),
    "blob": ("Lampiran {where} rusak (kejadian: {detail}); pusat memilikinya.", "refetch"),
    "blob_alone": (
        "Lampiran {where} rusak (kejadian: {detail}); pusat belum diketahui memilikinya: isinya disisihkan, tidak dibuang.",
        "refetch",
    ),
    "blob_aside": ("Lampiran {where} yang rusak disisihkan (kejadian: {detail}) sampai yang utuh datang.", "look"),
    "set_aside": ("Entri {where} disisihkan saat penyelamatan: {detail}.", "look"),
}
