"""Photos and documents by keyboard: attach, look, save a copy; by what they are, and never more than is known."""

from __future__ import annotations

import asyncio
import io
import json
import os
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from console.domain.attachment import ATTACHED, Attachment, BlobHere, body
from console.domain.drafts import Draft
from console.domain.people import Operator
from console.domain.refusals import Refused
from console.store.blobs import blob_file
from tests.pictures import PDF, drawn, photo
from tests.small_city import CITY
from widgets.models.attaching import Batch, Given, Outcome
from widgets.panels.attached_words import lying
from widgets.shell.screenshots import _photographed, screenshots
from widgets.shell.theme import dress

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def detail(desk):
    """The detail of one incident that is selected."""
    subject = desk.open("Gudang terbakar")
    panel = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: panel.detail is not None)
    return panel


def choose(desk, *paths: Path) -> None:
    """F, the names typed into Qt's own form, Enter."""
    desk.press(Key.Key_F)
    desk.until(lambda: bool(desk.window.findChildren(QFileDialog)))
    (form,) = desk.window.findChildren(QFileDialog)
    field = form.findChild(QLineEdit, "fileNameEdit")
    field.setFocus()
    field.setText(" ".join(f'"{path}"' for path in paths))
    desk.press(Key.Key_Return)


def sheet(desk):
    desk.until(lambda: desk.window.findChild(QLabel) is not None and actions(desk).sheet is not None)
    return actions(desk).sheet


def actions(desk):
    from widgets.panels.actions import IncidentActions

    return desk.window.context.findChild(IncidentActions)


def kept(desk, detail) -> tuple[Attachment, ...]:
    return desk.detail(detail.detail.incident.subject).attachments


def attach(desk, detail, *files: tuple[str, bytes]) -> None:
    """Attach past the keyboard, and wait for the strip."""
    for name, data in files:
        desk.do(desk.room.attach(detail.detail.incident.subject, name, data))
    model = detail.attached.model
    desk.until(lambda: len(model.items) >= len(files) and all(model.lying(one).complete for one in model.items))


def name_only(desk, detail, data: bytes, name: str, media: str = "image/jpeg", thumb=None) -> str:
    """An entry whose bytes are not here, as it comes from another room."""
    incident = detail.detail.incident
    sha = blob_file.sha256(data)
    said = Draft(ATTACHED, incident.subject, body(sha, len(data), media, name, thumb, (0, 0), ""))
    desk.do(desk.room.store.append(incident.territory, [said], "op-2"))
    desk.until(lambda: any(one.sha256 == sha for one in detail.attached.model.items))
    return sha


def lines(detail, row: int = 0) -> tuple[str, str, str]:
    return detail.attached._tile.lines(detail.attached.model.items[row])


def test_f_attaches_several_files_with_a_note_and_says_what_the_disk_has(desk, detail, tmp_path):
    (tmp_path / "asap.jpg").write_bytes(photo())
    (tmp_path / "denah.pdf").write_bytes(PDF)
    assert not detail.attached.isVisible()
    choose(desk, tmp_path / "asap.jpg", tmp_path / "denah.pdf")
    form = sheet(desk)
    assert form.title.text() == "Lampirkan · Gudang terbakar"
    assert [row.text() for row in form.rows] == ["asap.jpg", "denah.pdf"]
    assert kept(desk, detail) == ()
    desk.type("dari utara")
    desk.press(Key.Key_Return)
    desk.until(lambda: desk.window.said.text() == "2 berkas tersimpan di ruang ini")
    desk.until(lambda: len(detail.attached.model.items) == 2)
    assert [(one.name, one.note) for one in kept(desk, detail)] == [
        ("asap.jpg", "dari utara"),
        ("denah.pdf", "dari utara"),
    ]
    assert detail.attached.isVisible()
    assert detail.attached.head.text() == "Foto dan dokumen · 2"
    desk.until(lambda: lines(detail)[2] == "tersimpan di ruang ini")
    assert lines(detail)[0] == "asap.jpg" and lines(detail)[1].endswith("Operator Uji")
    desk.until(lambda: len(detail.attached.model.thumbs) == 1)
    heads = [(line.head, line.body) for line in detail.story.lines[1:]]
    assert heads == [("melampirkan foto asap.jpg", "dari utara"), ("melampirkan dokumen PDF denah.pdf", "dari utara")]


def test_a_refused_file_says_why_and_the_others_go_on(desk, detail, tmp_path):
    (tmp_path / "foto.jpg").write_bytes(b"\x7fELF" + bytes(50))
    with (tmp_path / "film.png").open("wb") as large:
        large.truncate(17 * 2**20)
    bomb = io.BytesIO()
    Image.new("1", (65_000, 1001)).save(bomb, "PNG")
    (tmp_path / "luas.png").write_bytes(bomb.getvalue())
    (tmp_path / "baik.png").write_bytes(drawn("PNG"))
    choose(desk, *(tmp_path / name for name in ("foto.jpg", "film.png", "luas.png", "baik.png")))
    form = sheet(desk)
    desk.press(Key.Key_Return)
    desk.until(lambda: not form.batch.running and form.batch.count(Outcome.KEPT) == 1)
    said = [row.text() for row in form.rows]
    assert said[0].startswith("foto.jpg · Berkas jenis ini tidak dapat dilampirkan")
    assert "paling besar 16 MB" in said[1]
    assert "64 juta piksel" in said[2]
    assert said[3] == "baik.png · tersimpan di ruang ini"
    assert form.hint.text().startswith("1 dari 4 berkas tersimpan di ruang ini · Enter coba lagi")
    assert [one.name for one in kept(desk, detail)] == ["baik.png"]
    (tmp_path / "foto.jpg").write_bytes(photo())
    desk.press(Key.Key_Return)
    desk.until(lambda: not form.batch.running and form.batch.count(Outcome.KEPT) == 2)
    assert [one.name for one in kept(desk, detail)] == ["baik.png", "foto.jpg"]
    desk.press(Key.Key_Escape)
    assert desk.window.said.text() == "2 dari 4 berkas tersimpan di ruang ini"


def test_escape_attaches_nothing(desk, detail, tmp_path):
    (tmp_path / "a.jpg").write_bytes(photo())
    choose(desk, tmp_path / "a.jpg")
    sheet(desk)
    desk.press(Key.Key_Escape)
    desk.until(lambda: actions(desk).sheet is None)
    assert kept(desk, detail) == ()


def test_escape_half_way_keeps_what_is_kept_and_says_so(desk, detail):
    free = asyncio.Event()

    async def read() -> bytes:
        await free.wait()
        return photo()

    one = detail.detail.incident
    given = [Given(f"{at}.jpg", read) for at in range(12)]
    actions(desk)._give(one, given)
    form = sheet(desk)
    assert len(form.rows) == 8 and form.more.text() == "dan 4 berkas lagi"
    desk.press(Key.Key_Return)
    desk.until(lambda: form.hint.text() == "Menyimpan 1 dari 12 · Esc hentikan sisanya")
    desk.press(Key.Key_Escape)
    desk.until(lambda: actions(desk).sheet is None)
    free.set()
    desk.until(lambda: desk.window.said.text() == "1 dari 12 berkas tersimpan di ruang ini")
    assert [kept_one.name for kept_one in kept(desk, detail)] == ["0.jpg"]
    desk.until(lambda: actions(desk).findChildren(Batch) == [])


def test_what_was_refused_is_named_however_many_there_are(desk, detail):
    async def good() -> bytes:
        return PDF

    async def bad() -> bytes:
        raise Refused("unreadable")

    given = [Given(f"{at}.pdf", bad if at == 10 else good) for at in range(12)]
    actions(desk)._give(detail.detail.incident, given)
    form = sheet(desk)
    desk.press(Key.Key_Return)
    desk.until(lambda: form.hint.text().startswith("11 dari 12 berkas"))
    assert form.rows[0].text().startswith("10.pdf · Berkas tidak dapat dibaca")
    desk.press(Key.Key_Escape)
    desk.until(lambda: actions(desk).findChildren(Batch) == [])


def test_an_image_is_pasted_and_files_are_dropped(desk, detail, tmp_path):
    picture = QImage(60, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(picture)
    desk.press(Key.Key_V, CTRL)
    assert [row.text() for row in sheet(desk).rows] == ["Gambar tempelan"]
    desk.press(Key.Key_Return)
    desk.until(lambda: actions(desk).sheet is None)
    (one,) = kept(desk, detail)
    assert (one.media, one.width, one.height) == ("image/png", 60, 40)

    path = tmp_path / "catatan.txt"
    path.write_text("Air naik")
    mime = QMimeData()
    mime.setUrls([QUrl("https://contoh.invalid/x.jpg"), QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.MoveAction | Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk._soon(lambda: detail.dropEvent(drop))
    assert drop.dropAction() == Qt.DropAction.CopyAction
    assert [row.text() for row in sheet(desk).rows] == ["catatan.txt"]
    desk.press(Key.Key_Return)
    desk.until(lambda: len(kept(desk, detail)) == 2)
    desk.until(lambda: actions(desk).sheet is None)
    QApplication.clipboard().setText("hanya teks")
    desk.press(Key.Key_V, CTRL)
    desk.until(lambda: desk.window.said.text() == "Tidak ada gambar atau berkas untuk dilampirkan")


@pytest.mark.parametrize("role", ["pimpinan"])
def test_who_may_not_attach_is_told_who_may_before_choosing(desk, room, city, role):
    room.log_in_as(Operator("op-9", "Satu", "koordinator", CITY, ""))
    subject = desk.open("Banjir")
    room.log_in_as(Operator("op-1", "Operator Uji", role, CITY, ""))
    panel = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: panel.detail is not None)
    desk.press(Key.Key_F)
    desk.until(lambda: "yang boleh: operator, koordinator" in desk.window.said.text())
    assert desk.window.findChildren(QFileDialog) == []


def test_a_room_that_only_reads_says_why(desk, detail):
    desk.room.store.read_only = True
    desk.press(Key.Key_F)
    desk.until(lambda: "program yang lebih baru" in desk.window.said.text())
    desk.room.store.read_only = False


HOSTILE = ("<img src=x onerror=1>.jpg", "../../etc/passwd", "foto\u202egpj.exe", "\u2066\u200b")


def test_hostile_names_are_only_text(desk, detail):
    attach(desk, detail, *((name, photo(grain=at + 1)) for at, name in enumerate(HOSTILE)))
    names = [lines(detail, row)[0] for row in range(4)]
    assert names == ["<img src=x onerror=1>.jpg", "passwd", "fotogpj.exe", "foto tanpa nama"]
    detail.to_attached()
    desk.press(Key.Key_Return)
    assert detail.viewer.title.text() == names[0]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in detail.viewer.findChildren(QLabel))
    incident = detail.detail.incident
    raw = {"sha256": "a" * 64, "size": 9, "media": "text/html", "name": "../\u202egpj.exe<b>"}
    said = Draft(ATTACHED, incident.subject, json.dumps(raw).encode())
    desk.do(desk.room.store.append(incident.territory, [said], "op-2"))
    desk.until(lambda: len(detail.story.lines) == 6)
    assert detail.story.lines[-1].head == "melampirkan berkas gpj.exe<b>"


def test_enter_opens_large_arrows_go_on_and_escape_comes_back_to_the_tile(desk, detail):
    attach(desk, detail, ("satu.jpg", photo(3000, 2000)), ("dua.png", drawn("PNG")), ("kata.txt", b"Air naik\nlagi"))
    desk.press(Key.Key_F, SHIFT)
    assert QApplication.focusWidget() is detail.attached.strip
    desk.press(Key.Key_Right)
    desk.press(Key.Key_Left)
    desk.press(Key.Key_Return)
    viewer = detail.viewer
    desk.until(lambda: viewer.opened is not None and viewer.opened.picture.drawn)
    assert viewer.isVisible() and viewer.title.text() == "satu.jpg" and viewer.place.text() == "1 / 3"
    assert viewer.caption.text().startswith("Operator Uji · ")
    assert "ruang ini · foto" in viewer.caption.text() and "3000 × 2000" in viewer.caption.text()
    assert viewer.photo.image.width() < 3000, "no sharper than the view can show"
    fitted = viewer.photo.shown_scale()
    desk.press(Key.Key_1)
    assert viewer.photo.shown_scale() == 1.0
    desk.until(lambda: viewer.photo.image.width() == 3000)
    desk.press(Key.Key_Right)
    assert viewer.title.text() == "satu.jpg", "arrows move over a picture that is larger than the view"
    desk.press(Key.Key_Minus)
    desk.press(Key.Key_Plus)
    desk.press(Key.Key_0)
    assert viewer.photo.shown_scale() == fitted
    desk.press(Key.Key_Right)
    desk.until(lambda: viewer.title.text() == "dua.png" and viewer.opened is not None)
    desk.press(Key.Key_Right)
    desk.until(lambda: viewer.pages.currentWidget() is viewer.text)
    assert viewer.text.toPlainText() == "Air naik\nlagi" and viewer.text.isReadOnly()
    desk.press(Key.Key_Right)
    desk.press(Key.Key_Left)
    desk.until(lambda: viewer.title.text() == "dua.png")
    desk.press(Key.Key_Escape)
    assert not viewer.isVisible() and viewer.opened is None
    assert QApplication.focusWidget() is detail.attached.strip
    assert desk.window.context.incident, "Escape went one step back, not two"


def test_what_cannot_be_shown_says_so_and_is_never_drawn_by_what_it_was_called(desk, detail):
    truncated = photo(600, 400, grain=3)
    attach(
        desk,
        detail,
        ("potong.jpg", truncated[: len(truncated) // 2]),
        ("rusak.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50),
        ("d.pdf", PDF),
    )
    huge = io.BytesIO()
    Image.new("1", (65_000, 1001)).save(huge, "PNG")
    for data, name, media in (
        (huge.getvalue(), "luas.png", "image/png"),
        (PDF + b"1", "bohong.jpg", "image/jpeg"),
        (b"\x7fELF\x00", "x.jpg", "image/jpeg"),
    ):
        name_only(desk, detail, data, name, media)
        desk.do(desk.room.store.blobs.put(data))
    viewer = detail.viewer
    said = {}
    for row, one in enumerate(detail.attached.model.items):
        detail.on_attachment(row)
        desk.until(lambda: viewer.opened is not None)
        said[one.name] = viewer.words.text or viewer.state.text()
    assert "terpotong sejak dilampirkan" in said["potong.jpg"]
    assert "tidak dapat ditampilkan" in said["rusak.png"]
    assert "tidak dapat ditampilkan" in said["luas.png"]
    assert said["d.pdf"].startswith("Dokumen PDF tidak dibuka")
    assert said["bohong.jpg"].startswith("Dilampirkan sebagai jpeg, isinya pdf.")
    assert said["x.jpg"].startswith("Dilampirkan sebagai jpeg, isinya berkas.")


def test_what_is_only_named_is_asked_for_and_fills_in_when_it_comes(desk, detail):
    data = photo(900, 600, grain=5)
    sha = name_only(desk, detail, data, "jauh.jpg")
    desk.until(lambda: lines(detail)[2].startswith("belum diunduh · "))
    desk.press(Key.Key_F, SHIFT)
    desk.press(Key.Key_Return)
    viewer = detail.viewer
    desk.until(lambda: "datang begitu tersambung · " in viewer.words.text)
    desk.until(lambda: lines(detail)[2].startswith("diminta · "))
    desk.do(desk.room.store.blobs.add_piece(sha, len(data), 0, data[: len(data) * 2 // 5]))
    detail.attached._on_tick(0)
    desk.until(lambda: lines(detail)[2] in ("mengunduh 39 %", "mengunduh 40 %"))
    desk.until(lambda: " % dari " in viewer.words.text)
    here = desk.do(desk.room.blobs_here([sha]))[sha]
    desk.do(desk.room.store.blobs.add_piece(sha, len(data), here.have, data[here.have :]))
    desk.until(lambda: viewer.opened is not None and viewer.pages.currentWidget() is viewer.photo)
    assert viewer.photo.image.width() == 900
    desk.until(lambda: lines(detail)[2] == "tersimpan di ruang ini")


def test_the_centre_is_claimed_only_with_entry_and_bytes():
    one = Attachment("s-1", "a" * 64, 2_300_000, "image/jpeg", "a", "", 0, 0, 0, "op", None)
    numbered = Attachment("s-1", "a" * 64, 2_300_000, "image/jpeg", "a", "", 0, 0, 0, "op", 7)
    whole, known = BlobHere(9, 9, True), BlobHere(9, 9, True, False, True)
    assert [lying(*pair).words for pair in ((one, whole), (one, known), (numbered, whole))] == [
        "tersimpan di ruang ini"
    ] * 3
    assert lying(numbered, known).words == "tersimpan di pusat"
    assert lying(numbered, BlobHere()).words == "belum diunduh · 2.3 MB"
    assert lying(numbered, BlobHere(999_999, 1_000_000)).words == "mengunduh 99 %"
    assert lying(numbered, BlobHere(size=9, damaged=True)) == ("rusak", True)


def test_damaged_bytes_are_said_to_be(desk, detail):
    attach(desk, detail, ("a.jpg", photo(900, 600, grain=4)))
    sha = detail.attached.model.items[0].sha256
    desk.do(desk.room.store.blobs.write(lambda db: blob_file.mark_damaged(db, sha)))
    desk.room.store.blobs.changed()
    desk.until(lambda: lines(detail)[2] == "rusak")
    desk.press(Key.Key_F, SHIFT)
    desk.press(Key.Key_Return)
    desk.until(lambda: "rusak dan disisihkan; datang lagi begitu tersambung" in detail.viewer.state.text())


def test_a_copy_is_saved_under_a_name_of_ours_and_not_opened(desk, detail, tmp_path):
    attach(desk, detail, ("../../x<b>.jpg", photo()))
    desk.press(Key.Key_F, SHIFT)
    desk.press(Key.Key_Return)
    desk.until(lambda: detail.viewer.opened is not None)
    desk.press(Key.Key_S, CTRL)
    desk.until(lambda: bool(desk.window.findChildren(QFileDialog)))
    (form,) = desk.window.findChildren(QFileDialog)
    field = form.findChild(QLineEdit, "fileNameEdit")
    assert field.text().startswith("lampiran-") and field.text().endswith(".jpg")
    field.setText(str(tmp_path / field.text()))
    field.setFocus()
    desk.press(Key.Key_Return)
    desk.until(lambda: desk.window.said.text().startswith("Salinan tersimpan: lampiran-"))
    (copy,) = tmp_path.glob("lampiran-*.jpg")
    assert copy.read_bytes() == photo()
    assert not os.access(copy, os.X_OK)


def reds(desk) -> int:
    """How much of the workspace is red, in points of some 20 by 20 pixels."""
    seen = desk.window._desk.grab().toImage().scaled(64, 36)
    colours = (seen.pixelColor(x, y) for x in range(64) for y in range(36))
    return sum(c.red() > 180 and c.green() < 60 and c.blue() < 60 for c in colours)


@pytest.fixture
def dressed(qapp, desk):
    dress(qapp, desk.window.context.theme)
    yield
    qapp.setStyleSheet("")


def test_the_lock_covers_what_is_open_and_file_forms_go(desk, detail, dressed):
    desk.room.log_in_as(Operator("op-1", "Operator Uji", "koordinator", CITY, "$argon2id$tidak-dipakai"))
    red = io.BytesIO()
    Image.new("RGB", (900, 600), (220, 10, 10)).save(red, "PNG")
    attach(desk, detail, ("a.png", red.getvalue()))
    desk.until(lambda: reds(desk) > 10)
    desk.press(Key.Key_F, SHIFT)
    desk.press(Key.Key_Return)
    desk.until(lambda: detail.viewer.opened is not None and reds(desk) > 200)
    desk.press(Key.Key_S, CTRL)
    desk.until(lambda: bool(desk.window.findChildren(QFileDialog)))
    desk.window.session.lock()
    desk.until(lambda: not desk.window.findChildren(QFileDialog))
    assert desk.window.login.isVisible() and reds(desk) == 0
    desk.press(Key.Key_F)
    assert actions(desk).sheet is None and desk.window.findChildren(QFileDialog) == []


def test_the_picture_of_an_incident_is_of_one_with_photos_where_there_is_one(desk, detail, tmp_path):
    plain = desk.open("Kebakaran pasar")
    desk.select(plain)
    assert desk.do(_photographed(desk.window)) == ""
    with_photo = desk.open("Lampu padam", "D02")
    desk.select(with_photo)
    desk.until(lambda: detail.detail is not None and detail.detail.incident.subject == with_photo)
    attach(desk, detail, ("a.jpg", photo()))
    desk.select(plain)
    desk.do(screenshots(desk.window, tmp_path, ((1366, 768),)))
    assert desk.window.context.incident == with_photo


def test_another_incident_closes_what_is_open(desk, detail):
    attach(desk, detail, ("a.jpg", photo()))
    desk.press(Key.Key_F, SHIFT)
    desk.press(Key.Key_Return)
    desk.until(lambda: detail.viewer.opened is not None)
    desk.select(desk.open("Banjir"))
    desk.until(lambda: not detail.viewer.isVisible())
    assert detail.viewer.opened is None and not detail.attached.isVisible()


def test_a_form_lies_hidden_while_the_screen_is_locked_and_keeps_what_was_written(desk, detail, tmp_path):
    operator = Operator("op-1", "Operator Uji", "koordinator", CITY, "$argon2id$tidak-dipakai")
    desk.room.log_in_as(operator)
    (tmp_path / "a.jpg").write_bytes(photo())
    choose(desk, tmp_path / "a.jpg")
    form = sheet(desk)
    desk.type("dari pos")
    desk.window.session.lock()
    desk.until(lambda: not form.isVisible())
    desk.room.log_in_as(operator)
    desk.until(lambda: form.isVisible() and not desk.window.login.isVisible())
    assert form.note.text() == "dari pos" and form.note.hasFocus()
    desk.press(Key.Key_Return)
    desk.until(lambda: [one.note for one in kept(desk, detail)] == ["dari pos"])
