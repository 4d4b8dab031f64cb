"""What made-up callers say, by words in a category's name, and how often each kind comes.

`share` is the part of a channel's calls (the emergency ones after the counts that Bandung's 112 published for 2024);
`storm` is how much a downpour brings on.
"""

from __future__ import annotations

import re

import msgspec

from console.domain.city import Category

GHOST_SHARE = 0.05
"""Part of emergency calls that are none. In life it is 97 % and more; as many would bury a demonstration."""
GHOSTS = ("Panggilan terputus tanpa suara", "Panggilan iseng anak-anak", "Salah sambung")


class Kind(msgspec.Struct, frozen=True):
    """Categories whose name has one of the words in `named` (a regular expression)."""

    named: str
    share: float
    storm: float
    titles: tuple[str, ...]


KINDS = (
    Kind("kecelakaan", 54.5, 0.5, (
        "Tabrakan dua sepeda motor di persimpangan", "Mobil menabrak pembatas jalan",
        "Motor tergelincir, pengendara luka di kaki", "Angkot menyerempet pejalan kaki",
    )),
    Kind("kebakaran", 12.6, 0.0, (
        "Asap tebal keluar dari rumah tinggal", "Api di dapur warung makan", "Korsleting di kios, api masih kecil",
        "Tumpukan sampah terbakar dekat permukiman",
    )),
    Kind("medis|kesehatan", 8.0, 0.0, (
        "Warga pingsan di trotoar", "Lansia sesak napas, perlu ambulans", "Ibu hendak melahirkan, perlu ambulans",
    )),
    Kind("banjir|genangan", 4.0, 5.0, (
        "Genangan setinggi betis, kendaraan mogok", "Air masuk ke rumah warga", "Jalan tergenang, lalu lintas terhenti",
        "Selokan meluap ke halaman rumah",
    )),
    Kind("longsor", 1.5, 1.2, (
        "Tebing longsor menutup sebagian jalan", "Retakan tanah di belakang rumah", "Tembok penahan tanah roboh",
    )),
    Kind("pohon", 3.0, 3.0, (
        "Pohon tumbang menutup jalan", "Dahan besar menimpa kabel", "Pohon miring, hampir roboh",
    )),
    Kind("kriminal", 4.0, 0.0, (
        "Pencurian sepeda motor di tempat parkir", "Warung dibobol semalam", "Penjambretan di depan pasar",
    )),
    Kind("keamanan|ketertiban|premanisme", 3.0, 0.0, (
        "Keributan di depan minimarket", "Pungutan liar di pintu masuk pasar", "Knalpot bising balapan liar",
    )),
    Kind("kekerasan|kdrt", 1.0, 0.0, ("Tetangga mendengar kekerasan di rumah", "Laporan kekerasan pada anak")),
    Kind("hewan", 2.1, 0.0, ("Ular masuk rumah", "Sarang tawon di atap sekolah", "Biawak di saluran air")),
    Kind("listrik|kabel|utilitas", 3.0, 1.5, (
        "Kabel menjuntai rendah di jalan", "Tiang listrik miring", "Percikan api di gardu",
    )),
    Kind("tombol darurat|panic", 0.8, 0.0, ("Tombol darurat ditekan di taman",)),
    Kind("darurat lain", 4.0, 0.0, ("Orang terjebak di lift", "Bau gas menyengat di gang", "Anak terkunci di mobil")),
    Kind("jalan rusak", 20.0, 0.2, (
        "Lubang besar di tengah jalan", "Aspal ambles dekat jembatan", "Trotoar pecah, pejalan tersandung",
    )),
    Kind("drainase|gorong", 10.0, 2.5, (
        "Gorong-gorong tersumbat sampah", "Saluran air meluap ke jalan", "Penutup selokan hilang",
    )),
    Kind("sampah", 16.0, 0.0, (
        "Sampah tiga hari belum diangkut", "Tempat sampah meluber ke badan jalan", "Pembuangan sampah liar di bantaran",
    )),
    Kind("pkl", 8.0, 0.0, ("Lapak menutup trotoar", "Pedagang memakai badan jalan")),
    Kind("parkir", 9.0, 0.0, ("Parkir liar di tikungan", "Mobil parkir menutup gang")),
    Kind("pju|lampu", 11.0, 0.3, ("Lampu jalan padam sepanjang gang", "Lampu jalan berkedip sepanjang malam")),
    Kind("bangunan", 3.0, 0.0, ("Bangunan berdiri di atas saluran air", "Pembangunan tanpa papan izin")),
    Kind("angkutan", 3.0, 0.0, ("Angkot berhenti lama di tikungan", "Halte rusak, atap bocor")),
    Kind(r"ktp|\bkk\b", 3.0, 0.0, ("KTP elektronik belum jadi dua bulan", "Perbaikan data kartu keluarga belum selesai")),
    Kind("air bersih", 6.0, 0.0, ("Air keran keruh sejak pagi", "Air tidak mengalir dua hari", "Pipa bocor di tepi jalan")),
    Kind("ppdb|pendidikan", 2.0, 0.0, ("Pertanyaan biaya daftar ulang sekolah",)),
    Kind("anak jalanan|ppks", 3.0, 0.0, ("Anak jalanan di lampu merah", "Orang tidur di emperan toko")),
    Kind("macet", 6.0, 0.5, ("Antrean panjang di persimpangan", "Lampu lalu lintas mati, kendaraan semrawut")),
)  # fmt: skip


def kind_of(category: Category) -> Kind:
    """What callers say about a category; one that nothing is known of is called by its own name."""
    name = category.name.casefold()
    found = next((k for k in KINDS if re.search(k.named, name)), None)
    return found or Kind("", 2.0, 0.0, (category.name,))
