"""Raw mails on disk: content-addressed, compressed, readable by the owner only."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
MAX_NAME_BYTES = 150
PARTIAL = b"X-Intake-Partial: header only\r\n"


def write_durably(path: Path, data: bytes) -> None:
    """Write *data* so that after a crash the file is either whole or absent (temporary file, fsync, rename, fsync of the folder)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class RawStore:
    """Mails by the SHA-256 of their bytes: ``raw/ab/abcd….eml.gz``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}.eml.gz"

    def put(self, raw: bytes, received: datetime, *, is_partial: bool = False) -> str:
        """Keep *raw*; returns its SHA-256. The file is on disk when this returns.

        When it came in stands in the gzip header (RFC 1952, MTIME), whether it is only the head of a mail in a first line of ours: with
        both, the database can be built anew from these files alone.
        """
        if is_partial:
            raw = PARTIAL + raw
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            write_durably(path, gzip.compress(raw, 6, mtime=int(received.timestamp())))
        return sha256

    def get(self, sha256: str) -> bytes:
        return gzip.decompress(self.path(sha256).read_bytes())

    def received(self, sha256: str) -> datetime:
        with self.path(sha256).open("rb") as file:
            return datetime.fromtimestamp(int.from_bytes(file.read(8)[4:8], "little"), UTC)

    def is_partial(self, sha256: str) -> bool:
        with gzip.open(self.path(sha256)) as file:
            return file.read(len(PARTIAL)) == PARTIAL


def safe_name(name: str, default: str = "附件") -> str:
    """*name* as one file name on any system: no path, no control or direction characters, at most 150 bytes, suffix kept."""
    cleaned = UNSAFE_IN_NAMES.sub("_", name).strip(" .")
    if not cleaned:
        return default
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = cleaned, ""
    room = MAX_NAME_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore") or default
    return f"{stem}.{suffix}" if suffix else stem
