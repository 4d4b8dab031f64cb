"""A centre that answers as a script says, for answers that a real one seldom gives."""

from __future__ import annotations

import msgspec

from console.domain.clock import SystemClock
from console.wire import codec
from console.wire.messages import MEDIA_TYPE, Answer, Changes, PushReply, PushRequest
from console.wire.runs import unpack_run
from tests.faults.bad_server import Handler
from tests.small_city import NORTH


class ScriptedCentre:
    """Answers pushes in turn from `script` (each a function of the offered seqs); remembers what was offered."""

    def __init__(self, *script) -> None:
        self.script = list(script)
        self.offered: list[list[int]] = []
        self.changes = Changes(0)
        self.slow_by_ms = 0

    def __call__(self, h: Handler) -> None:
        if h.command == "GET":
            self._reply(h, msgspec.structs.replace(self.changes, now=SystemClock().now() - self.slow_by_ms))
            return
        request = codec.decode(h.body, h.headers.get("Content-Encoding", ""), PushRequest)
        runs = [(run.stream, [e.seq for e in unpack_run(run)]) for run in request.runs]
        self.offered.append([seq for _, seqs in runs for seq in seqs])
        answer = self.script.pop(0) if self.script else lambda stream, seqs: []
        self._reply(h, PushReply(SystemClock().now(), [each for run in runs for each in answer(*run)]))

    def _reply(self, h: Handler, message: msgspec.Struct) -> None:
        body, headers = codec.encode(message)
        h.reply(200, body, MEDIA_TYPE, **{k.replace("-", "_"): v for k, v in headers.items() if k != "Content-Type"})


def accepted(stream: str, seqs: list[int]) -> list[Answer]:
    return [Answer(NORTH, stream, seqs[0], seqs[-1], "accepted")]


def gap(from_seq: int):
    def answer(stream: str, seqs: list[int]) -> list[Answer]:
        return [Answer(NORTH, stream, seqs[0], seqs[-1], "gap", from_seq=from_seq)]

    return answer


def refused_from(seq: int):
    """The chain breaks there; what stands before it is taken."""

    def answer(stream: str, seqs: list[int]) -> list[Answer]:
        taken = [Answer(NORTH, stream, seqs[0], seq - 1, "accepted")] if seq > seqs[0] else []
        return [*taken, Answer(NORTH, stream, seq, seqs[-1], "refused", "chain", reason="rantai tidak cocok")]

    return answer


def void_at(seq: int):
    """One entry is numbered but does not count."""

    def answer(stream: str, seqs: list[int]) -> list[Answer]:
        parts = [(seqs[0], seq - 1, "accepted"), (seq, seq, "void"), (seq + 1, seqs[-1], "accepted")]
        return [Answer(NORTH, stream, a, b, how, "outside" * (how == "void")) for a, b, how in parts if a <= b]

    return answer
