"""Which feeds a room reads: the file `feeds.toml` in its data folder.

[[feed]]
kind = "sensorthings"            # bmkg-gempa, bmkg-prakiraan, open311 or sensorthings
name = "sta-dsdabm"              # own name; two rooms that read the same source give it the same
where = ["https://sta.example/v1.1/Observations?$resultFormat=dataArray&$filter=phenomenonTime gt {since}"]
interval_s = 30
[feed.sensors]                   # Datastream id = sensor code of the pack
11 = "327302-tma"

[[feed]]
kind = "open311"
where = ["https://aduan.example/v2/requests.json?start_date={since}"]
fallback = "D11"                 # category for services that are not mapped
[feed.services]                  # service_code = category code of the pack
006 = "A01"
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.domain.city import City
from console.feeds.catalogue import forecast_feed, open311_feed, quake_feed, sensorthings_feed
from console.feeds.collector import Feed

FILE = "feeds.toml"
KINDS = ("bmkg-gempa", "bmkg-prakiraan", "open311", "sensorthings")
MIN_INTERVAL_S = 5.0


class FeedsMisconfigured(Exception):
    """`feeds.toml` cannot be used; the text says what to mend."""


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed as the file has it."""

    kind: str
    name: str = ""
    where: tuple[str, ...] = ()
    interval_s: float | None = None
    services: dict[str, str] = {}
    fallback: str = ""
    sensors: dict[str, str] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    feed: tuple[Setting, ...] = ()


def read_feeds(file: Path, city: City) -> list[Feed]:
    """The feeds that the file names; none when there is no file. Raises `FeedsMisconfigured`."""
    try:
        settings = msgspec.toml.decode(file.read_bytes(), type=_File).feed
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError, ValueError) as e:
        raise FeedsMisconfigured(f"{file.name}: {e}") from e
    feeds = [feed_of(setting, city) for setting in settings]
    names = [feed.name for feed in feeds]
    if doubled := next((name for name in names if names.count(name) > 1), ""):
        raise FeedsMisconfigured(f"{file.name}: nama {doubled!r} dipakai dua kali; beri nama yang berbeda")
    return feeds


def feed_of(setting: Setting, city: City) -> Feed:
    """The feed that a setting describes. Raises `FeedsMisconfigured`."""
    _check(setting, city)
    feed = _made(setting, city, setting.name or setting.kind)
    if setting.interval_s is None:
        return feed
    return msgspec.structs.replace(feed, interval_s=max(MIN_INTERVAL_S, setting.interval_s))


def _made(setting: Setting, city: City, name: str) -> Feed:
    if setting.kind == "bmkg-gempa":
        return quake_feed(city, *setting.where, name=name)
    if setting.kind == "bmkg-prakiraan":
        return forecast_feed(city, *setting.where, name=name)
    if setting.kind == "open311":
        return open311_feed(city, *setting.where, name=name, services=setting.services, fallback=setting.fallback)
    return sensorthings_feed(city, *setting.where, name=name, sensors=setting.sensors)


def _check(setting: Setting, city: City) -> None:
    """The kind is known, the source named, and every category and sensor that it speaks of is in the pack."""
    if setting.kind not in KINDS:
        raise FeedsMisconfigured(f"sumber {setting.kind!r} tidak dikenal; pilih: {', '.join(KINDS)}")
    if not setting.where and not setting.kind.startswith("bmkg-"):
        raise FeedsMisconfigured(f"{setting.kind}: sebutkan alamat atau berkas sumbernya")
    for code in (*setting.services.values(), *((setting.fallback,) if setting.fallback else ())):
        if city.category(code) is None:
            raise FeedsMisconfigured(f"{setting.name or setting.kind}: kategori {code!r} tidak ada dalam paket kota")
    for code in setting.sensors.values():
        if city.sensor(code) is None:
            raise FeedsMisconfigured(f"{setting.name or setting.kind}: sensor {code!r} tidak ada dalam paket kota")
