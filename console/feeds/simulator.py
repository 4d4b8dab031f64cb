"""A whole made-up city in the formats of real sources: SensorThings, Open311, BMKG. Everything says that it is simulated.

The same city, seed, pace, storm and time always give the same bytes.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from console.domain.city import City, Sensor, Territory
from console.domain.reading import Reading
from console.feeds.bmkg_quakes import bare_name
from console.feeds.simulation.calls import Call, Calls
from console.feeds.simulation.instruments import Instruments, Samples
from console.feeds.simulation.noise import chance, key_of
from console.feeds.simulation.weather import DAY_MS, HOUR_MS, Weather

MARK = "SIMULASI"
_STEP_H = 3
_FORECAST_STEPS = 24
_BEARINGS = ("Utara", "TimurLaut", "Timur", "Tenggara", "Selatan", "BaratDaya", "Barat", "BaratLaut")
_MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()  # noqa: SIM905 - twelve quotes hide twelve words
_COMPONENTS = ["phenomenonTime", "result", "resultQuality"]
_DRY_SKY = (0, 1, 2, 3)
_RAIN_CODES = ((20.0, 95, "Hujan Petir"), (5.0, 63, "Hujan Sedang"), (0.5, 61, "Hujan Ringan"))
_SKY_WORDS = {0: "Cerah", 1: "Cerah", 2: "Cerah Berawan", 3: "Berawan"}


class Simulator:
    """Tells what a made-up city's instruments, callers and weather office say. Safe for use by several threads.

    `storm_at`: when the storm is hardest (ms since epoch UTC), None for none. `pace` multiplies the calls.
    """

    def __init__(self, city: City, seed: int = 1, storm_at: int | None = None, pace: float = 1.0) -> None:
        self.city = city
        self.weather = Weather(city, seed, storm_at)
        self.instruments = Instruments(city, seed, self.weather)
        self.calls = Calls(city, seed, self.weather, pace)
        self._key = key_of(seed, city.code, "simulator")
        self._zone = ZoneInfo(city.time_zone)

    def datastreams(self) -> dict[str, str]:
        """The sensor code of each Datastream that `observations` speaks of, by its id as text."""
        return {str(k + 1): sensor.code for k, sensor in enumerate(self.city.sensors)}

    def readings(self, start: int, end: int) -> list[Reading]:
        """What all sensors sent from `start` up to, not including, `end` (ms since epoch UTC), lost values left out."""
        out: list[Reading] = []
        for sensor in self.city.sensors:
            got = self.instruments.samples(sensor, start, end)
            kept = ~np.isnan(got.values)
            pairs = zip(got.at[kept].tolist(), got.values[kept].tolist(), strict=True)
            out += [Reading(sensor.code, at, value, simulated=True) for at, value in pairs]
        return out

    def observations(self, start: int, end: int) -> bytes:
        """The same as SensorThings 1.1 with `$resultFormat=dataArray` and the Datastream expanded; lost values are null."""
        groups = []
        for k, sensor in enumerate(self.city.sensors):
            got = self.instruments.samples(sensor, start, end)
            if len(got.at):
                groups.append(_group(k + 1, sensor, got))
        return msgspec.json.encode({"value": groups})

    def requests(self, start: int, end: int) -> bytes:
        """The calls from `start` up to `end` as Open311 service requests, with their state as it is at `end`."""
        return msgspec.json.encode([self._request(call, end) for call in self.calls.between(start, end)])

    def quakes(self, now: int, count: int) -> bytes:
        """The newest quakes before `now` as BMKG's files have them: an object when `count` is 1, else a list."""
        found = [q for day in range(count + 1) if (q := self._quake(now // DAY_MS - day, now)) is not None][:count]
        return msgspec.json.encode({"Infogempa": {"gempa": found[0] if count == 1 and found else found}})

    def forecast(self, code: str, now: int) -> bytes | None:
        """The forecast for a territory as BMKG's has it, from the analysis before `now`; None for an unknown code."""
        place = self.city.territory(code)
        if place is None:
            return None
        analysed = now // (12 * HOUR_MS) * 12 * HOUR_MS
        steps = [self._step(place, analysed + (k + 1) * _STEP_H * HOUR_MS, analysed) for k in range(_FORECAST_STEPS)]
        where = self._where(place)
        days = [steps[k : k + 8] for k in range(0, len(steps), 8)]
        return msgspec.json.encode({"lokasi": where, "data": [{"lokasi": where, "cuaca": days}]})

    def _request(self, call: Call, now: int) -> dict[str, Any]:
        done = call.closed_at <= now
        district = self.city.territory(call.territory.parent)
        within = f", Kec. {district.name}" if district and district.level == "kecamatan" else ""
        kind = "Kel." if call.territory.level == "kelurahan" else "Kec."
        return {
            "service_request_id": call.number,
            "status": "closed" if done else "open",
            "status_notes": None,
            "service_name": call.category.name,
            "service_code": call.category.code,
            "description": call.title,
            "agency_responsible": None,
            "requested_datetime": self._local(call.at),
            "updated_datetime": self._local(call.closed_at if done else call.at),
            "address": f"{kind} {call.territory.name}{within}",
            "lat": call.lat,
            "long": call.lon,
            "media_url": None,
            "extended_attributes": {"simulated": True},
        }

    def _quake(self, day: int, now: int) -> dict[str, Any] | None:
        """The day's quake, when its moment is past."""
        u = [chance(self._key, day * 8 + k) for k in range(6)]
        at = (day * DAY_MS + int(u[0] * DAY_MS)) // 1000 * 1000
        if at > now:
            return None
        away, angle = 15.0 + 240.0 * u[1] ** 0.7, u[2] * 2 * math.pi
        view = self.city.map_view
        lat = round(view.lat + away / 111.32 * math.cos(angle), 2)
        lon = round(view.lon + away / 111.32 * math.sin(angle) / math.cos(math.radians(view.lat)), 2)
        magnitude = round(1.8 + 3.6 * u[3] ** 1.5, 1)
        local = datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=7)
        bearing = _BEARINGS[round(angle / (2 * math.pi) * 8) % 8]
        felt = f"II-III {bare_name(self.city)}" if magnitude - away / 60 > 2.0 else ""
        return {
            "Tanggal": f"{local.day} {_MONTHS[local.month - 1]} {local.year}",
            "Jam": f"{local:%H:%M:%S} WIB",
            "DateTime": datetime.fromtimestamp(at / 1000, UTC).isoformat(),
            "Coordinates": f"{lat},{lon}",
            "Lintang": f"{abs(lat)} {'LS' if lat < 0 else 'LU'}",
            "Bujur": f"{abs(lon)} {'BT' if lon >= 0 else 'BB'}",
            "Magnitude": f"{magnitude}",
            "Kedalaman": f"{5 + int(u[4] * 120)} km",
            "Wilayah": f"{MARK}: {away:.0f} km {bearing} {bare_name(self.city)}",
            "Potensi": "Tidak berpotensi tsunami",
            "Dirasakan": felt,
            "Simulasi": True,
        }

    def _where(self, place: Territory) -> dict[str, Any]:
        parts = place.code.split(".")
        levels = {f"adm{k + 1}": ".".join(parts[: k + 1]) for k in range(len(parts))}
        return {
            **levels,
            "adm4": place.code,
            "desa": place.name,
            "lat": place.lat,
            "lon": place.lon,
            "timezone": self.city.time_zone,
            "simulasi": True,
        }

    def _step(self, place: Territory, at: int, analysed: int) -> dict[str, Any]:
        """Three hours of weather: the rain that the simulation will bring, and warmth as its instruments would show it."""
        minutes = np.arange(at, at + _STEP_H * HOUR_MS, 10 * 60_000, dtype=np.int64)
        rain = self.weather.rain(place.lat, place.lon, minutes)
        hardest = float(rain.max())
        sky = _DRY_SKY[int(chance(key_of(self._key, place.code), at // HOUR_MS) * len(_DRY_SKY))]
        code, words = next(((c, w) for least, c, w in _RAIN_CODES if hardest >= least), (sky, _SKY_WORDS[sky]))
        warmth, wet = (self._mean(place, quantity, minutes) for quantity in ("suhu", "kelembapan"))
        said = datetime.fromtimestamp(at / 1000, UTC)
        return {
            "datetime": said.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "t": round(warmth),
            "hu": round(wet),
            "tp": round(float(rain.mean()) * _STEP_H, 1),
            "weather": code,
            "weather_desc": words,
            "ws": 5.0,
            "wd_deg": 180,
            "vs": None,
            "analysis_date": datetime.fromtimestamp(analysed / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "utc_datetime": said.strftime("%Y-%m-%d %H:%M:%S"),
            "local_datetime": said.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S"),
        }

    def _mean(self, place: Territory, quantity: str, at: Any) -> float:
        sensor = Sensor(f"prakiraan-{place.code}", place.code, "", quantity, "", 1, 600, place.lat, place.lon)
        return float(self.instruments.truth(sensor, at).mean())

    def _local(self, at: int) -> str:
        return datetime.fromtimestamp(at // 1000, UTC).astimezone(self._zone).isoformat()


def _group(number: int, sensor: Sensor, got: Samples) -> dict[str, Any]:
    stamps = np.datetime_as_string(got.at.astype("datetime64[ms]"), unit="s")
    lost = np.isnan(got.values)
    rows = [
        [f"{stamp}Z", None if gone else value, "missing" if gone else "good"]
        for stamp, value, gone in zip(stamps.tolist(), got.values.tolist(), lost.tolist(), strict=True)
    ]
    return {
        "Datastream": {
            "@iot.id": number,
            "name": f"{sensor.name} ({MARK})",
            "unitOfMeasurement": {"name": sensor.unit, "symbol": sensor.unit},
            "properties": {"simulated": True, "kode_sensor": sensor.code, "kode_wilayah": sensor.territory},
        },
        "components": _COMPONENTS,
        "dataArray@iot.count": len(rows),
        "dataArray": rows,
    }
