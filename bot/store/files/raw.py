"""Raw mails on disk: content-addressed, compressed, readable by the owner only."""

from __future__ import annotations

import gzip
import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.base.errors import BotError
from bot.store.files.durable import Unsynced, write_durably

UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # Windows opens no file of these names
MAX_NAME_BYTES = 150
PARTIAL = b"X-Intake-Partial: header only\r\n"
GZIP = b"\x1f\x8b"
LEVEL = 1
FNAME = 8  # flag of a gzip header that is followed by a name (RFC 1952, 2.3.1)
FASTEST, UNKNOWN_SYSTEM = 4, 255
HEAD, TAIL = struct.Struct("<2sBBLBB"), struct.Struct("<LL")


class RawMailLost(BotError):
    """The stored bytes of one mail are gone or damaged; nothing is wrong with the store as such."""

    remedy = "从备份的 raw 目录放回这个文件后执行 reprocess；没有备份时请来信单位重发"


class RawStore:
    """Mails by the SHA-256 of their bytes: ``raw/ab/abcd….eml.gz``."""

    def __init__(self, root: Path, unsynced: Unsynced | None = None) -> None:
        """*unsynced*: where it is to be noted that a mail must come to the disk before the database names it."""
        self.root = root
        self.write = unsynced.write if unsynced else write_durably
        self.unsynced = unsynced

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}.eml.gz"

    def put(self, raw: bytes, received: datetime, *, is_partial: bool = False, place: str = "") -> str:
        """Keep *raw*; returns its SHA-256. The file is on disk when this returns, or with the next transaction of the store. What was forgotten on purpose is not kept again.

        When it came in stands in the gzip header (RFC 1952, MTIME), where it lay (*place*, ASCII without «/») as its file name there, whether
        it is only the head of a mail in a first line of ours: with these, the database can be built anew from the files alone.
        """
        if is_partial:
            raw = PARTIAL + raw
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self.path(sha256)
        if self.tombstone(sha256).exists():
            return sha256
        if not self.is_whole(sha256):
            self.write(path, gzipped(raw, received, place))
        elif self.unsynced:  # by a process that was killed before its bytes came to the disk, perhaps
            self.unsynced.note(path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes as they were put; ``RawMailLost`` where this one file is gone or not whole, ``OSError`` where the folder is."""
        path = self.path(sha256)
        try:
            raw = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            if not self.root.is_dir():
                raise
            raise RawMailLost(f"保存的原始邮件 {path.name} 不存在") from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise RawMailLost(f"保存的原始邮件 {path.name} 已损坏") from error
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise RawMailLost(f"保存的原始邮件 {path.name} 已损坏")
        return raw

    def is_whole(self, sha256: str) -> bool:
        try:
            return bool(self.path(sha256).exists() and self.get(sha256))
        except RawMailLost:
            return False

    def is_empty(self) -> bool:
        """Whether no mail was ever kept here."""
        return not any(self.root.glob("??/*"))

    def hashes(self) -> Iterator[str]:
        """SHA-256 of every mail on disk."""
        for path in sorted(self.root.glob("??/*.eml.gz")):
            yield path.name.removesuffix(".eml.gz")

    def purged(self) -> Iterator[tuple[str, str]]:
        """SHA-256 and note of every mail that was forgotten on purpose."""
        for path in sorted(self.root.glob("??/*.purged")):
            yield path.stem, path.read_text(encoding="utf-8")

    def tombstone(self, sha256: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}.purged"

    def condemn(self, sha256: str, note: str) -> None:
        """From now on this mail is not taken for a new one, nor worked off when the database is rebuilt. *note* holds no personal data."""
        write_durably(self.tombstone(sha256), note.encode())

    def forget(self, sha256: str) -> None:
        """Remove the bytes of a condemned mail for good."""
        self.path(sha256).unlink(missing_ok=True)

    def received(self, sha256: str) -> datetime | None:
        """When the mail came in; None where not even that can be read."""
        with self.path(sha256).open("rb") as file:
            head = file.read(8)
        return (
            datetime.fromtimestamp(int.from_bytes(head[4:8], "little"), UTC) if head[:2] == GZIP and head[7:] else None
        )

    def place(self, sha256: str) -> str:
        """Where the mail lay, as it was given to ``put``; empty where that was not noted."""
        with self.path(sha256).open("rb") as file:
            head = file.read(1024)
        return (
            head[10:].partition(b"\0")[0].decode("latin-1") if head[:2] == GZIP and head[3:4] == bytes([FNAME]) else ""
        )

    def is_partial(self, sha256: str) -> bool:
        """Whether only the head of a mail was kept; False where that cannot be read."""
        try:
            with gzip.open(self.path(sha256)) as file:
                return file.read(len(PARTIAL)) == PARTIAL
        except (FileNotFoundError, gzip.BadGzipFile, EOFError, zlib.error):
            return False


def gzipped(raw: bytes, received: datetime, place: str) -> bytes:
    """As RFC 1952 has it. Most of a mail is packed files in base64, in which no string comes twice: looking for such would take three times as long and
    save nothing."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    name = place.encode("latin-1") + b"\0" if place else b""
    head = HEAD.pack(GZIP, zlib.DEFLATED, FNAME if name else 0, int(received.timestamp()), FASTEST, UNKNOWN_SYSTEM)
    tail = TAIL.pack(zlib.crc32(raw), len(raw) % 2**32)
    return b"".join((head, name, packer.compress(raw), packer.flush(), tail))


def safe_name(name: str, default: str = "附件") -> str:
    """*name* as one file name on any system: no path or device, no control or direction characters, at most 150 bytes, suffix kept."""
    cleaned = UNSAFE_IN_NAMES.sub("_", name).strip(" .")
    if not cleaned:
        return default
    if DEVICES.fullmatch(cleaned):
        cleaned = f"_{cleaned}"
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = cleaned, ""
    room = MAX_NAME_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore") or default
    return f"{stem}.{suffix}" if suffix else stem
