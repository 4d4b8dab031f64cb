"""The diary: one JSON line an event, rotating, whoever speaks, and never a secret."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from console import log

pytestmark = pytest.mark.usefixtures("own_root_logger")
SECRET = "s3cr3t-Zx81"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_one_json_line_an_event_with_time_level_and_program(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "ruang")
    log.logger("console.sync").info("pushed", entries=3, place="Cicendo — é")
    logging.getLogger("uvicorn.error").info("started on %s", "loopback")
    assert file == tmp_path / "logs" / "ruang.log"
    ours, theirs = lines(file)
    assert (ours["event"], ours["level"], ours["logger"], ours["program"]) == (
        "pushed",
        "info",
        "console.sync",
        "ruang",
    )
    assert (ours["entries"], ours["place"]) == (3, "Cicendo — é")
    assert ours["at"].endswith("Z")
    assert (theirs["event"], theirs["logger"]) == ("started on loopback", "uvicorn.error")


@pytest.mark.expect_log("broken")
def test_a_traceback_stays_on_its_line(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "ruang")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        log.logger("console.store").exception("broken")
    (line,) = lines(file)
    assert "ValueError: two\nlines" in line["exception"]


@pytest.mark.expect_log("careful")
def test_python_warnings_are_written(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "ruang")
    warnings.warn("careful", stacklevel=1)
    assert [(line["level"], line["logger"]) for line in lines(file)] == [("warning", "py.warnings")]


def test_debug_is_kept_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quiet = log.configure(tmp_path / "a", "ruang")
    log.logger("console").debug("detail")
    assert not quiet.exists()
    loud = log.configure(tmp_path / "b", "ruang", verbose=True)
    log.logger("console").debug("detail")
    assert [line["event"] for line in lines(loud)] == ["detail"]
    assert "detail" in capsys.readouterr().err


def test_the_file_rotates_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FILE_BYTES", 2_000)
    file = log.configure(tmp_path, "ruang")
    for number in range(200):
        log.logger("console").info("turn", number=number)
    kept = sorted(file.parent.iterdir())
    assert [each.name for each in kept] == ["ruang.log", *(f"ruang.log.{n}" for n in range(1, log.FILES_KEPT + 1))]
    assert all(each.stat().st_size <= 2_000 for each in kept)
    assert lines(file)[-1]["number"] == 199
    assert all(line["event"] == "turn" for each in kept for line in lines(each))


@pytest.mark.expect_log("refused", "failed")
@pytest.mark.parametrize(
    "speak",
    [
        lambda: log.logger("console").error("refused", token=SECRET),
        lambda: log.logger("console").error("refused", headers={"Authorization": f"Bearer {SECRET}"}),
        lambda: log.logger("console").error("refused", tries=[{"deep": ({"device_token": SECRET},)}]),
        lambda: log.logger("console").error("refused", body=b'{"password": "' + SECRET.encode() + b'"}'),
        lambda: log.logger("console").error("refused", url=f"http://127.0.0.1:1/v1/x?token={SECRET}&n=1"),
        lambda: log.logger("console").error("refused", dsn=f"postgresql://room:{SECRET}@db/simpul"),
        lambda: logging.getLogger("urllib3").error("failed with Authorization: Bearer %s", SECRET),
        lambda: logging.getLogger("urllib3").error("failed", extra={"password": SECRET}),
    ],
)
def test_no_secret_is_written(tmp_path: Path, speak: Any) -> None:
    file = log.configure(tmp_path, "ruang")
    speak()
    (line,) = lines(file)
    assert line["event"].startswith(("refused", "failed"))
    assert SECRET not in file.read_text(encoding="utf-8")
    assert log.HIDDEN in file.read_text(encoding="utf-8")


@pytest.mark.expect_log("failed")
def test_no_secret_in_a_traceback(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "ruang")
    try:
        raise ConnectionError(f"cannot reach http://u:{SECRET}@127.0.0.1/ with token='{SECRET}'")
    except ConnectionError:
        log.logger("console").exception("failed")
    assert "ConnectionError" in file.read_text(encoding="utf-8")
    assert SECRET not in file.read_text(encoding="utf-8")


@pytest.mark.expect_log("uncaught")
def test_what_nobody_caught_is_written_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    file = log.configure(tmp_path, "ruang")
    log.catch_errors(lambda kind, error, trace: told.append(f"{kind.__name__}: {error}"))
    thread = threading.Thread(target=int, args=("eleven",))
    thread.start()
    thread.join()
    sys.excepthook(KeyError, KeyError("gone"), None)
    assert told == ["ValueError: invalid literal for int() with base 10: 'eleven'", "KeyError: 'gone'"]
    assert [line["event"] for line in lines(file)] == ["uncaught", "uncaught"]


def test_configuring_again_moves_the_diary(tmp_path: Path) -> None:
    first, second = log.configure(tmp_path / "a", "ruang"), log.configure(tmp_path / "b", "ruang")
    log.logger("console").info("here")
    assert not first.exists()
    assert len(lines(second)) == 1


def test_a_module_speaks_in_its_own_name_and_loads_nothing_before_it_speaks(tmp_path: Path) -> None:
    file = log.configure(tmp_path, "ruang")
    speaker = log.logger()
    assert not file.exists()
    speaker.info("hadir")
    [line] = lines(file)
    assert (line["event"], line["logger"]) == ("hadir", __name__)


def test_a_diary_that_is_opened_again_goes_on_in_its_new_place(tmp_path: Path) -> None:
    first, second = (log.configure(tmp_path / name, "ruang") for name in ("satu", "dua"))
    log.logger("uji").info("pindah")
    assert not first.exists()
    assert [line["event"] for line in lines(second)] == ["pindah"]
