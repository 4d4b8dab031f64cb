"""The room's own list of feeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.city import City
from console.feeds.settings import MIN_INTERVAL_S, FeedsMisconfigured, Setting, feed_of, read_feeds

FEEDS = """
[[feed]]
kind = "sensorthings"
name = "sta"
where = ["http://sta.example/Observations?since={since}"]
interval_s = 1
[feed.sensors]
11 = "990101-tma"

[[feed]]
kind = "open311"
where = ["requests.json"]
fallback = "A02"
[feed.services]
006 = "A01"

[[feed]]
kind = "bmkg-prakiraan"
"""


def test_feeds_are_read_as_written(city: City, tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    assert read_feeds(file, city) == []
    file.write_text(FEEDS)
    readings, calls, forecast = read_feeds(file, city)
    assert (readings.name, readings.interval_s) == ("sta", MIN_INTERVAL_S)
    row = b'{"Datastream":{"@iot.id":11},"phenomenonTime":"2026-11-23T10:00:00Z","result":41}'
    assert [r.sensor for r in readings.parse(row).readings] == ["990101-tma"]
    row = b'{"service_request_id":"1","service_code":"%s","requested_datetime":"2026-11-23T10:00:00Z"}'
    assert [r.category for code in (b"006", b"x") for r in calls.parse(row % code).reports] == ["A01", "A02"]
    assert calls.name == "open311" and calls.sources[0].is_file
    assert [s.where.rpartition("=")[2] for s in forecast.sources] == ["99.01.01.1001", "99.01.02.1001"]


@pytest.mark.parametrize(
    "text, said",
    [
        ("[[feed]]\nkind = 7", "kind"),
        ("[[feed", "feeds.toml"),
        ('[[feed]]\nkind = "apa"', "tidak dikenal; pilih: bmkg-gempa"),
        ('[[feed]]\nkind = "open311"', "sebutkan alamat"),
        ('[[feed]]\nkind = "open311"\nwhere = ["x"]\nfallback = "Z9"', "kategori 'Z9'"),
        ('[[feed]]\nkind = "sensorthings"\nwhere = ["x"]\nsensors = {1 = "z"}', "sensor 'z'"),
        ('[[feed]]\nkind = "bmkg-gempa"\n[[feed]]\nkind = "bmkg-gempa"', "dipakai dua kali"),
        ('[[feed]]\nkind = "bmkg-gempa"\nalamat = "x"', "alamat"),
    ],
)
def test_a_bad_list_says_what_to_mend(city: City, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(text)
    with pytest.raises(FeedsMisconfigured, match=said):
        read_feeds(file, city)


def test_a_kind_is_enough_for_the_command_line(city: City) -> None:
    assert feed_of(Setting("bmkg-gempa"), city).name == "bmkg-gempa"
