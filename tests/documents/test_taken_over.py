"""A worker that a hostile file took over says what it likes; here it gets nothing, takes nothing and makes nobody run anything."""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.base.errors import BotError, ConfigError
from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents import fence
from bot.documents.errors import Encrypted, ReaderError, TooLarge, WorkerCrashed, WorkerError, WorkerKilled
from bot.documents.guard import Guard
from tests.documents import guard_calls as calls

SECRET = "authorisation-code-of-the-mailbox"


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    monkeypatch.setenv("BOT_MAIL_PASSWORD", SECRET)
    with Guard(replace(Limits(), seconds=20), packages=("bot", "tests")) as guard:
        yield guard


def size(number: int) -> bytes:
    return struct.pack(">Q", number)


def frame(outcome: bytes, *pieces: bytes) -> bytes:
    body = b"MARK" + outcome + b"".join(size(len(piece)) + piece for piece in pieces)
    return size(len(body) + 12) + body  # the mark has sixteen bytes


def packed(tree: object) -> bytes:
    return msgspec.msgpack.encode(tree)


# A form as it should come: what msgspec reads by itself, then its fields and rows.
PLAIN: dict[str, Any] = {
    "kind": "registration", "path": "a.docx", "format": "docx", "problems": [], "definition": "", "labels": {}, "title": "", "ocr": False,
    "index": 0, "resembles": "",
}  # fmt: skip
FORM: list[Any] = [list(PLAIN.values()), {}, []]


def changed(name: str, value: object) -> bytes:
    return frame(b"o", packed([0, [list((PLAIN | {name: value}).values()), {}, []]]))


def with_fields(fields: object) -> bytes:
    return frame(b"o", packed([0, [FORM[0], fields, []]]))


def written(value: object, strip: int = 0) -> list[Any]:
    """A field: its text, places and confidence, then its value and the picture of it."""
    return [["", [], None], value, strip]


def test_the_hand_made_answer_is_one_that_would_be_believed(guard: Guard) -> None:
    form = guard.run(calls.say, frame(b"o", packed([0, FORM])), True, False)
    assert form is not None and form.path == "a.docx"
    form = guard.run(calls.say, with_fields({"phone": written([0, "0595"])}), True, False)
    assert form is not None and form.text("phone") == "0595"


def dotted(module: str, name: str, *arguments: str) -> bytes:
    """A pickle that calls what it names, dots and all."""
    texts = b"".join(b"\x8c" + bytes([len(one)]) + one.encode() for one in arguments)
    names = b"".join(b"\x8c" + bytes([len(one)]) + one.encode() for one in (module, name))
    return b"\x80\x04" + names + b"\x93(" + texts + b"tR."


class Reduced:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("wrapped", [True, False])
def test_no_pickle_is_run(guard: Guard, tmp_path: Path, wrapped: bool) -> None:
    target = str(tmp_path / "made")
    for evil in (
        dotted("bot.documents.guard", "subprocess.Popen", "mkdir " + target),
        dotted("bot.documents.guard", "os.mkdir", target),
        dotted("builtins", "eval", f"__import__('os').mkdir({target!r})"),
        pickle.dumps(Reduced(target)),
        pickle.dumps(("ok", Reduced(target))),
    ):
        answer = frame(b"o", evil) if wrapped else size(len(evil)) + evil
        with pytest.raises(WorkerCrashed):
            guard.run(calls.say, answer, True, True)
    assert not Path(target).exists()


@pytest.mark.parametrize(
    "answer",
    [
        changed("kind", "administrator"),
        changed("path", 7),
        changed("path", None),
        with_fields({"phone": written("0595")}),
        with_fields({7: written([0, "0595"])}),
        with_fields({"phone": written([4, "0595"])}),
        with_fields({"phone": written([-1, "0595"])}),
        with_fields({"phone": written([0, ["0595"]])}),
        with_fields({"phone": written([0, "0595"])[:-1]}),
        with_fields({"phone": written([0, "0595"], 1)}),
        with_fields({"start_date": written([2, "9月17日"])}),
        with_fields([]),
        frame(b"o", packed([0, [FORM[0], {}, {"0": {}}]])),
        changed("problems", [{"code": "missing", "severity": "fatal", "message": ""}]),
        changed("problems", ["missing"]),
        changed("index", True),
        frame(b"o", packed([0, [FORM[0][:-1], {}, []]])),
        frame(b"o", packed([0, [[*FORM[0], 1], {}, []]])),
        frame(b"o", packed([0, FORM[:-1]])),
        frame(b"o", packed([0, [*FORM, 1]])),
        frame(b"o", packed([1, FORM])),
        frame(b"o", packed({"kind": "registration"})),
        frame(b"o", packed([0, FORM])[:-3]),
        frame(b"o", packed([0, FORM]) + b"\xc0"),
        frame(b"o", b"\x91" * 200_000),
        frame(b"o", b"\xdd\xff\xff\xff\xff"),
        frame(b"o", b"\xc6\xff\xff\xff\xff"),
        frame(b"o", b"\xd9\x02\xff\xff"),
        frame(b"o"),
        frame(b"z", packed([0, FORM])),
        frame(b"r", packed(["Encrypted", 1, ""])),
        frame(b"r", packed([0, FORM])),
        size(25) + b"MARK" + b"o" + size(2**62),
        size(0),
    ],
)
def test_what_is_no_answer_costs_the_call_alone(guard: Guard, answer: bytes) -> None:
    with pytest.raises(WorkerCrashed):
        guard.run(calls.say, answer, True, True)
    assert guard.run(calls.add, 1, 1) == 2


def test_lengths_beyond_all_bounds(guard: Guard) -> None:
    for length in (2**64 - 1, 2**40, 600 * 2**20):
        with pytest.raises(TooLarge):
            guard.run(calls.say, size(length) + b"MARKo", True, True)


def test_an_endless_stream_ends() -> None:
    with Guard(replace(Limits(), seconds=20), max_output=2**20, packages=("bot", "tests")) as guard:
        with pytest.raises(ReaderError):
            guard.run(calls.stream)
        guard.run(calls.add, 1, 1)
        with pytest.raises(WorkerError, match="没有进展"):  # a beginning, and then nothing
            guard.run(calls.say, size(100_000) + b"MARKo", True, True, seconds=0.1)
        assert guard.run(calls.add, 1, 1) == 2


def test_an_answer_to_another_call_is_none(guard: Guard) -> None:
    """Put into the pipe before the question, by the true answer's pattern: the next mail is read all the same, and truly."""
    planted = b"o" + size(1) + packed(99)
    for answer in (size(16 + len(planted)) + bytes(16) + planted, size(len(planted)) + planted, b"\0" * 40):
        assert guard.run(calls.say_it_later, answer) == 1
        guard.run(calls.sleep, 0.6)
        assert guard.run(calls.add, 2, 3) == 5


@pytest.mark.parametrize("name", ["WorkerKilled", "ConfigError", "KeyboardInterrupt", "os.system", "BotError"])
def test_errors_are_those_that_a_file_can_cause(guard: Guard, name: str) -> None:
    with pytest.raises(BotError) as caught:
        guard.run(calls.say, frame(b"r", packed([name, "x", "y"])), True, False)
    assert not isinstance(caught.value, WorkerKilled | ConfigError)
    with pytest.raises(Encrypted):
        guard.run(calls.say, frame(b"r", packed(["Encrypted", "x", "y"])), True, False)


def test_the_password_is_nowhere_in_the_worker(guard: Guard) -> None:
    pid = guard.run(calls.process_id)
    assert SECRET.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    assert SECRET.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert SECRET not in str(guard.run(calls.environment))


def test_what_the_kernel_keeps_it_from(guard: Guard, tmp_path: Path) -> None:
    held = guard.run(fence.in_force)
    if set(held) != {fence.FILES, fence.CALLS}:
        pytest.skip(f"this kernel has only {held}")
    config = tmp_path / "config.toml"
    config.write_text("password")
    me, root = os.getpid(), Path(__file__).resolve().parents[2]
    for what, *values in [
        ("read", str(config)),
        ("read", str(root / "README.md")),
        ("read", "/etc/passwd"),
        ("write", str(config)),
        ("write", str(root / "bot" / "made.py")),
        ("delete", str(config)),
        ("list", str(tmp_path)),
        ("make executable", str(config)),
        ("start",),
        ("spawn",),
        ("fork",),
        ("signal", me),
        ("look into", me),
        ("limit", me),
        ("call",),
        ("leave the group",),
    ]:
        assert guard.run(calls.attempt, what, *values) == "PermissionError", (what, values)
    assert config.read_text() == "password" and guard.run(calls.scratch_file)
