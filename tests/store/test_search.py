"""Lists and search in Indonesian text: what people type is found by beginnings, and nothing they type is an error."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.domain.city import City
from console.domain.drafts import Draft
from console.domain.incident import CLOSED, Incident
from console.domain.views import IncidentQuery
from console.store import projection, queries, schema, search
from console.store.journal import Journals
from tests.small_city import CITY, KELURAHAN, NORTH, SOUTH
from tests.store.conftest import DEVICE, ROOT

NOW = 1_764_000_000_000
TEXTS = {
    "banjir": {"title": "Banjir di Kali Uji", "description": "Air setinggi lutut, warga dievakuasi"},
    "pohon": {"title": "Pohon tumbang menutup jalan", "address": "Jl. Ir. H. Juanda No. 5"},
    "kafe": {"title": "Kafé Ñandú terbakar", "description": "asap tebal 🔥 dari dapur"},
    "kutip": {"title": 'Spanduk "Dilarang Parkir" roboh', "address": "gang kali-uji/3"},
    "gelap": {"title": "Lampu padam", "category": "A02"},
}


def add(journals: Journals, db: sqlite3.Connection, fields: dict[str, object], territory: str = NORTH) -> str:
    body = {"status": "baru", "priority": 3, "place": territory, **fields}
    [place] = journals.append(db, territory, [Draft("incident.opened", "", msgspec.json.encode(body))], "op", NOW, 0)
    return str(place)


@pytest.fixture(scope="module")
def journals(city: City) -> Journals:
    return Journals(city, ROOT.public, DEVICE, "uji")


def fresh() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    schema.migrate(db)
    return db


@pytest.fixture(scope="module")
def texts(journals: Journals) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """A few incidents with words, and their names by subject."""
    db = fresh()
    yield db, {add(journals, db, dict(fields)): name for name, fields in TEXTS.items()}
    db.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("banjir", {"banjir"}), ("BANJ", {"banjir"}), ("ban kali", {"banjir"}), ("kali", {"banjir", "kutip"}),
        ("lutut diev", {"banjir"}), ("kafe", {"kafe"}), ("nandu", {"kafe"}), ("kafé ñandú", {"kafe"}),
        ("dilarang", {"kutip"}), ('"Dilarang', {"kutip"}), ('"dilarang parkir"', {"kutip"}), ("kali-uji/3", {"kutip"}),
        ("kali-uj", {"kutip", "banjir"}), ("no. 5", {"pohon"}), ("juanda jalan", {"pohon"}), ("lampu jalan", {"gelap"}),
        ("banjir pohon", set()), ("tidakada", set()), ("air*", {"banjir"}), ("NEAR", set()), ("banjir OR pohon", set()),
        ("utara", set(TEXTS)), ("", set(TEXTS)), ("*", set(TEXTS)), ("🔥", set(TEXTS)),
    ],
)  # fmt: skip
def test_words_are_found_by_their_beginnings(
    typed: str, found: set[str], texts: tuple[sqlite3.Connection, dict[str, str]]
) -> None:
    db, names = texts
    for order in ("urgency", "newest"):
        page = search.incidents(db, IncidentQuery(text=typed, order=order))  # type: ignore[arg-type]
        assert {names[i.subject] for i in page.items} == found
        assert page.total == len(found)
        assert page.hidden == len(TEXTS) - len(found)


@given(st.text(max_size=60))
@example('"')
@example("*")
@example("-banjir")
@example("NEAR(banjir pohon, 2)")
@example("banjir AND")
@example("text:banjir")
@example("^banjir")
@example("banjir +")
@example("{banjir}")
@example("\x00banjir")
@example("\ud83d")
@example("\ue000o")
@example("²")
@example("_")
@example("'; DROP TABLE incidents; --")
@example("a " * 5000)
@example("a" * 100_000)
def test_nothing_that_is_typed_is_an_error(texts: tuple[sqlite3.Connection, dict[str, str]], typed: str) -> None:
    page = search.incidents(texts[0], IncidentQuery(text=typed))
    assert page.total == len(page.items) <= len(TEXTS)


@given(
    st.builds(
        IncidentQuery, text=st.text(max_size=5), open_only=st.booleans(), territory=st.text(max_size=9),
        status=st.lists(st.text(max_size=5), max_size=3).map(tuple), priority=st.lists(st.integers()).map(tuple),
        category=st.text(max_size=5), agency=st.text(max_size=5), undecided_only=st.booleans(),
        order=st.sampled_from(("urgency", "newest")), limit=st.integers(), offset=st.integers(),
    )
)  # fmt: skip
@example(IncidentQuery(territory='x" OR "y', agency="a b", category="*", limit=-1, offset=-5))
def test_no_query_is_an_error(texts: tuple[sqlite3.Connection, dict[str, str]], q: IncidentQuery) -> None:
    page = search.incidents(texts[0], q)
    assert len(page.items) <= page.total <= len(TEXTS)
    queries.incident(texts[0], q.text)
    search.line(texts[0], q.territory)


def plain(i: Incident, q: IncidentQuery) -> bool:
    """What a filter means, without any index."""
    below = f"{q.territory}."
    return (
        (not q.open_only or i.open)
        and (not q.territory or q.territory in (i.place, i.territory) or i.place.startswith(below)
             or i.territory.startswith(below))
        and (not q.status or i.status in q.status)
        and (not q.priority or i.priority in q.priority)
        and (not q.category or i.category == q.category)
        and (not q.agency or q.agency in i.agencies)
        and (not q.undecided_only or bool(i.undecided))
    )  # fmt: skip


@pytest.fixture(scope="module")
def mixed(journals: Journals) -> Iterator[sqlite3.Connection]:
    """Every mixture of what filters ask for."""
    db = fresh()
    options = itertools.product(("baru", "ditangani", "ditutup"), (1, 4), ("D01", "A01"), (KELURAHAN[0], NORTH, SOUTH))
    for k, (status, priority, category, place) in enumerate(options):
        fields = {
            "status": status, "priority": priority, "category": category, "place": place, "title": f"kejadian {k}",
            "agencies": ["PU", "DAMKAR"][: k % 3], "started": NOW - 60_000 * (k * 7 % 36), "respond_by": NOW + k * 7 % 5,
        }  # fmt: skip
        add(journals, db, fields, CITY if k % 11 == 0 else SOUTH if place == SOUTH else NORTH)
    yield db
    db.close()


QUERIES = [
    IncidentQuery(open_only=open_only, territory=territory, status=status, priority=priority, category=category,
                  agency=agency, text=text)
    for open_only, territory, status, priority, category, agency, text in itertools.product(
        (False, True), ("", CITY, NORTH, KELURAHAN[0], "99.01.0"), ((), ("baru", "ditutup")), ((), (1,)), ("", "A01"),
        ("", "PU"), ("", "kejad"),
    )
]  # fmt: skip


def test_every_mixture_of_filters_means_what_it_says(mixed: sqlite3.Connection) -> None:
    every = search.incidents(mixed, IncidentQuery()).items
    assert len(every) == 36
    for q in QUERIES:
        wanted = [i for i in every if plain(i, q)]
        page = search.incidents(mixed, q)
        assert [i.subject for i in page.items] == [i.subject for i in wanted], q
        assert page.total == len(wanted)
        assert page.hidden == sum(i.open for i in every) - sum(i.open for i in wanted)


@pytest.mark.parametrize("order", ["urgency", "newest"])
@pytest.mark.parametrize("text", ["", "kejadian"])
def test_pages_add_up(mixed: sqlite3.Connection, order: str, text: str) -> None:
    whole = search.incidents(mixed, IncidentQuery(order=order, text=text)).items  # type: ignore[arg-type]
    parts = []
    for offset in range(0, 40, 5):
        q = IncidentQuery(order=order, text=text, limit=5, offset=offset)  # type: ignore[arg-type]
        parts += search.incidents(mixed, q).items
    assert tuple(parts) == whole
    if order == "newest":
        assert [i.opened_at for i in whole] == sorted((i.opened_at for i in whole), reverse=True)
    else:
        urgent = [i for i in whole if i.open]
        assert whole[: len(urgent)] == tuple(urgent)
        keys = [(i.priority, i.due is None, i.due or 0, i.opened_at) for i in urgent]
        assert keys == sorted(keys)
        assert all(i.status in CLOSED for i in whole[len(urgent) :])


def test_a_change_is_found_and_the_old_words_are_not(journals: Journals) -> None:
    db = fresh()
    subject = add(journals, db, {"title": "Genangan"})
    journals.append(
        db, NORTH, [Draft("incident.edited", subject, b'{"title":"Longsor","status":"ditutup"}')], "op", NOW, 0
    )
    journals.append(db, NORTH, [Draft("incident.noted", subject, b'{"text":"alat berat tiba"}')], "op", NOW, 0)
    assert search.incidents(db, IncidentQuery(text="genangan")).total == 0
    assert search.incidents(db, IncidentQuery(text="longsor berat")).total == 1
    assert search.incidents(db, IncidentQuery(status=("baru",))).total == 0
    db.execute("INSERT INTO incidents_fts(incidents_fts, rank) VALUES ('integrity-check', 1)")
    db.close()


def test_one_thing_in_two_journals_shows_alike_everywhere(city: City) -> None:
    """Two collectors wrote the same source's incident into different journals; which came first here does not matter."""
    subject, shown = "f" + "0" * 31, set()
    for order in ((NORTH, CITY), (CITY, NORTH)):
        db, journals = fresh(), Journals(city, ROOT.public, DEVICE, "uji")
        for territory in order:
            said = msgspec.json.encode({"title": territory, "place": NORTH})
            journals.append(db, territory, [Draft("incident.opened", subject, said)], "sumber:x", NOW, 0)
        detail = queries.incident(db, subject)
        line = search.line(db, subject)
        assert detail is not None
        assert line == detail.incident
        shown.add(detail.incident.title)
        db.close()
    assert len(shown) == 1


def test_a_rebuilt_projection_is_the_same(mixed: sqlite3.Connection, city: City) -> None:
    read = "SELECT * FROM incidents JOIN incident_texts USING (id) ORDER BY id"
    before = mixed.execute(read).fetchall()
    assert projection.rebuild(mixed, city) == len(before) == 36
    assert mixed.execute(read).fetchall() == before
