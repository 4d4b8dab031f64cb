"""The nets under every test really catch: unexpected log events, Qt warnings, and what is left running."""

from __future__ import annotations

from pathlib import Path

import pytest

_CONFTEST = Path(__file__).parents[1] / "conftest.py"
_INI = """
[pytest]
pythonpath = {root}
qt_api = pyside6
qt_log_level_fail = WARNING
markers = expect_log
"""


def run(pytester: pytest.Pytester, body: str) -> pytest.RunResult:
    # The nets themselves, without the plugin line, which only the outermost conftest may have.
    pytester.makeconftest(_CONFTEST.read_text(encoding="utf-8").replace('pytest_plugins = ["pytester"]', ""))
    pytester.makeini(_INI.format(root=_CONFTEST.parents[1]))
    pytester.makepyfile(body)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_a_logged_warning_fails_unless_expected(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import logging, pytest, structlog

        def test_ours(): structlog.get_logger("console.sync").warning("line_lost")
        def test_theirs_warns(): logging.getLogger("urllib3").warning("retrying")
        def test_theirs_fails(): logging.getLogger("urllib3").error("gave up")
        @pytest.mark.expect_log("line_lost")
        def test_expected(): structlog.get_logger("console.sync").warning("line_lost")
        @pytest.mark.expect_log("line_lost")
        def test_another(): structlog.get_logger("console.sync").warning("disk_full")
        """,
    )
    result.assert_outcomes(passed=5, errors=3)
    result.stdout.fnmatch_lines(["*line_lost*"])


def test_a_qt_warning_fails(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from PySide6.QtCore import QObject, qWarning

        def test_quiet(qapp): assert QObject() is not None
        def test_warns(qapp): qWarning("odd")
        """,
    )
    result.assert_outcomes(passed=1, failed=1)


def test_threads_processes_timers_and_windows_left_behind_fail(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import subprocess, threading
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QWidget

        kept = []

        def test_leaves(qapp):
            kept.append(threading.Event())
            threading.Thread(target=kept[0].wait, args=(30,), name="forgotten", daemon=True).start()
            kept.append(subprocess.Popen(["sleep", "20"]))
            kept.append(QTimer())
            kept[-1].start(1000)
            kept.append(QWidget())
            kept[-1].show()

        def test_that_comes_after(): pass
        """,
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines_random(["thread forgotten", "process sleep*", "timer *", "window *"])


def test_a_clean_module_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import subprocess, threading
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QWidget

        def test_cleans_up(qtbot):
            thread = threading.Thread(target=int)
            thread.start()
            subprocess.run(["true"])
            window = QWidget()
            qtbot.addWidget(window)
            timer = QTimer(window)
            timer.start(1000)
            window.show()
            thread.join()
        """,
    )
    result.assert_outcomes(passed=1)
