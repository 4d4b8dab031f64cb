"""Nothing gets out of the map page, whatever runs in it; and the same attempts do get out where a layer stands alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOADS = {"fetch", "xhr", "img", "script", "stylesheet", "css-url", "css-import", "font", "video", "socket", "beacon"}
MOVES = {"form", "refresh", "location"}
FRAMES = {"iframe", "object", "embed"}


def attempt(mode: str, canary: Any) -> dict[str, Any]:
    """Run all attempts in a process of their own and give its account."""
    script = str(Path(__file__).with_name("attempts.py"))
    done = subprocess.run(
        [sys.executable, script, mode, str(canary.port)], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_no_attempt_leaves_the_map_page(canary: Any) -> None:
    found = attempt("whole", canary)
    assert canary.visits == []
    assert_held(found)


def test_without_the_engine_flags_no_request_leaves_but_a_preconnect_knocks(canary: Any) -> None:
    found = attempt("layers", canary)
    assert set(canary.visits) <= {"(connected)", ""}
    assert_held(found)


def assert_held(found: dict[str, Any]) -> None:
    assert (found["state"], found["where"]) == ("live", "console://map/page.html")
    assert found["blocked"]["policy"] >= len(LOADS)
    assert found["blocked"]["navigation"] >= len(MOVES) - 1


def test_the_same_attempts_leave_a_bare_page(canary: Any) -> None:
    attempt("bare", canary)
    unseen = {name for name in LOADS | MOVES | FRAMES | {"webrtc"} if not canary.saw(name)}
    assert unseen == set()


def test_a_content_policy_alone_leaks(canary: Any) -> None:
    attempt("policy", canary)
    assert not any(canary.saw(name) for name in LOADS)
    assert canary.saw("location") and canary.saw("refresh")


def test_an_interceptor_alone_leaks(canary: Any) -> None:
    attempt("interceptor", canary)
    assert not any(canary.saw(name) for name in LOADS - {"socket"})
    assert canary.saw("webrtc")


def test_the_engine_flags_alone_stop_even_a_bare_page(canary: Any) -> None:
    attempt("flags", canary)
    assert canary.visits == []
