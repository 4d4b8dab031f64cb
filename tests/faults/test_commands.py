"""What the commands print of a bad centre: one line that says what to do, counts for programs, and an exit code."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import main
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer, Handler
from tests.faults.certificates import Authority
from tests.faults.test_clock import DECADE_S, WrongClock, clock_library, simpul
from tests.faults.zoo import READS, revoked_meanwhile
from tests.faults.zoo_room import QUEUE, fill, make_room, opened
from tests.sync.scripted_centre import ScriptedCentre, accepted, refused_from

__all__ = ["clock_library"]
pytestmark = [pytest.mark.expect_log("command_failed"), pytest.mark.usefixtures("own_root_logger")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"))


def filled_room(folder: Path, server: str, authority: Path | None = None) -> Path:
    path = make_room(folder, server, authority)

    async def write() -> None:
        async with opened(path) as room:
            await fill(room)

    asyncio.run(write())
    return path


def line_of(code: str) -> str:
    """The one line on standard error."""
    text, step, _, _ = READS[code]
    return f"simpul: {text} {step}.\n"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (bad.portal, "line_fake"),
        (bad.truncated, "line_cut"),
        (bad.large_bomb, "centre_unusable"),
        (bad.busy(60), "centre_busy"),
        (bad.error, "centre_failing"),
        (bad.unauthorized, "unenrolled"),
        (revoked_meanwhile, "revoked"),
    ],
)
def test_an_exchange_that_did_not_come_about_says_what_to_do_and_ends_with_two(
    behaviour: bad.Behaviour, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with BadServer(behaviour) as server:
        path = filled_room(tmp_path, server.url)
        assert main.main(["sync", "--once", "--json", "--data", str(path)]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["problem"], told["queue"], told["sent"], told["whole"]) == (code, QUEUE, 0, False)
    assert err == line_of(code)


def test_one_that_found_faults_ends_with_one_and_one_that_went_well_with_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with BadServer(ScriptedCentre(refused_from(2), accepted)) as server:
        path = filled_room(tmp_path, server.url)
        assert main.main(["sync", "--once", "--json", "--data", str(path)]) == 1
        out, err = capsys.readouterr()
        assert json.loads(out)["problem"] == "entries_refused"
        refused = "3 catatan ditolak pusat; semua tetap tersimpan di ruang ini. Lihat alasannya."
        assert err == f"simpul: {refused}\n"
    with BadServer(ScriptedCentre(accepted)) as server:
        path = filled_room(tmp_path / "baik", server.url)
        assert main.main(["sync", "--once", "--json", "--data", str(path)]) == 0
        out, err = capsys.readouterr()
        assert (json.loads(out)["sent"], err) == (QUEUE, "")


def refuses_code(h: Handler) -> None:
    h.reply(403, b'{"code":"not_enrolled","reason":"Kode tidak berlaku. Mintalah kode baru."}')


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (bad.portal, "Internet palsu: yang menjawab bukan pusat; masuk dahulu ke jaringan ini."),
        (bad.error, "Pusat sedang sibuk atau dipulihkan; coba lagi sebentar lagi."),
        (bad.garbage, "Yang menjawab di {0} bukan pusat Simpul; periksa alamatnya."),
        (bad.reset, "Pusat di {0} tidak terjangkau; periksa alamat dan sambungan."),
        (bad.truncated, "Jawaban pusat tidak sampai utuh; periksa sambungan, lalu coba lagi."),
        (refuses_code, "Kode tidak berlaku. Mintalah kode baru."),
    ],
)
def test_an_enrolment_that_fails_says_why_in_the_windows_own_words(
    behaviour: bad.Behaviour, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with BadServer(behaviour) as server:
        arguments = ["enrol", server.url, "KODE", "--name", "Uji", "--data", str(tmp_path / "ruang")]
        assert main.main(arguments) == 2
    assert capsys.readouterr() == ("", f"simpul: {said.format(server.url)}\n")


def test_a_citys_own_authority_is_needed_once_and_then_the_only_one(
    ours: Authority, theirs: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(tmp_path / "ruang")]
    with BadServer(bad.error, bad.tls(ours.server())) as server:
        enrol = ["enrol", server.url, "KODE", "--name", "Uji", *place]
        assert main.main(enrol) == 2
        assert capsys.readouterr().err == line_of("tls_issuer")
        assert main.main([*enrol, "--ca", str(ours.file)]) == 2
        assert "Pusat sedang sibuk" in capsys.readouterr().err, "who it is was proven; the rest is the server's trouble"
        assert main.main(enrol) == 2
        assert "Pusat sedang sibuk" in capsys.readouterr().err, "it was kept"
        assert main.main(["enrol", "--ca", str(theirs.file), *place]) == 0
        capsys.readouterr()
        assert main.main(enrol) == 2
        assert capsys.readouterr().err == line_of("tls_issuer")


def test_what_is_no_certificate_is_not_kept_and_a_secret_beside_one_is_left_out(
    ours: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(tmp_path / "ruang")]
    wrong = tmp_path / "salah.pem"
    wrong.write_text("bukan sertifikat")
    assert main.main(["enrol", "--ca", str(wrong), *place]) == 2
    assert "tidak berisi sertifikat CA" in capsys.readouterr().err
    assert not (tmp_path / "ruang" / "centre-ca.pem").exists()
    ours.server()
    both = tmp_path / "dua.pem"
    both.write_bytes((ours.file.parent / "server.pem").read_bytes() + ours.file.read_bytes())
    assert main.main(["enrol", "--ca", str(both), *place]) == 0
    kept = (tmp_path / "ruang" / "centre-ca.pem").read_text()
    assert kept.count("BEGIN CERTIFICATE") == 2 and "PRIVATE KEY" not in kept
    assert main.main(["enrol", "https://127.0.0.1:9", "KODE", *place]) == 2
    assert "--name" in capsys.readouterr().err


def test_the_agent_tells_what_changes_and_goes_on(ours: Authority, theirs: Authority, tmp_path: Path) -> None:
    with BadServer(ScriptedCentre(*[accepted] * 9), bad.tls(theirs.server())) as server:
        path = filled_room(tmp_path, server.url, ours.file)
        command = [sys.executable, str(ROOT / "main.py"), "agent", "--data", str(path)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as agent:
            assert agent.stderr is not None
            assert agent.stderr.readline() == line_of("tls_issuer")
            server.door = bad.tls(ours.server())
            assert agent.stderr.readline() == "simpul: Tersambung ke pusat.\n"
            agent.send_signal(signal.SIGTERM)
            assert agent.wait(60) == 0
            assert agent.stderr.read() == ""


@pytest.mark.parametrize("seconds", [DECADE_S, -DECADE_S])
def test_a_machine_whose_clock_is_ten_years_off_is_told_so_and_not_that_the_centre_is_false(
    ours: Authority, clock_library: Path, tmp_path: Path, seconds: float
) -> None:
    clock = WrongClock(tmp_path, clock_library)
    with BadServer(bad.portal, bad.tls(ours.server())) as server:
        place = ("--name", "Uji", "--ca", ours.file, "--data", tmp_path / "ruang")
        clock.ahead(seconds)
        said = simpul(clock.environment, "enrol", server.url, "KODE", *place)
        year = datetime.fromtimestamp(time.time() + seconds, UTC).year
        assert said.returncode == 2
        assert f"{year} dan kemungkinan salah" in said.stderr and "Betulkan tanggal dan jam komputer" in said.stderr
        clock.ahead(0)
        assert "Internet palsu" in simpul(clock.environment, "enrol", server.url, "KODE", *place).stderr
