"""Runs the benchmarks, each in a process of its own, and prints their JSON lines as they come.

    python tests/benchmarks/run.py [NAME ...]

Exit 0: every figure was reached; 1: some were missed, named on stderr; 2: a benchmark could not run. One that fails or
overruns its time does not stop the others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMIT_S = 300.0


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all, and give the exit code."""
    modules = sorted(each for each in HERE.glob("*.py") if each.stem != "run" and not each.stem.startswith("_"))
    unknown = set(wanted) - {each.stem for each in modules}
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    figures: list[dict[str, object]] = []
    broken: list[str] = []
    for module in modules:
        if not wanted or module.stem in wanted:
            found, fault = measure(module)
            figures += found
            broken += [fault] if fault else []
    return _summary(figures, broken)


def measure(module: Path, limit_s: float = LIMIT_S) -> tuple[list[dict[str, object]], str]:
    """Run one benchmark; print its figures unchanged and give them, and what went wrong, "" when nothing did."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "LC_ALL": "C.UTF-8",
        # A figure is kept even of one that is ended right after.
        "PYTHONUNBUFFERED": "1",
    }
    figures: list[dict[str, object]] = []
    with subprocess.Popen(
        [sys.executable, str(module)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as child:
        stop = threading.Timer(limit_s, lambda: os.killpg(child.pid, 9))
        stop.start()
        complaints: list[str] = []
        reader = threading.Thread(target=lambda: complaints.extend(child.stderr or ()))
        reader.start()
        for line in child.stdout or ():
            figure = _figure(line)
            if figure is not None:
                figures.append(figure)
                print(line.rstrip("\n"), flush=True)
        code = child.wait()
        overran = not stop.is_alive()
        stop.cancel()
        reader.join()
    if overran:
        return figures, f"{module.stem}: not done after {limit_s:g} s"
    if code != 0 or not figures:
        said = "".join(complaints[-15:]).strip() or "no figure printed"
        return figures, f"{module.stem}: exit {code}\n{said}"
    return figures, ""


def _figure(line: str) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "name" in found else None


def _summary(figures: list[dict[str, object]], broken: list[str]) -> int:
    missed = [each for each in figures if each.get("ok") is False]
    for each in missed:
        print(
            f"missed: {each['name']} {each.get('value')} {each.get('unit', '')}, reach {each.get('reach')}",
            file=sys.stderr,
        )
    for fault in broken:
        print(f"could not run: {fault}", file=sys.stderr)
    print(f"{len(figures)} figures, {len(missed)} missed, {len(broken)} benchmarks could not run", file=sys.stderr)
    return 2 if broken else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
