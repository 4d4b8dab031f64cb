"""Whatever is thrown at any call, the centre answers for itself: never a 5xx."""

from __future__ import annotations

import msgspec
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.wire.messages import MEDIA_TYPE
from tests.servers import CentralServer, Enrolled

HEX = "00000000000000aa"
words = st.sampled_from(
    ["12.75", "12.75.01", "99.99", HEX, "", "\0", "é\U0001f6b2", "x" * 300, "device.enrolled", "stream.opened"]
)
numbers = st.sampled_from([0, 1, -1, 2, 5, 2**31, 2**62, 2**63, 2**64, -(2**63), 1.5]) | st.integers(-3, 300)
bytes64 = st.sampled_from(["", "AAAA", "!!", "A" * 43 + "=", "A" * 86 + "=="])
leaves = st.none() | st.booleans() | numbers | words | bytes64
anything = st.recursive(
    leaves, lambda x: st.lists(x, max_size=4) | st.dictionaries(words, x, max_size=4), max_leaves=12
)
seen = st.tuples(numbers, st.sampled_from(["0" * 16, "x"]), st.just([])) | anything
few_numbers, few_words = st.lists(numbers, max_size=3), st.lists(words, max_size=3)
columns = st.tuples(
    words, st.just(HEX) | words, numbers, few_numbers, few_words, few_numbers, few_words, few_numbers, few_words, few_numbers,
    few_words, few_numbers, st.lists(st.tuples(numbers, seen), max_size=2),
)  # fmt: skip
checkpoint = st.fixed_dictionaries(
    {"territory": words, "stream": st.just(HEX) | words, "seq": numbers, "hash": bytes64, "signature": bytes64}
)
push = st.fixed_dictionaries(
    {"now": numbers},
    optional={
        "cursors": st.dictionaries(words, st.tuples(numbers, bytes64, numbers) | anything, max_size=3),
        "runs": st.lists(columns | anything, max_size=3), "checkpoints": st.lists(checkpoint | anything, max_size=2),
        "since": words | anything,
        "trails": st.dictionaries(words, st.lists(st.tuples(numbers, words), max_size=3), max_size=2),
    },
)  # fmt: skip
frame = st.fixed_dictionaries(
    {
        "territory": words, "source": words, "minute": numbers, "revision": numbers, "sensors": st.lists(words, max_size=2),
        "at": st.lists(numbers, max_size=2), "values": st.lists(st.lists(numbers | st.none(), max_size=2), max_size=2),
        "quality": st.lists(numbers, max_size=2),
    }
)  # fmt: skip
enrolment = st.fixed_dictionaries(
    {"code": words, "device": words, "public_key": bytes64, "name": words, "proof": bytes64},
    optional={"more": anything},
)
frames = st.fixed_dictionaries({"frames": st.lists(frame | anything, max_size=3)})
calls = st.one_of(
    st.tuples(st.just("POST"), st.just("/v1/entries"), push | anything, st.just({})),
    st.tuples(st.just("POST"), st.just("/v1/frames"), frames, st.just({})),
    st.tuples(st.just("POST"), st.just("/v1/enrol"), enrolment | anything, st.just({})),
    st.tuples(
        st.just("GET"), st.sampled_from(["/v1/changes", "/v1/frames", "/v1/city", "/v1/health", "/v1/metrics"]), st.none(),
        st.dictionaries(
            st.sampled_from(["since", "limit", "lanes", "echo", "territory", "source"]), words | numbers | bytes64, max_size=4
        ),
    ),
    st.tuples(
        st.sampled_from(["GET", "PUT", "DELETE", "HEAD"]),
        st.builds("/v1/blobs/{}".format, st.sampled_from(["x", "a" * 64, "%00", "..%2f", "é"])), anything, st.just({}),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def sender(server: CentralServer) -> Enrolled:
    return server.enrol("12.75")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(call=calls, raw=st.none() | st.binary(max_size=40))
def test_no_call_makes_the_centre_fail(
    sender: Enrolled, call: tuple[str, str, object, dict[str, object]], raw: bytes | None
) -> None:
    method, path, message, query = call
    body = raw if raw is not None and method == "POST" else msgspec.json.encode(message)
    reply = requests.request(
        method,
        sender.url + path,
        params=query,
        data=body,
        headers={**sender.headers, "Content-Type": MEDIA_TYPE},
        timeout=20,
    )
    assert reply.status_code < 500, (reply.status_code, reply.text, body)
