"""The stick on the command line: what people and programs are told, and progress on a terminal only."""

from __future__ import annotations

import io
import time
from pathlib import Path

import msgspec
import pytest

from console.commands import progress
from console.commands.bundle import show_bundle
from console.commands.bundle_text import exported_text, imported_text, shown_text
from console.commands.progress import ProgressLine
from console.sync.stick.stick import read_file
from console.wire.bundle import BundleRefused
from tests.small_city import CITY, NORTH, SOUTH
from tests.sync.town import Town, codes, in_town


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_after_a_second_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    line = ProgressLine(out)
    line(0.1, "jurnal 99.01")
    assert out.getvalue() == ""
    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    line(0.5, "jurnal 99.01.01")
    assert "50% jurnal 99.01.01" in out.getvalue() and "#" * 12 in out.getvalue()
    line(1.0, "")
    assert out.getvalue().endswith("\r\x1b[K")


def test_no_progress_where_nobody_watches() -> None:
    out = io.StringIO()
    line = ProgressLine(out)
    line._began = time.monotonic() - 60
    line(0.5, "jurnal")
    assert out.getvalue() == ""


def test_show_tells_the_manifest_without_a_key(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(3)
        file, made = await town.north.export(SOUTH)
        said = show_bundle(file)
        assert said["from"] == town.north.name and said["target"] == SOUTH and said["sequence"] == 1
        assert said["ranges"][NORTH] == [0, 0, 4] and said["contents"]["journal"]["count"] == made.entries
        assert town.south.key.id in said["readers"] and town.north.key.id not in said["readers"]
        text = shown_text(said)
        assert "Tanda tangan dan setiap byte cocok." in text and f"{made.entries} (" in text
        msgspec.json.encode(said)
        assert "\x1b" not in shown_text(said | {"from": "\x1b[2J", "target": "a\nb"})
        (town.north.slot / "rusak.simpul").write_bytes(file.read_bytes()[:-1])
        with pytest.raises(BundleRefused):
            show_bundle(town.north.slot / "rusak.simpul")

    in_town(tmp_path, story)


def test_sentences_name_what_came_and_what_is_amiss() -> None:
    said = {
        "kind": "bundle",
        "sequence": 4,
        "name": "Utara",
        "held": 2,
        "numbered": 0,
        "frames": 1,
        "blobs": 3,
        "receipt": "t.simpul",
    }
    assert imported_text(said | {"notes": ["Ada celah."]}).splitlines() == [
        "Bundel nomor 4 dari Utara diimpor: 2 entri baru, 0 bernomor, 1 bingkai bacaan, 3 foto dan dokumen.",
        "Tanda terima: t.simpul",
        "- Ada celah.",
    ]
    assert imported_text(said | {"kind": "receipt", "receipt": "", "notes": []}).startswith("Tanda terima dari Utara")
    sent = {
        "sequence": 1,
        "target": "siapa saja",
        "file": "b.simpul",
        "entries": 5,
        "frames": 0,
        "blobs": {"count": 2, "size": 70},
        "bytes": 9,
        "notes": [],
    }
    assert exported_text(sent) == (
        "Bundel nomor 1 untuk siapa saja ditulis ke b.simpul: 5 entri, 0 bingkai bacaan, 2 foto dan dokumen, 9 byte."
    )


def test_a_device_of_an_older_program_gets_its_seal_when_it_is_enrolled_again(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        old = await town.room("lama", SOUTH, "kecamatan", "Ruang lama", seal=False)
        await town.publish(town.hall, old)
        with pytest.raises(BundleRefused) as error:
            await town.hall.export(old.name)
        assert error.value.code == "no_seal"
        said = {
            "device": old.key.id,
            "public_key": old.key.public.hex(),
            "territory": SOUTH,
            "role": "city",
            "name": "X",
        }
        await town.act("device.enrolled", old.key.id, said | {"seal": old.key.seal.hex()})
        await town.publish(town.hall, old)
        known = town.hall.store.ring.devices[old.key.id]
        assert (known.role, known.name, known.seal) == ("kecamatan", "Ruang lama", old.key.seal)
        file, _ = await town.hall.export(old.name)
        assert (await old.take(file)).arrived.name == town.hall.name

    in_town(tmp_path, story)


def test_a_sender_that_was_set_back_is_noticed(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(1)
        first, _ = await town.north.export(CITY)
        await town.hall.take(first)
        # The note of the second bundle is lost with the disk; its number is given again.
        second, _ = await town.north.export(CITY)
        gone = read_file(second)
        memory = town.north.stick._exporter._memory
        sent = await memory.sent(CITY)
        await memory.note_sent(CITY, msgspec.structs.replace(sent, sha256="f" * 64), 0)
        third, _ = await town.north.export(CITY)
        await town.hall.take(second)
        taken = await town.hall.take(third)
        assert codes(taken) == ["missing"] and gone.manifest.sequence == 2

    in_town(tmp_path, story)
