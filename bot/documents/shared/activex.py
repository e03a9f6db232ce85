"""Controls of Microsoft Forms («ActiveX») in documents: boxes with their label, what was typed or chosen. [MS-OFORMS] 2.2.5."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import olefile

from bot.documents.shared.symbols import EMPTY, TICKED
from bot.documents.shared.xml import Element

_AX = "{http://schemas.microsoft.com/office/2006/activeX}"
_MORPH = "EC42-11CE-9E0D-00AA006002F3"
_BOXES = {f"8BD21D40-{_MORPH}", f"8BD21D50-{_MORPH}"}  # check box, option button
_TEXTS = {f"8BD21D10-{_MORPH}", f"8BD21D20-{_MORPH}", f"8BD21D30-{_MORPH}"}  # text box, list box, combo box
_CONTENTS = ("contents", "CONTENTS", "Contents")
# Size in bytes of each property that the mask names, in their order; 0: lies elsewhere (the size) or has none (unused bits).
_SIZES = (4, 4, 4, 4, 1, 1, 1, 1, 0, 2, 4, 2, 2, 2, 2, 2, 1, 1, 1, 0, 1, 1, 4, 4)
_SIZE_BIT, _VALUE_BIT, _CAPTION_BIT = 8, 22, 23


def control_text(root: Element | None, binary: Callable[[], bytes]) -> str:
    """What the control in an ``ax:ocx`` part shows; *binary* gives the part in which it may keep its properties instead."""
    if root is None:
        return ""
    identity = root.get(f"{_AX}classid", "").strip("{}").upper()
    if root.get(f"{_AX}persistence", "") == "persistPropertyBag":
        bag = {one.get(f"{_AX}name", ""): one.get(f"{_AX}value", "") for one in root.iter(f"{_AX}ocxPr")}
        return _shown(identity, bag.get("Value", ""), bag.get("Caption", ""))
    return stored_text(identity, binary())


def stored_text(identity: str, data: bytes) -> str:
    """The same for properties kept as bytes: in a compound file, behind the class's id, or bare."""
    identity = identity.strip("{}").upper()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        data = _contents(data)
    elif not data.startswith(b"\x00\x02"):
        data = data[16:]
    value, caption = _properties(data)
    return _shown(identity, value, caption)


def _shown(identity: str, value: str, caption: str) -> str:
    if identity in _BOXES:
        return (TICKED if value.strip().lower() in ("1", "-1", "true") else EMPTY) + caption.strip("\0 \t\r\n")
    return value.strip() if identity in _TEXTS else ""


def _contents(data: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            found = next((name for name in _CONTENTS if ole.exists(name)), "")
            stream: bytes = ole.openstream(found).read() if found else b""
            return stream
    except Exception:  # olefile raises whatever a broken directory leads it to
        return b""


def _properties(data: bytes) -> tuple[str, str]:
    """Value and caption of a MorphDataControl; empty where the bytes are none."""
    if len(data) < 12 or data[:2] != b"\x00\x02":
        return "", ""
    length, mask = struct.unpack_from("<HQ", data, 2)
    place, sizes = 12, {}
    for bit, size in enumerate((*_SIZES, 4, 4, 4, 2, 2, 2, 0, 0, 4)):
        if not mask >> bit & 1 or not size:
            continue
        place += -place % size
        if bit in (_VALUE_BIT, _CAPTION_BIT) and place + 4 <= len(data):
            sizes[bit] = struct.unpack_from("<I", data, place)[0]
        place += size
    place += -place % 4
    if mask >> _SIZE_BIT & 1:
        place += 8
    found: dict[int, str] = {}
    for bit in (_VALUE_BIT, _CAPTION_BIT):
        size = sizes.get(bit, 0)
        count = size & 0x7FFFFFFF
        if count and place + count <= min(len(data), 4 + length):
            raw = data[place : place + count]
            found[bit] = raw.decode("cp1252" if size >> 31 else "utf-16-le", "replace")
            place += count + -count % 4
    return found.get(_VALUE_BIT, ""), found.get(_CAPTION_BIT, "")
