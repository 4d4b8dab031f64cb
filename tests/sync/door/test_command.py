"""The door as the program opens it: only when it is told to, and closed in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from console.domain.keys import DeviceKey
from console.sync.door.messages import HELLO
from console.sync.door.session import CallingSide
from tests.sync.door.test_door import send

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_an_agent_opens_the_door_it_was_told_and_turns_strangers_away(tmp_path: Path) -> None:
    port, nobody = free_port(), free_port()
    said = [
        "--data",
        tmp_path / "room",
        "--city",
        "binjai",
        "agent",
        "--door",
        port,
        "--neighbour",
        f"127.0.0.1:{nobody}",
        "--lan",
        "127.0.0.1",
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    agent = subprocess.Popen([sys.executable, "main.py", *map(str, said)], cwd=ROOT, env=environment)
    try:
        ends = time.monotonic() + 30
        while not answers(port):
            assert agent.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.1)
        hello = msgspec.json.encode(CallingSide(DeviceKey.generate()).hello)
        assert send(port, HELLO, hello)[0] == 401
    finally:
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(20) == 0
    assert not answers(port)
