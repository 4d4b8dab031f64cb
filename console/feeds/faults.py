"""What can be wrong with what an outside source sends: each kind has one short Indonesian name, counted and shown.

The names are the source text that screens translate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from console.wire import trouble

# The reply as a whole
PORTAL = "internet palsu"
UNREACHABLE = "tidak terjangkau"
TIMED_OUT = "tidak menjawab tepat waktu"
TRUNCATED = "terpotong di tengah"
TOO_LARGE = "terlalu besar"
WRONG_TYPE = "jenis isi lain"
REDIRECTED = "dialihkan ke tempat lain"
TLS = "sertifikat tidak sah"
REFUSED = "sumber menolak"
TROUBLED = "sumber bermasalah"
WAIT = "sumber minta menunggu"
NO_FILE = "berkas tidak dapat dibaca"
ENDLESS = "halaman terlalu banyak"

# The document
NOT_JSON = "bukan JSON"
LEADING_ZERO = "JSON tidak sah: angka berawalan nol"
DOUBLE_KEY = "JSON tidak sah: kunci ganda"
NOT_XML = "bukan XML"
UNSAFE_XML = "XML berbahaya"
WRONG_SHAPE = "bentuk lain"

# One record or one of its fields
EMPTY = "nilai kosong"
NOT_NUMBER = "bukan angka"
TEXT_NUMBER = "angka berupa teks"
BLANKS = "spasi berlebih"
BAD_TIME = "waktu tidak terbaca"
NO_ZONE = "waktu tanpa zona"
DATE_DISAGREES = "Tanggal berbeda dari DateTime"
BAD_POINT = "titik tidak terbaca"
NO_ID = "tanpa nomor"
DOUBLE = "rekaman ganda"
UNKNOWN_CATEGORY = "kategori tidak dikenal"
UNKNOWN_STREAM = "datastream tidak dikenal"
UNKNOWN_SENSOR = "sensor tidak dikenal"
OTHER_UNIT = "satuan berbeda"
IMPOSSIBLE = "nilai mustahil"
FUTURE = "waktu di masa depan"
TOO_OLD = "terlalu lama"
OUTSIDE = "di luar kota"
TOO_LONG = "teks terlalu panjang"

# This room
NOT_SAVED = "tidak dapat disimpan"
INTERNAL = "kesalahan program"

# What came in good order and was left aside; counted beside the faults so that nothing disappears in silence.
NOT_RELEVANT = "gempa tidak relevan"
EXPIRED = "sudah lewat masa berlakunya"
LEFT_ASIDE = frozenset({NOT_RELEVANT, EXPIRED})


class Found(Counter[str]):
    """Faults met while reading one document, by kind.

    `about` says which record is being read (None: the document itself), and `events` keeps every fault with it: a source
    that is read again and again sends the same dirty record each time, and that is still one fault.
    """

    def __init__(self) -> None:
        self.about: Hashable = None
        self.events: list[tuple[str, Hashable, int]] = []
        super().__init__()

    def __setitem__(self, kind: str, count: int) -> None:
        self.events.append((kind, self.about, count - self.get(kind, 0)))
        super().__setitem__(kind, count)

    @property
    def spoiled(self) -> str:
        """The fault of the document itself rather than of records in it, "" when there is none."""
        return next((kind for kind, about, _ in self.events if about is None), "")


_OF_TROUBLE: tuple[tuple[type[trouble.Trouble], str], ...] = (
    (trouble.Portal, PORTAL),
    (trouble.Unreachable, UNREACHABLE),
    (trouble.TimedOut, TIMED_OUT),
    (trouble.Truncated, TRUNCATED),
    (trouble.TooLarge, TOO_LARGE),
    (trouble.WrongType, WRONG_TYPE),
    (trouble.Redirected, REDIRECTED),
    (trouble.TlsProblem, TLS),
    (trouble.Throttled, WAIT),
    (trouble.ServerError, TROUBLED),
    (trouble.Answered, REFUSED),
    (trouble.Garbled, WRONG_SHAPE),
)


def of_trouble(error: trouble.Trouble) -> str:
    """The kind of fault that a reply was."""
    return next((kind for sort, kind in _OF_TROUBLE if isinstance(error, sort)), UNREACHABLE)
