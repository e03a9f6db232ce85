"""Pictures inside documents: their size from the first bytes, and whether a document is nothing but a scan."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.documents.model import Blob, Block, Paragraph, Picture, Table
from bot.documents.sniff import sniff_kind

_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "heif": "image/heif",
}
# OfficeArtBlip records of JPEG (F01D, F02A), PNG (F01E), TIFF (F029); the file itself begins 17 or 33 bytes behind the header.
_BLIP = re.compile(rb"[\x1d\x1e\x2a\x29]\xf0(....)", re.DOTALL)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
MAX_PICTURES = 60
_TOLD_AHEAD = {"png", "gif", "bmp", "jpeg"}  # whose size stands in the first bytes
_SCAN_SIDE = 500  # pixels: a photographed or scanned page is larger, a logo or signature smaller
_NEAR = 8  # of 255: a plain picture stored as JPEG has little noise
_MOST_PIXELS = 20_000_000
_LITTLE_TEXT = 60  # characters: a page title may stand above a pasted scan


def picture(name: str, data: bytes, content_type: str = "") -> Picture:
    """*data* as a ``Picture``; the type is what the bytes are (vector formats keep *content_type*), size 0 where unknown."""
    kind = sniff_kind(data[:4096], name)
    width = height = 0
    if kind.format == "image":
        width, height = (picture_size if kind.variant in _TOLD_AHEAD else _pillow_size)(data)
    return Picture(name, _TYPES.get(kind.variant, content_type or "application/octet-stream"), data, width, height)


def is_raster(image: Picture) -> bool:
    return image.content_type in _TYPES.values()


def drawn_pictures(streams: Iterable[bytes]) -> Iterator[Picture]:
    """Pictures in OfficeArt drawings ([MS-ODRAW] 2.2.23), as the binary Word and Excel files keep them."""
    count = 0
    for stream in streams:
        for match in _BLIP.finditer(stream):
            size = int.from_bytes(match.group(1), "little")
            skip = next((skip for skip in (17, 33) if stream.startswith(_MAGIC, match.end() + skip)), 0)
            if skip and count < MAX_PICTURES:
                count += 1
                data = stream[match.end() + skip : match.end() + size]
                yield picture(f"图片{count}.{'png' if data.startswith(_MAGIC[1]) else 'jpg'}", data)


def is_plain(data: bytes) -> bool:
    """Whether a picture shows one colour only and nothing of what lies behind it."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return False
            bands = image.convert("RGBA").getextrema()
    except Exception:  # Pillow raises whatever a broken picture leads it to
        return False
    extremes = [band for band in bands if isinstance(band, tuple)]
    return extremes[-1][0] >= 255 - _NEAR and all(high - low <= _NEAR for low, high in extremes)


def scans_of(blocks: Iterable[Block], pictures: Sequence[Picture]) -> tuple[Blob, ...]:
    """The large pictures of a document that has almost no text: somebody pasted scans into it, so they are to be read."""
    if sum(len(_letters(block)) for block in blocks) > _LITTLE_TEXT:
        return ()
    large = [one for one in pictures if is_raster(one) and min(one.width, one.height) >= _SCAN_SIDE]
    return tuple(Blob("", one.name, one.data, one.content_type) for one in large[:30])


def _letters(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(block.text.split())
    assert isinstance(block, Table)
    return "".join("".join(cell.text.split()) for cell in block.cells)


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels by the header of a PNG, GIF, BMP or JPEG; 0, 0 for others."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"GIF8") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"BM") and len(data) >= 26:
        return int.from_bytes(data[18:22], "little"), abs(int.from_bytes(data[22:26], "little", signed=True))
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(
                data[place + 5 : place + 7], "big"
            )
        if marker == 0xFF:
            place += 1
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return 0, 0


def _pillow_size(data: bytes) -> tuple[int, int]:
    """TIFF, WebP: let Pillow read the header only (no pixels are decoded)."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except Exception:  # any damage: the size is unknown
        return 0, 0
