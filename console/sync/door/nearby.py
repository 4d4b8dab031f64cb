"""Finding doors on the LAN: says where this room's own door is, and hears of others' (mDNS, RFC 6762; DNS-SD, RFC 6763).

Anybody on the LAN may say anything here, so nothing that is heard counts for more than an address worth trying: the
handshake at the door says who it is. What is said of this room is its city, its territory and the beginning of its
device's id, which every member of the city knows anyway; no secret, and nobody's name.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from console.log import logger

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

SERVICE = "_simpul._tcp.local."
SHORT = 8
"""Hex digits of a device's id that are said."""
ADDRESSES = 6
"""Addresses of one door that are tried at most."""
RESOLVE_MS = 1_000
_NAME = re.compile(rf"([0-9a-f]{{{SHORT}}})-[0-9a-f]{{8}}\.{re.escape(SERVICE)}")
_log = logger("sync")


class Card(msgspec.Struct, frozen=True):
    """What a room says of itself: its city's code, its territory's, and its device's id."""

    city: str
    territory: str
    device: str

    @property
    def short(self) -> str:
        """As much of the device's id as is said."""
        return self.device[:SHORT]


class Heard(msgspec.Struct, frozen=True):
    """A door that somebody says there is: what it goes by, whose it is said to be, and its addresses (host:port), none once
    it says goodbye or is not heard of any more."""

    name: str
    short: str
    territory: str = ""
    addresses: tuple[str, ...] = ()


class Nearby:
    """One room's announcement and its ear. Its methods may block for a second: call them off the loop's thread.

    `known` says whether a device whose id begins so may take part at all (what others say is passed over, unread);
    `on_heard` is called on a thread of its own. `lan` is the address of the one interface to use, "" for all.
    """

    def __init__(
        self, card: Card, known: Callable[[str], bool], on_heard: Callable[[Heard], None], lan: str = ""
    ) -> None:
        self._card = card
        self._known = known
        self._on_heard = on_heard
        self._lan = lan
        self._name = f"{card.short}-{secrets.token_hex(4)}"
        self._lock = threading.Lock()
        self._zeroconf: Zeroconf | None = None
        self._announced: ServiceInfo | None = None
        self._browser: ServiceBrowser | None = None
        self._port: int | None = None
        self._listening = False

    def begin(self, port: int | None, listen: bool) -> None:
        """Announce the door at `port` (None: no door), and `listen` for others'. OSError when the LAN cannot be used now;
        `refresh` tries again."""
        self._port, self._listening = port, listen
        self.refresh()

    def refresh(self) -> None:
        """Catch up with what changed: interfaces that came or went, this machine's own addresses. OSError as `begin`."""
        with self._lock:
            if self._zeroconf is None:
                self._open()
            else:
                self._follow_interfaces(self._zeroconf)
            self._announce()
            if self._listening and self._browser is None:
                self._listen()

    def listen_anew(self) -> None:
        """Hear of every door again, since other devices may take part now."""
        with self._lock:
            if self._browser is not None:
                self._deafen()
                self._listen()

    def close(self) -> None:
        """Say goodbye and be still. Idempotent."""
        with self._lock:
            opened, self._zeroconf, self._announced = self._zeroconf, None, None
            self._deafen()
            if opened is not None:
                opened.close()

    def _open(self) -> None:
        from zeroconf import InterfaceChoice, IPVersion, Zeroconf

        try:
            if self._lan:
                self._zeroconf = Zeroconf(interfaces=[self._lan])
            else:
                self._zeroconf = Zeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.All)
        except RuntimeError as error:
            raise OSError(str(error)) from error

    def _follow_interfaces(self, opened: Zeroconf) -> None:
        import asyncio

        if not self._lan and opened.loop is not None:
            asyncio.run_coroutine_threadsafe(opened.async_update_interfaces(), opened.loop).result(10)

    # ---- announcing

    def _announce(self) -> None:
        if self._port is None or self._zeroconf is None:
            return
        info = self._own(self._port)
        if self._announced is None:
            # The name is random: nobody can have it, so nobody need be asked, and nobody can keep this room from using it.
            self._zeroconf.register_service(info, cooperating_responders=True)
        elif set(self._announced.addresses) != set(info.addresses):
            self._zeroconf.update_service(info)
        self._announced = info

    def _own(self, port: int) -> ServiceInfo:
        from zeroconf import ServiceInfo

        return ServiceInfo(
            SERVICE,
            f"{self._name}.{SERVICE}",
            port=port,
            parsed_addresses=sorted(self._own_addresses()),
            properties={"city": self._card.city, "territory": self._card.territory, "device": self._card.short},
            server=f"{self._name}.local.",
        )

    def _own_addresses(self) -> set[str]:
        if self._lan:
            return {self._lan}
        import ifaddr

        found = {ip.ip if isinstance(ip.ip, str) else ip.ip[0] for a in ifaddr.get_adapters() for ip in a.ips}
        return {text for text in found if not ipaddress.ip_address(text).is_loopback}

    # ---- listening

    def _listen(self) -> None:
        from zeroconf import ServiceBrowser

        assert self._zeroconf is not None
        self._browser = ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._on_change])

    def _deafen(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with contextlib.suppress(RuntimeError):
                browser.cancel()
            browser.join(5.0)

    def _on_change(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: Any) -> None:
        """Called on the browser's thread, by whoever likes to: what it says is looked at no further than it must be."""
        from zeroconf import ServiceInfo, ServiceStateChange

        said = _NAME.fullmatch(name)
        if said is None or said[1] == self._card.short or not self._known(said[1]):
            return
        if state_change is ServiceStateChange.Removed:
            self._on_heard(Heard(name, said[1]))
            return
        info = ServiceInfo(service_type, name)
        if info.load_from_cache(zeroconf) or info.request(zeroconf, RESOLVE_MS):
            self._tell(name, said[1], info)

    def _tell(self, name: str, short: str, info: ServiceInfo) -> None:
        told = info.decoded_properties
        addresses = tuple(_places(info.parsed_scoped_addresses(), info.port or 0))
        if told.get("city") != self._card.city or told.get("device") != short or not addresses:
            return
        territory = (told.get("territory") or "")[:32]
        self._on_heard(Heard(name, short, territory, addresses))


def _places(addresses: Iterable[str], port: int) -> list[str]:
    """Addresses as they are called, without what leads nowhere; IPv6 in brackets, with the interface that it belongs to."""
    places = []
    for text in addresses:
        host, _, scope = text.partition("%")
        address = ipaddress.ip_address(host)
        if address.is_multicast or address.is_unspecified or not 0 < port < 65536:
            continue
        if address.version == 6:
            places.append(f"[{host}%25{scope}]:{port}" if scope else f"[{host}]:{port}")
        else:
            places.append(f"{host}:{port}")
    return places[:ADDRESSES]
