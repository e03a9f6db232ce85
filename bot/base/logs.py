"""Structured logs on stderr: one event a line, as Chinese text for people or as JSON with the names that stand in the code (``log_words.toml`` says
what each means); personal data masked from level info upwards."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from datetime import datetime, tzinfo
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

WORDS = Path(__file__).parent / "log_words.toml"
RECENT = "recent.log"  # in the store's folder: what the desk shows
RECENT_BYTES = 256 * 2**10
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
ADDRESS = re.compile(r"([\w.+-])[\w.+-]*(@[\w-]+(?:\.[\w-]+)+)")
PHONE = re.compile(r"(?<!\d)(1[3-9]\d|0\d{2,3}-?)\d{4,6}(\d{2})(?!\d)")
# A log line is one line: nothing that comes from outside may begin another, or turn its direction.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

# Which of several mailboxes this thread works for; "" where there is one only.
of_mailbox: ContextVar[str] = ContextVar("of_mailbox", default="")


_labels: dict[str, Callable[[str], str]] = {}


def call(key: str, label: Callable[[str], str]) -> None:
    """The codes of *key* are shown by their *label*, which a room above knows; the log for programs keeps the codes."""
    _labels[key] = label


def in_thread(work: Callable[..., object], *arguments: object, name: str | None = None) -> threading.Thread:
    """A daemon thread, not begun, that works for the same mailbox as this one."""
    return threading.Thread(target=copy_context().run, args=(work, *arguments), name=name, daemon=True)


def masked(text: str) -> str:
    """*text* on one line, addresses and telephone numbers cut down to what is needed to tell them apart."""
    return PHONE.sub(r"\1****\2", ADDRESS.sub(r"\1***\2", UNPRINTABLE.sub(" ", text)))


def event(record: logging.LogRecord, zone: tzinfo | None = None) -> dict[str, object]:
    """*zone* is the office's, whatever the machine's is."""
    clean = masked if record.levelno >= logging.INFO else lambda text: UNPRINTABLE.sub(" ", text)
    found: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created).astimezone(zone).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": clean(record.getMessage()),
    }
    if mailbox := of_mailbox.get():
        found["mailbox"] = mailbox
    for key, value in vars(record).items():
        if key not in STANDARD and value not in ("", None):
            found[key] = value if isinstance(value, (int, float, bool)) else clean(str(value))
    if record.exc_info and record.exc_info[0]:
        trace = record.exc_info[2]
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        found["exception"] = f"{record.exc_info[0].__name__} at {place}"  # not its text: that may quote a form
    return found


class Lines(logging.Formatter):
    def __init__(self, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.zone = zone


class JsonLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(event(record, self.zone), ensure_ascii=False)


class TextLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        told = event(record, self.zone)
        levels, events, keys = words()
        name, said = str(told.pop("level")), str(told.pop("event"))
        told |= {key: label(str(told[key])) for key, label in _labels.items() if key in told}
        head = f"{told.pop('time')} {levels.get(name, name)} {events.get(said, said)}"
        return " ".join([head, *(f"{keys.get(key, key)}={value}" for key, value in told.items())])


@cache
def words() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Of levels, events and keys. What is not there (a library's words) stays as it is."""
    said = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return said["level"], said["event"], said["key"]


def set_up(level: str, style: str, zone: tzinfo | None = None) -> None:
    """Log this program's events; of the libraries only what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(zone) if style == "json" else TextLines(zone))
    root = logging.getLogger()
    root.handlers[:] = [handler, *(one for one in root.handlers if isinstance(one, Kept))]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level.upper())


class Kept(RotatingFileHandler):
    """The last lines in a small file, masked as all from info upwards. Where they cannot be written, nothing else suffers.

    Of several mailboxes each keeps its own: whoever sees the one need not see the others.
    """

    mailbox = ""

    def filter(self, record: logging.LogRecord) -> bool:
        return of_mailbox.get() in ("", self.mailbox) and bool(super().filter(record))

    def handleError(self, record: logging.LogRecord) -> None:
        pass


@contextlib.contextmanager
def kept(folder: Path, zone: tzinfo | None = None) -> Iterator[None]:
    """Keep the last lines of the block in *folder* as well, for whoever does not see stderr."""
    try:
        handler = Kept(folder / RECENT, maxBytes=RECENT_BYTES, backupCount=1, encoding="utf-8", delay=False)
    except OSError:
        yield
        return
    handler.setFormatter(TextLines(zone))
    handler.setLevel(logging.INFO)
    handler.mailbox = of_mailbox.get()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def recent(folder: Path, most: int) -> list[str]:
    """The last *most* lines that were kept, the newest first."""
    lines: list[str] = []
    for name in (RECENT, f"{RECENT}.1"):
        if len(lines) < most:
            with contextlib.suppress(OSError):
                lines += reversed((folder / name).read_text(encoding="utf-8", errors="replace").splitlines())
    return lines[:most]
