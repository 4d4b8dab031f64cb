"""The zoo: every way in which what answers at the centre's address can be bad, and what the room must make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer, Behaviour, Door
from tests.faults.certificates import HERE, YEARS, Authority
from tests.sync.scripted_centre import ScriptedCentre

DAY = timedelta(days=1)
Mode = Literal["putus", "internet_palsu", "tak_dipercaya", "belum", "langsung"]
Doors = Callable[[Authority, Authority], Door]
"""Makes a door of the authority that the room trusts and of another."""


@dataclass(frozen=True)
class Case:
    """One bad server. `code` is the trouble that the room must tell, `mode` what it must say of the line. `slow`: only a
    deadline ends a call. `heard`: when the centre was heard last, as seen from now."""

    name: str
    code: str
    mode: Mode
    behaviour: Behaviour = bad.error
    doors: Doors | None = None
    slow: bool = False
    heard: timedelta | None = None


def shows(host: str = HERE, start: timedelta = -YEARS, end: timedelta = YEARS) -> Doors:
    """A certificate of the authority that the room trusts."""
    return lambda ours, theirs: bad.tls(ours.server(host, start, end))


def always(door: Callable[[BadServer, bad.socket.socket], None]) -> Doors:
    """The same door, whoever certifies."""
    return lambda ours, theirs: door


def out_of_token(h: bad.Handler) -> None:
    """The poll is answered; what is pushed is not taken from this device any more."""
    _good_until(h, "POST", bad.unauthorized)


def revoked_meanwhile(h: bad.Handler) -> None:
    """The token is gone, and a new one is not given: the device is revoked."""
    if h.path == "/v1/token":
        bad.revoked(h)
    elif h.path == "/v1/health":
        h.reply(200, b'{"status":"ok","city":"99.01","pack":"x","now":1,"entries":1}')
    else:
        bad.unauthorized(h)


def _good_until(h: bad.Handler, method: str, then: Behaviour) -> None:
    if h.command == method:
        then(h)
    else:
        ScriptedCentre()(h)


ZOO = (
    # What comes is cut, broken, or not what was asked for.
    Case("short body", "line_cut", "putus", bad.truncated),
    Case("reset", "line_cut", "putus", bad.reset),
    Case("truncated gzip", "centre_unusable", "belum", bad.cut_gzip),
    Case("truncated zstd", "centre_unusable", "belum", bad.cut_zstd),
    Case("garbage gzip", "centre_unusable", "belum", bad.false_gzip),
    Case("garbage zstd", "centre_unusable", "belum", bad.false_zstd),
    Case("garbage", "centre_unusable", "belum", bad.garbage),
    Case("bomb in a few bytes", "centre_unusable", "belum", bad.bomb),
    Case("200 MB in 200 kB", "centre_unusable", "belum", bad.large_bomb),
    Case("wrong shape", "centre_unusable", "belum", bad.wrong_shape),
    Case("a key twice", "centre_unusable", "belum", bad.doubled),
    Case("NaN", "centre_unusable", "belum", bad.not_a_number),
    Case("depth 10,000", "centre_unusable", "belum", bad.deep),
    Case("broken headers", "line_fake", "internet_palsu", bad.broken_headers),
    Case("wrong content type", "line_fake", "internet_palsu", bad.other_type),
    Case("captive portal", "line_fake", "internet_palsu", bad.portal),
    Case("redirect to another host", "line_fake", "internet_palsu", bad.redirect),
    # It answers, and says no.
    Case("500", "centre_failing", "belum", bad.error),
    Case("502 of a proxy", "centre_failing", "belum", bad.bad_gateway),
    Case("503 with Retry-After", "centre_busy", "belum", bad.away(1)),
    Case("429 with Retry-After", "centre_busy", "belum", bad.busy(1)),
    Case("404", "centre_refusing", "belum", bad.gone),
    Case("401, unknown token", "unenrolled", "belum", bad.unauthorized),
    Case("401 in the middle", "unenrolled", "langsung", out_of_token),
    Case("401, revoked", "revoked", "belum", bad.revoked),
    Case("401, revoked meanwhile", "revoked", "belum", revoked_meanwhile),
    # It takes its time.
    Case("slow headers", "line_cut", "putus", bad.drip_headers, slow=True),
    Case("slow body", "line_cut", "putus", bad.drip, slow=True),
    Case("black hole", "line_cut", "putus", bad.silent, slow=True),
    Case("black hole in the handshake", "line_cut", "putus", doors=always(bad.silent_handshake), slow=True),
    # It does not prove who it is.
    Case("unknown authority", "tls_issuer", "tak_dipercaya", doors=lambda ours, theirs: bad.tls(theirs.server())),
    Case("wrong host", "tls_host", "tak_dipercaya", doors=shows("pusat.contoh")),
    Case("wrong address", "tls_host", "tak_dipercaya", doors=shows("127.0.0.9")),
    Case("expired", "tls_expired", "tak_dipercaya", doors=shows(end=-2 * DAY)),
    Case("not yet valid", "tls_early", "tak_dipercaya", doors=shows(start=2 * DAY)),
    Case("expired long ago, as the centre knew", "tls_expired", "tak_dipercaya", doors=shows(end=-200 * DAY), heard=-3 * DAY),
    Case("own clock years behind", "tls_clock", "tak_dipercaya", doors=shows(start=9 * YEARS, end=11 * YEARS)),
    Case("own clock years ahead", "tls_clock", "tak_dipercaya", doors=shows(start=-11 * YEARS, end=-9 * YEARS)),
    Case("own clock behind the centre's last word", "tls_clock", "tak_dipercaya", doors=shows(start=2 * DAY), heard=3 * DAY),
    Case("cut in the handshake", "line_cut", "putus", doors=always(bad.cut_handshake)),
    Case("plain HTTP where TLS should be", "tls_none", "tak_dipercaya", doors=always(bad.no_tls)),
)  # fmt: skip

READS = {
    "line_cut": (
        "Sambungan ke pusat putus; kerja berjalan terus dan tersimpan di ruang ini (4 menunggu).",
        "Lihat sambungan",
        "The line to the centre is down; work goes on and is saved in this room (4 waiting).",
        "See the connection",
    ),
    "line_fake": (
        "Internet palsu: yang menjawab bukan pusat (halaman masuk Wi-Fi?); 4 menunggu.",
        "Masuk ke jaringan itu lewat peramban, atau ganti jaringan",
        "False internet: what answers is not the centre (a Wi-Fi log-in page?); 4 waiting.",
        "Log in to that network in a browser, or change network",
    ),
    "centre_unusable": (
        "Jawaban pusat tidak dapat dipakai, maka tidak diambil; semua tersimpan di ruang ini.",
        "Dicoba lagi sendiri; bila lama, kabari admin kota",
        "The centre's answer cannot be used and was not taken; everything is saved in this room.",
        "It is tried again by itself; if it lasts, tell the city admin",
    ),
    "centre_failing": (
        "Pusat sedang bermasalah; semua tersimpan di ruang ini.",
        "Dicoba lagi sendiri; bila lama, kabari admin kota",
        "The centre has trouble of its own; everything is saved in this room.",
        "It is tried again by itself; if it lasts, tell the city admin",
    ),
    "centre_busy": (
        "Pusat sedang sibuk dan minta ditunggu; semua tersimpan di ruang ini.",
        "Tidak perlu apa-apa; pengiriman melanjutkan sendiri",
        "The centre is busy and asks to wait; everything is saved in this room.",
        "Nothing to do; sending goes on by itself",
    ),
    "centre_refusing": (
        "Pusat menolak panggilan ruang ini; semua tersimpan di ruang ini.",
        "Perbarui program dan periksa alamat pusat; kabari admin kota",
        "The centre rejects this room's calls; everything is saved in this room.",
        "Update the program and check the centre's address; tell the city admin",
    ),
    "unenrolled": (
        "Pusat tidak mengenal lagi ruang ini; 4 menunggu, semua tersimpan di ruang ini.",
        "Minta kode baru ke admin kota, lalu daftarkan lagi",
        "The centre no longer knows this room; 4 waiting, everything is saved in this room.",
        "Ask the city admin for a new code, then enrol again",
    ),
    "revoked": (
        "Pendaftaran ruang ini dicabut pusat; catatan tetap tersimpan di ruang ini saja.",
        "Hubungi admin kota",
        "The centre has revoked this room's enrolment; entries stay saved in this room only.",
        "Contact the city admin",
    ),
    "tls_issuer": (
        "Yang menjawab di alamat pusat tidak terbukti pusat: penerbit sertifikatnya tidak dikenal.",
        "Ganti jaringan; bila kota memakai CA sendiri, pasang: simpul enrol --ca BERKAS",
        "What answers at the centre's address does not prove to be the centre: the issuer of its certificate is unknown.",
        "Change network; if the city has its own CA, install it: simpul enrol --ca FILE",
    ),
    "tls_host": (
        "Yang menjawab di alamat pusat membawa sertifikat untuk alamat lain; tidak dipercaya.",
        "Periksa alamat pusat dan jaringan; kabari admin kota",
        "What answers at the centre's address carries a certificate for another address; it is not trusted.",
        "Check the centre's address and the network; tell the city admin",
    ),
    "tls_expired": (
        "Sertifikat pusat habis masa berlakunya ({0}); semua tersimpan di ruang ini.",
        "Kabari admin kota: sertifikat pusat perlu diperbarui",
        "The centre's certificate has expired ({0}); everything is saved in this room.",
        "Tell the city admin: the centre's certificate needs renewing",
    ),
    "tls_early": (
        "Sertifikat pusat belum berlaku ({0}), atau jam komputer ini terlambat.",
        "Periksa tanggal dan jam komputer; bila benar, kabari admin kota",
        "The centre's certificate is not valid yet ({0}), or this computer's clock is behind.",
        "Check the computer's date and time; if they are right, tell the city admin",
    ),
    "tls_clock": (
        "Jam komputer ini menunjukkan {0} dan kemungkinan salah, maka bukti diri pusat tampak tidak berlaku.",
        "Betulkan tanggal dan jam komputer; sambungan pulih sendiri",
        "This computer's clock says {0} and is probably wrong, so the centre's proof of who it is looks invalid.",
        "Set the computer's date and time; the connection comes back by itself",
    ),
    "tls_none": (
        "Yang menjawab di alamat pusat tidak memakai sambungan aman (TLS); tidak dipercaya.",
        "Periksa alamat pusat dan jaringan; kabari admin kota",
        "What answers at the centre's address does not use a secure connection (TLS); it is not trusted.",
        "Check the centre's address and the network; tell the city admin",
    ),
}
"""What the operator reads: the sentence and the next step, in Indonesian and in English. "{0}" is a day."""
