"""Attachments and pictures on disk, under names that depend on their content only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from bot.decision.model import Decision
from bot.documents.model import Document, Picture
from bot.store import submissions
from bot.store.database import Store
from bot.store.files.raw import safe_name, write_durably

UNSORTED = "未归类"

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}


def keep_pictures(
    store: Store, documents: Sequence[Document], listed: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    """The report's pictures, each stored once under its content's name."""
    data: dict[str, Picture] = {}
    for document in documents:
        for picture in document.pictures:
            data.setdefault(hashlib.sha256(picture.data).hexdigest(), picture)
    kept = []
    for entry in listed:
        sha256 = str(entry["sha256"])
        picture = data[sha256]
        suffix = SUFFIXES.get(picture.content_type) or PurePosixPath(picture.name).suffix[:8]
        path = store.files / "pictures" / sha256[:2] / f"{sha256}{suffix}"
        if not path.is_file() or path.stat().st_size != len(picture.data):  # lost or emptied by a disk that failed
            write_durably(path, picture.data)
        kept.append({**entry, "file": str(path.relative_to(store.root))})
    return kept



def save_files(store: Store, mail: int, documents: Iterable[Document], decision: Decision) -> None:
    """Attachments under safe names in folders by unit. The place depends on the mail only: repeated after a crash, it is the same."""
    units = list(dict.fromkeys(one.unit for one in decision.settled))
    for number, document in enumerate(documents, 1):
        if document.is_body or not document.data:
            continue
        unit = decision.units_of_paths.get(document.path) or (units[0] if len(units) == 1 else UNSORTED)
        folder = store.files / safe_name(unit, UNSORTED) / f"{mail:06d}"
        path = folder / safe_name(f"{number:02d}-{document.name}")
        write_durably(path, document.data)
        submissions.save_file(store.db, mail, document.path, document.sha256, str(path.relative_to(store.root)), unit)
