"""Attachments and pictures on disk, under names that depend on their content only: what is written again is found there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from bot.decision.facts import Read
from bot.decision.model import Decision
from bot.decision.versions.settle import report_material
from bot.documents.model import Document, Picture
from bot.forms.model import Kind
from bot.store.database import Store
from bot.store.files.raw import safe_name
from bot.store.forms import versions

UNSORTED = "未归类"

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}


def keep(store: Store, read: Read) -> list[Path]:
    """Write every attachment, and the pictures of work summaries; returns what was not there before. It is on the disk with the next transaction.

    Before the transaction, which must not wait for a disk: whoever dies in between finds the same files there.
    """
    wanted = {attachment_path(store, one): one.data for one in attachments(read.documents)}
    pictures = pictures_by_hash(read.documents)
    for form in read.forms:
        if form.kind is Kind.REPORT:
            for entry in report_material(form, read)["pictures"]:
                picture = pictures[entry["sha256"]]
                wanted[picture_path(store, entry["sha256"], picture)] = picture.data
    return [path for path, data in wanted.items() if keep_one(store, path, data)]


def keep_one(store: Store, path: Path, data: bytes) -> bool:
    """Whether it had to be written: it was not there, or lost or damaged by a disk that failed."""
    if path.is_file() and path.read_bytes() == data:
        store.unsynced.note(path)
        return False
    store.unsynced.write(path, data)
    return True


def discard(fresh: Iterable[Path]) -> None:
    """Remove what was written for a mail of which nothing is kept."""
    for path in fresh:
        path.unlink(missing_ok=True)


def attachments(documents: Iterable[Document]) -> list[Document]:
    return [one for one in documents if one.data and not one.is_body]


def attachment_path(store: Store, document: Document) -> Path:
    return store.files.joinpath("attachments", document.sha256[:2], document.sha256, safe_name(document.name))


def picture_path(store: Store, sha256: str, picture: Picture) -> Path:
    suffix = SUFFIXES.get(picture.content_type) or PurePosixPath(picture.name).suffix[:8]
    return store.files / "pictures" / sha256[:2] / f"{sha256}{suffix}"


def pictures_by_hash(documents: Iterable[Document]) -> dict[str, Picture]:
    data: dict[str, Picture] = {}
    for document in documents:
        for picture in document.pictures:
            data.setdefault(hashlib.sha256(picture.data).hexdigest(), picture)
    return data


def placed_pictures(
    store: Store, documents: Sequence[Document], listed: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    """The report's pictures, each with the place of its file below the store."""
    data = pictures_by_hash(documents)
    placed = []
    for entry in listed:
        path = picture_path(store, str(entry["sha256"]), data[str(entry["sha256"])])
        placed.append({**entry, "file": str(path.relative_to(store.root))})
    return placed


def note_files(store: Store, mail: int, documents: Iterable[Document], decision: Decision) -> None:
    """Where each attachment lies and whose it is."""
    units = list(dict.fromkeys(one.unit for one in decision.settled))
    for document in attachments(documents):
        unit = decision.units_of_paths.get(document.path) or (units[0] if len(units) == 1 else UNSORTED)
        file = str(attachment_path(store, document).relative_to(store.root))
        versions.save_file(store.db, mail, document.path, document.sha256, file, unit)
