"""How the console says numbers and states: one home for the words that lists, details and charts share."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale


def number(value: float, decimals: int = 0) -> str:
    """A number as it is written here, `21,4`; `decimals` digits after the mark and no grouping below 10,000."""
    locale = QLocale()
    if abs(value) < 10_000:
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(value), "f", decimals)


def size(amount: float) -> str:
    """Bytes as people read them, in steps of 1,000 (SI): `812 B`, `4,2 kB`, `1,5 MB`."""
    if amount < 1000:
        return f"{number(amount)} B"
    if amount < 1_000_000:
        return f"{number(amount / 1000, 1)} kB"
    return (
        f"{number(amount / 1_000_000, 1)} MB" if amount < 1_000_000_000 else f"{number(amount / 1_000_000_000, 2)} GB"
    )


def unit(value: str) -> str:
    """A unit of a pack or of a figure in the screen's language; one without words stands as it came."""
    words = {
        "mnt": QCoreApplication.translate("Words", "mnt"),
        "km/jam": QCoreApplication.translate("Words", "km/jam"),
        "mm/jam": QCoreApplication.translate("Words", "mm/jam"),
    }
    return words.get(value, value)


def status(value: str) -> str:
    """An incident's state in words; an unknown one stands as it came."""
    words = {
        "baru": QCoreApplication.translate("Words", "baru"),
        "terverifikasi": QCoreApplication.translate("Words", "terverifikasi"),
        "didisposisikan": QCoreApplication.translate("Words", "didisposisikan"),
        "diterima": QCoreApplication.translate("Words", "diterima"),
        "ditangani": QCoreApplication.translate("Words", "ditangani"),
        "selesai": QCoreApplication.translate("Words", "selesai"),
        "ditutup": QCoreApplication.translate("Words", "ditutup"),
        "ditunda": QCoreApplication.translate("Words", "ditunda"),
        "bukan_wewenang": QCoreApplication.translate("Words", "bukan wewenang"),
        "duplikat": QCoreApplication.translate("Words", "duplikat"),
        "diarsipkan": QCoreApplication.translate("Words", "diarsipkan"),
        "dibuka_kembali": QCoreApplication.translate("Words", "dibuka kembali"),
    }
    return words.get(value, value)


def field(name: str) -> str:
    """The name of an incident's field in words; an unknown one stands as it came."""
    words = {
        "status": QCoreApplication.translate("Words", "status"),
        "title": QCoreApplication.translate("Words", "judul"),
        "priority": QCoreApplication.translate("Words", "prioritas"),
        "category": QCoreApplication.translate("Words", "kategori"),
        "place": QCoreApplication.translate("Words", "tempat"),
        "address": QCoreApplication.translate("Words", "alamat"),
        "agencies": QCoreApplication.translate("Words", "OPD"),
        "description": QCoreApplication.translate("Words", "uraian"),
        "owner": QCoreApplication.translate("Words", "pemilik"),
        "reason": QCoreApplication.translate("Words", "alasan"),
        "lat": QCoreApplication.translate("Words", "lintang"),
        "lon": QCoreApplication.translate("Words", "bujur"),
    }
    return words.get(name, name)


def role(name: str) -> str:
    """A role in words."""
    words = {
        "operator": QCoreApplication.translate("Words", "operator"),
        "koordinator": QCoreApplication.translate("Words", "koordinator"),
        "camat": QCoreApplication.translate("Words", "camat"),
        "lurah": QCoreApplication.translate("Words", "lurah"),
        "opd": QCoreApplication.translate("Words", "penghubung OPD"),
        "pimpinan": QCoreApplication.translate("Words", "pimpinan"),
        "admin": QCoreApplication.translate("Words", "admin"),
    }
    return words.get(name, name)


def roles(names: Iterable[str]) -> str:
    """Roles in a row, as in "koordinator, camat"."""
    return ", ".join(role(name) for name in names)


def who(name: str) -> str:
    """Who wrote something, where no person did; a person's name stands as it is."""
    if name == "petugas-simulasi":
        return QCoreApplication.translate("Words", "petugas (simulasi)")
    prefix, _, source = name.partition(":")
    if prefix != "sumber" or not source:
        return name
    words = {
        "simulasi-aduan": QCoreApplication.translate("Words", "aduan warga (simulasi)"),
        "simulasi-sensor": QCoreApplication.translate("Words", "sensor (simulasi)"),
        "simulasi-gempa": QCoreApplication.translate("Words", "gempa (simulasi)"),
        "simulasi-prakiraan": QCoreApplication.translate("Words", "prakiraan cuaca (simulasi)"),
        "bmkg-gempa": QCoreApplication.translate("Words", "gempa BMKG"),
        "bmkg-prakiraan": QCoreApplication.translate("Words", "prakiraan BMKG"),
        "open311": QCoreApplication.translate("Words", "aduan warga"),
        "sensorthings": QCoreApplication.translate("Words", "sensor"),
    }
    return QCoreApplication.translate("Words", "sumber: {0}").format(words.get(source, source))


def why_void(code: str) -> str:
    """Why the centre does not count an entry; an unknown code stands as it came."""
    words = {
        "outside": QCoreApplication.translate("Words", "ditulis di luar wilayah perangkatnya"),
        "revoked": QCoreApplication.translate("Words", "perangkatnya sudah dicabut"),
        "authority": QCoreApplication.translate("Words", "bukan dari yang berwenang"),
    }
    return words.get(code, code)
