"""Who the other end proves to be: what OpenSSL found wrong with its certificate, and the authorities of a city's own."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from console.wire.trouble import OutOfDate, TlsProblem, Trouble, Unreachable, UntrustedIssuer, WrongHost

LARGEST_FILE = 1024 * 1024
# X509_V_ERR_… of OpenSSL's x509_vfy.h, which Python gives as `verify_code`.
_ISSUER = frozenset({2, 18, 19, 20, 21, 24, 25, 26, 27, 28, 79})
_HOST = frozenset({62, 64})
_EARLY, _LATE = 9, 10
_LOOK_S = 5.0


class BadAuthority(Exception):
    """A file that holds no certificate; the text says what to do."""


def read_authority(file: Path) -> bytes:
    """The certificates of a file (PEM, or one in DER), as PEM; whatever else lies in it, such as a private key, is left
    out. Raises BadAuthority."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_FILE)
        found = x509.load_pem_x509_certificates(raw) if b"-----BEGIN" in raw else [x509.load_der_x509_certificate(raw)]
    except OSError as error:
        raise BadAuthority(f"Berkas {file} tidak dapat dibaca: {error.strerror}.") from error
    except ValueError as error:
        raise BadAuthority(f"Berkas {file} tidak berisi sertifikat CA (PEM); mintalah ke admin kota.") from error
    return b"".join(each.public_bytes(Encoding.PEM) for each in found)


def tls_trouble(error: Exception, url: str, seconds: float) -> Trouble | None:
    """What an error of a call says about the other end's TLS, None when it has nothing to do with that. A certificate that
    is out of date is looked at once more, within `seconds`, for its dates."""
    fault = next((each for each in causes(error) if isinstance(each, ssl.SSLError)), None)
    if fault is None:
        return None
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _verdict(fault, url, seconds)
    if isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Unreachable("cut while the encryption was agreed on")
    return TlsProblem((fault.reason or "no TLS").replace("_", " ").lower())


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what caused it, down to the innermost."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _verdict(fault: ssl.SSLCertVerificationError, url: str, seconds: float) -> TlsProblem:
    code = fault.verify_code
    if code in (_EARLY, _LATE):
        start, end = _validity(url, min(seconds, _LOOK_S))
        return OutOfDate(code == _EARLY, start, end)
    said = fault.verify_message or "not verified"
    return UntrustedIssuer(said) if code in _ISSUER else WrongHost(said) if code in _HOST else TlsProblem(said)


def _validity(url: str, seconds: float) -> tuple[int | None, int | None]:
    """From when to when the certificate at an address says that it is valid, ms since epoch UTC. The call has failed by
    now and stays failed: this connection carries nothing and is closed as soon as the certificate is seen."""
    parts = urlsplit(url)
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname, looking.verify_mode = False, ssl.CERT_NONE
    with (
        contextlib.suppress(OSError, ValueError),
        socket.create_connection((parts.hostname or "", parts.port or 443), max(0.1, seconds)) as bare,
        looking.wrap_socket(bare, server_hostname=parts.hostname) as peer,
    ):
        return _dates(peer.getpeercert(binary_form=True) or b"")
    return None, None


def _dates(certificate: bytes) -> tuple[int, int]:
    from cryptography import x509

    read = x509.load_der_x509_certificate(certificate)
    start, end = read.not_valid_before_utc, read.not_valid_after_utc
    return int(start.timestamp() * 1000), int(end.timestamp() * 1000)
