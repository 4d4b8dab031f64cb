"""Why an enrolment did not happen, in one sentence that says what to do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from console.cities.faults import PackError
from console.domain.clock import SystemClock
from console.domain.refusals import Refused
from console.sticks import Stopped
from console.store.folder import FolderBusy
from console.sync.client import BadPack, WrongCity
from console.sync.troubles import state_of
from console.wire import trouble
from console.wire.bundle import BundleRefused
from widgets.models.bundle_words import refusal_words
from widgets.models.refusals import sentence as refused_words
from widgets.shell.states import sentence


def address(typed: str) -> str:
    """A centre's address as people type it, brought to one form: encrypted unless they say otherwise."""
    bare = typed.strip().rstrip("/")
    return bare if "://" in bare or not bare else f"https://{bare}"


def why_not(error: Exception, server: str) -> str:
    """The sentence for what `introduce` raised; "" for an error that nobody foresaw."""
    if isinstance(error, trouble.Answered):
        return _answered(error)
    if isinstance(error, trouble.TlsProblem):
        said = sentence(state_of(error, SystemClock().now(), None))
        return f"{said.text} {said.step}."
    if isinstance(error, FolderBusy):
        return str(error)
    if isinstance(error, BundleRefused):
        return refusal_words(error)
    if isinstance(error, Stopped):
        return QCoreApplication.translate("Enrol", "Dihentikan; lanjutkan kapan saja dengan bundel yang sama.")
    if isinstance(error, Refused):
        return refused_words(error)
    known = next((text for kinds, text in _sentences() if isinstance(error, kinds)), "")
    detail = str(error.faults[0]) if isinstance(error, PackError) else ""
    return known.format(server, detail)


def _answered(error: trouble.Answered) -> str:
    translate = QCoreApplication.translate
    if isinstance(error, trouble.ServerError | trouble.Throttled):
        return translate("Enrol", "Pusat sedang sibuk atau dipulihkan; coba lagi sebentar lagi.")
    if error.code == "not_enrolled" and error.reason:
        # The centre's own words; they say which of its reasons it was.
        return error.reason
    return translate("Enrol", "Pusat menolak pendaftaran ini ({0}); mintalah kode baru ke admin kota.").format(
        error.status
    )


def _sentences() -> list[tuple[tuple[type[Exception], ...], str]]:
    """By kind of error; "{0}" stands for the centre's address, "{1}" for a detail."""
    translate = QCoreApplication.translate
    return [
        (
            (trouble.Unreachable,),
            translate("Enrol", "Pusat di {0} tidak terjangkau; periksa alamat dan sambungan."),
        ),
        (
            (trouble.TimedOut, trouble.Truncated),
            translate("Enrol", "Jawaban pusat tidak sampai utuh; periksa sambungan, lalu coba lagi."),
        ),
        (
            (trouble.Portal,),
            translate("Enrol", "Internet palsu: yang menjawab bukan pusat; masuk dahulu ke jaringan ini."),
        ),
        (
            (trouble.Trouble,),
            translate("Enrol", "Yang menjawab di {0} bukan pusat Simpul; periksa alamatnya."),
        ),
        (
            (WrongCity,),
            translate("Enrol", "Kode ini dari kota lain, atau salah ketik; periksa kode dan alamat pusat."),
        ),
        (
            (BadPack,),
            translate("Enrol", "Paket kota dari {0} tidak bertanda tangan kota itu; hubungi admin kota."),
        ),
        ((PackError,), translate("Enrol", "Paket kota dari pusat bercacat; kabari admin kota: {1}")),
        ((OSError,), translate("Enrol", "Folder data tidak dapat ditulis; periksa izin dan ruang cakram.")),
    ]
