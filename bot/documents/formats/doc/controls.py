"""Controls of Microsoft Forms («ActiveX») in a Word 97 file: each lies in a storage of the object pool, whose number its field tells."""

from __future__ import annotations

import io

import olefile

from bot.documents.shared.activex import stored_text

_MOST = 5_000  # entries of the directory that are looked through


def controls_of(data: bytes) -> dict[int, str]:
    """Number of the storage -> what its control shows («☑ label», typed text)."""
    found: dict[int, str] = {}
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return found
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for entry in ole.listdir()[:_MOST]:
                if len(entry) == 3 and entry[0].lower() == "objectpool" and entry[2].lower() == "contents":
                    text = stored_text(ole.getclsid(entry[:2]), ole.openstream(entry).read())
                    if text:
                        found[int(entry[1].removeprefix("_"))] = text
    except Exception:  # olefile raises whatever a broken directory leads it to
        return found
    return found
