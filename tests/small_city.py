"""A made-up city for tests: one city, two kecamatan, three kelurahan, on squares at sea. No real place, no real agency."""

from __future__ import annotations

import json
from pathlib import Path

CITY = "99.01"
NORTH, SOUTH = "99.01.01", "99.01.02"
KELURAHAN = ("99.01.01.1001", "99.01.01.1002", "99.01.02.1001")

_FILES = {
    "city.toml": """\
code = "99.01"
name = "Kota Uji"
time_zone = "Asia/Jakarta"
languages = ["id", "en"]
holidays = "ID"
charts = ["tma", "hujan"]
attribution = "Rekaan untuk uji"
boundaries_note = "skematis, bukan batas resmi"

[map]
lat = -5.0
lon = 100.02
zoom = 12
""",
    "territories.csv": """\
code,bps,name,level,parent,km2,residents,lat,lon,source
99.01,9901,Kota Uji,kota,,9.0,30000,-5.0,100.02,rekaan
99.01.01,9901010,Utara,kecamatan,99.01,6.0,20000,-4.99,100.02,rekaan
99.01.01.1001,,Barat Laut,kelurahan,99.01.01,,,-4.99,100.01,rekaan
99.01.01.1002,,Timur Laut,kelurahan,99.01.01,,,-4.99,100.03,rekaan
99.01.02,9901020,Selatan,kecamatan,99.01,3.0,10000,-5.01,100.02,rekaan
99.01.02.1001,,Tenggara,kelurahan,99.01.02,,,-5.01,100.02,rekaan
""",
    "agencies.csv": """\
code,name,duty,valid_from,valid_to,source
OPERATOR,Operator ruang,menerima dan meneruskan,,,rekaan
DAMKAR,Dinas Pemadam Uji,pemadaman,2020-01-01,,rekaan
PU,Dinas Pekerjaan Umum Uji,jalan; drainase,,2030-12-31,rekaan
KECAMATAN,Kecamatan,kewilayahan,,,rekaan
""",
    "categories.csv": """\
code,name,channel,priority,lead,support,acknowledge,respond,respond_from,basis
D01,Kebakaran,darurat,1,DAMKAR,OPERATOR|KECAMATAN,2 menit,15 menit,dibuka,rekaan
D02,Pohon tumbang,darurat,2,PU,,5 menit,30 menit,dibuka,rekaan
A01,Jalan rusak,aduan,3,PU,KECAMATAN,3 hari_kerja,5 hari_kerja,disposisi,rekaan
A02,Lampu jalan,aduan,4,PU,,3 hari_kerja,5 hari_kerja,disposisi,rekaan
""",
    "sensors.csv": """\
code,territory,name,quantity,unit,decimals,interval_s,lat,lon,simulated,source
990101-tma,99.01.01,TMA Kali Uji – Utara,tma,cm,0,10,-4.99,100.01,ya,rekaan
990101-hujan,99.01.01,Hujan – Utara,hujan,mm/jam,1,60,-4.99,100.03,ya,rekaan
990101-suhu,99.01.01,Suhu – Utara,suhu,°C,1,60,-4.99,100.02,ya,rekaan
990102-hujan,99.01.02,Hujan – Selatan,hujan,mm/jam,1,60,-5.01,100.02,ya,rekaan
""",
    "thresholds.toml": """\
[[ladder]]
quantity = "hujan"
source = "rekaan"
steps = [{ start = 0.5, label = "ringan" }, { start = 10, label = "lebat", priority = 2 }]

[[ladder]]
quantity = "tma"
source = "ambang belum diatur"
steps = []
""",
}

_SQUARES = (
    ("99.01", "Kota Uji", "kota", (100.0, -5.02, 100.04, -4.98)),
    ("99.01.01", "Utara", "kecamatan", (100.0, -5.0, 100.04, -4.98)),
    ("99.01.01.1001", "Barat Laut", "kelurahan", (100.0, -5.0, 100.02, -4.98)),
    ("99.01.01.1002", "Timur Laut", "kelurahan", (100.02, -5.0, 100.04, -4.98)),
    ("99.01.02", "Selatan", "kecamatan", (100.0, -5.02, 100.04, -5.0)),
    ("99.01.02.1001", "Tenggara", "kelurahan", (100.0, -5.02, 100.04, -5.0)),
)


def make_small_pack(folder: Path) -> Path:
    """Write the pack into `folder` (made when missing) and give it back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    lines = ",\n".join(json.dumps(_feature(*square), ensure_ascii=False) for square in _SQUARES)
    outline = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    (folder / "boundaries.geojson").write_text(outline, encoding="utf-8", newline="")
    return folder


def _feature(code: str, name: str, level: str, box: tuple[float, float, float, float]) -> dict[str, object]:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    middle = [round((west + east) / 2, 5), round((south + north) / 2, 5)]
    properties = {"code": code, "name": name, "level": level, "schematic": True, "label_point": middle}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
