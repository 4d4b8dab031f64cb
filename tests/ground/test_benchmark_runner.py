"""The benchmark runner passes figures on, and one broken benchmark is told, not hidden."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_RUNNER = Path(__file__).parents[1] / "benchmarks" / "run.py"


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_runner", _RUNNER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(folder: Path, body: str) -> Path:
    file = folder / "sample.py"
    file.write_text(body)
    return file


GOOD = 'print("chatter")\nprint(\'{"name": "a", "value": 2, "reach": 1, "ok": false}\')\n'


def test_figures_are_printed_as_they_are(
    runner: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, fault = runner.measure(write(tmp_path, GOOD))
    assert fault == ""
    assert figures == [{"name": "a", "value": 2, "reach": 1, "ok": False}]
    assert capsys.readouterr().out == '{"name": "a", "value": 2, "reach": 1, "ok": false}\n'


def test_one_that_fails_keeps_the_figures_it_had(runner: ModuleType, tmp_path: Path) -> None:
    figures, fault = runner.measure(write(tmp_path, GOOD + 'raise OSError("no disk")\n'))
    assert len(figures) == 1
    assert fault.startswith("sample: exit 1") and "no disk" in fault


def test_one_that_prints_nothing_is_at_fault(runner: ModuleType, tmp_path: Path) -> None:
    assert "no figure" in runner.measure(write(tmp_path, "pass"))[1]


def test_one_that_hangs_is_ended_with_its_children(runner: ModuleType, tmp_path: Path) -> None:
    body = GOOD + 'import subprocess\nsubprocess.run(["sleep", "60"])\n'
    figures, fault = runner.measure(write(tmp_path, body), limit_s=1.0)
    assert len(figures) == 1
    assert "not done after 1 s" in fault


def test_exit_code_tells_misses_from_breakdowns(
    runner: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "HERE", tmp_path)
    sample = write(tmp_path, GOOD)
    assert runner.main([]) == 1
    sample.write_text(GOOD.replace("false", "true"))
    assert runner.main(["sample"]) == 0
    sample.write_text("raise SystemExit(3)")
    assert runner.main([]) == 2
    assert runner.main(["other"]) == 2
