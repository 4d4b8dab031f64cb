"""The command line as programs and people meet it: exit codes, one line for what went wrong, options on either side."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from console.central.retention import KEEP_DAYS, LEAST_DAYS
from console.commands.grammar import parsed

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "", "central serve", "central enrol", "central revoke", "central operators set", "enrol", "agent", "sync", "attach",
    "city check", "city show", "feed once", "bundle export", "central backup", "line show", "line budget",
)  # fmt: skip


def simpul(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It could not run, says so in one line on standard error, and nothing where programs read answers."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("simpul: ") and done.stderr.count("\n") == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    import main

    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main.main([*command.split(), "--help"])
        assert ended.value.code == 0
        assert "--data" in capsys.readouterr().out, command


def test_a_pack_that_is_not_there_is_one_line_and_no_answer() -> None:
    assert_one_line(simpul("city", "check", "tidak-ada", "--json"), "tidak-ada")


def test_options_stand_before_or_after_the_command() -> None:
    before, after = simpul("--json", "city", "check", "bandung"), simpul("city", "check", "bandung", "--json")
    assert before.returncode == after.returncode == 0
    assert msgspec.json.decode(before.stdout) == msgspec.json.decode(after.stdout) == {"faults": []}


def test_a_links_budget_is_set_in_words_that_a_bill_uses_and_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import main

    here = ["--data", str(tmp_path / "ruang"), "--city", "bandung"]
    assert main.main([*here, "line", "budget", "--hour", "2MB", "--day", "1.5GB", "--link", "wwan0", "--json"]) == 0
    assert main.main([*here, "line", "budget", "--day", "300MB"]) == 0
    capsys.readouterr()
    assert main.main([*here, "line", "show", "--json"]) == 0
    bounds = {
        row["link"]: (row["per_hour"], row["per_day"]) for row in msgspec.json.decode(capsys.readouterr().out)["links"]
    }
    assert bounds == {"wwan0": (2_000_000, 1_500_000_000), "": (0, 300_000_000)}
    assert main.main([*here, "line", "show"]) == 0
    text = capsys.readouterr().out
    assert "wwan0: jam ini 0 B (batas 2,0 MB)" in text and "saluran lain: batas per jam tanpa batas" in text
    with pytest.raises(SystemExit):
        main.main([*here, "line", "budget", "--hour", "banyak"])


def test_a_folder_before_the_command_is_the_one_used(tmp_path: Path) -> None:
    data = tmp_path / "ruang"
    assert_one_line(simpul("--data", data, "--city", "bandung", "sync", "--once"), "belum terdaftar")
    assert (data / "room.db").exists()
    if os.name == "posix":
        assert stat.S_IMODE(data.stat().st_mode) == 0o700, "others on this machine could read the room"
    # The same folder is no other city's room.
    assert_one_line(simpul("sync", "--once", "--data", data, "--city", "binjai"), "pakai --data lain")


def test_a_centre_that_does_not_answer_is_named(tmp_path: Path) -> None:
    done = simpul("enrol", "http://127.0.0.1:9", "AAAA", "--name", "Uji", "--data", tmp_path / "ruang")
    assert_one_line(done, "http://127.0.0.1:9", "periksa alamat")


def test_an_unknown_source_is_one_line(tmp_path: Path) -> None:
    assert_one_line(simpul("feed", "once", "entah", "--data", tmp_path / "ruang", "--city", "bandung"), "entah")


def test_faults_in_a_source_are_counted_and_end_with_one(tmp_path: Path) -> None:
    broken = tmp_path / "gempa.json"
    broken.write_text("bukan apa-apa", "utf-8")
    place = ("--data", tmp_path / "ruang", "--city", "bandung", "--json")
    done = simpul("feed", "once", "bmkg-gempa", "--from", broken, *place)
    assert done.returncode == 1
    assert msgspec.json.decode(done.stdout)["faults"] == {"bukan JSON": 1}


def test_an_operator_of_nowhere_is_not_written(tmp_path: Path) -> None:
    place = ("--data", tmp_path / "pusat", "--city", "bandung", "--no-password")
    assert_one_line(simpul("central", "operators", "set", "op", "--territory", "99.99", *place), "99.99")
    unknown = ("--territory", "32.73", "--role", "opd", "--agency", "ENTAH")
    assert_one_line(simpul("central", "operators", "set", "op", *unknown, *place), "ENTAH")
    assert simpul("central", "operators", "set", "op", "--territory", "32.73", "--role", "raja", *place).returncode == 2


def test_a_database_of_ones_own_may_be_named_where_no_list_of_processes_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import main

    monkeypatch.setenv("SIMPUL_DSN", "postgresql://simpul:rahasia@basis/kota")
    for command in ("serve", "enrol 99.01"):
        options = parsed(["central", *command.split()], main.Screens())
        assert options.dsn == "postgresql://simpul:rahasia@basis/kota"
    named = parsed(["central", "serve", "--dsn", "postgresql://lain"], main.Screens())
    assert named.dsn == "postgresql://lain"
    monkeypatch.setenv("SIMPUL_DSN", "")
    assert parsed(["central", "serve"], main.Screens()).dsn is None


def test_a_code_comes_by_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    import main

    for arguments in (["enrol", "http://pusat", "-", "--name", "Uji"], ["agent", "--enrol", "http://pusat", "-"]):
        options = parsed(arguments, main.Screens())
        typed = io.TextIOWrapper(io.BytesIO(b" KODE-1 \nsisanya"))
        monkeypatch.setattr("sys.stdin", typed)
        main.take_secrets(options)
        assert "KODE-1" in ((options.enrol or ()) if arguments[0] == "agent" else (options.code,))
        # What comes after it is left to whoever reads on.
        assert typed.buffer.read() == b"sisanya"


@pytest.mark.parametrize(
    ("arguments", "words", "function"),
    [
        ([], "", "open_window"),
        (["--demo", "--city", "binjai"], "", "open_window"),
        (["--data", "agent", "--theme", "light"], "", "open_window"),
        (["--json", "doctor"], "doctor", "doctor"),
        (["--data", "d", "central", "serve"], "central serve", "serve"),
        (["city", "check", "bandung", "--json"], "city check", "check"),
    ],
)
def test_a_command_is_found_wherever_its_words_stand(arguments: list[str], words: str, function: str) -> None:
    import main

    options = parsed(arguments, main.Screens())
    assert (options.words, options.command.__name__) == (words, function)
    assert options.json == ("--json" in arguments)


def test_how_long_readings_are_kept_has_a_floor_and_the_help_names_the_default(tmp_path: Path) -> None:
    few = simpul("central", "serve", "--data", tmp_path, "--city", "binjai", "--keep-readings", "3")
    assert_one_line(few, f"paling sedikit {LEAST_DAYS} hari")
    text = " ".join(simpul("central", "serve", "--help").stdout.split())
    assert f"default: {KEEP_DAYS}, at least {LEAST_DAYS}" in text and "bounded in each process" in text
