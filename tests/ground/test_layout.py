"""The repository holds what it should and nothing else: known names on top, no machine's paths or package hosts, and
no map data that is only lent."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {
    ".ci", ".gitignore", "Makefile", "README.md", "console", "constraints.txt", "main.py", "maps", "pyproject.toml",
    "resources", "tests", "widgets",
}  # fmt: skip
LENT = ROOT.parent / "shared"
# Files that say nothing of their own can be alike by chance.
SMALL = 64

# Written so that this file does not match itself.
_HOSTS = re.compile(
    r"pypi\.or"
    + r"g|pythonh"
    + r"osted|files\.pyth"
    + r"on|(?:index|extra-index|find-links)[-_]?ur"
    + r"l|deb\.deb"
    + r"ian|registry\.np"
    + "m"
)
_PATHS = re.compile(r"(?<![\w.~])/(?:ho" + r"me|ro" + r"ot|Us" + r"ers|wo" + r"rk|opt/wheels)/[\w.]")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in asked.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts(files: list[Path]) -> dict[Path, str]:
    return {file: file.read_bytes().decode("utf-8", "ignore") for file in files if file.suffix not in {".png", ".ogg"}}


def test_top_level_holds_only_known_names(tracked: list[Path]) -> None:
    assert {file.relative_to(ROOT).parts[0] for file in tracked} <= TOP


def test_no_package_host_is_named(tracked: list[Path]) -> None:
    found = {f"{file}: {match[0]}" for file, text in texts(tracked).items() for match in _HOSTS.finditer(text)}
    assert found == set()


def test_no_path_of_one_machine(tracked: list[Path]) -> None:
    found = {f"{file}: {match[0]}" for file, text in texts(tracked).items() for match in _PATHS.finditer(text)}
    assert found == set()


def test_packages_are_pinned_by_name_and_version_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []
    assert lines == sorted(lines, key=str.lower)


def test_every_requirement_is_pinned() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [each for extra in project["optional-dependencies"].values() for each in extra]
    pinned = {
        line.split("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    names = {re.split(r"[\[<>=;\s]", each)[0].lower().replace("_", "-") for each in wanted}
    assert names - pinned == set()


def test_nothing_lent_is_committed(tracked: list[Path]) -> None:
    if not LENT.is_dir():
        pytest.skip("no ../shared beside the project: nothing to compare with")
    lent = {digest(file): file for file in LENT.rglob("*") if file.is_file() and file.stat().st_size >= SMALL}
    taken = {f"{file} is {lent[digest(file)]}" for file in tracked if digest(file) in lent}
    assert taken == set()


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_no_package_marker_under_tests(tracked: list[Path]) -> None:
    assert [file for file in tracked if file.name == "__init__.py" and (ROOT / "tests") in file.parents] == []
