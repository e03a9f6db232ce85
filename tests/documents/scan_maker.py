"""Clean pages made to look scanned, stamped, tilted and photographed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

Page = npt.NDArray[np.uint8]
FONTS = [
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
]


def rendered(pdf: Path | bytes, dpi: int = 150, page: int = 0) -> Page:
    with pypdfium2.PdfDocument(pdf) as document:
        return np.asarray(document[page].render(scale=dpi / 72).to_pil().convert("RGB"))


def stamped(page: Page, x: float = 0.55, y: float = 0.2, size: float = 0.2, words: str = "晋江市科学技术协会") -> Page:
    """A round red office stamp, let through by the print under it as ink does."""
    height, width = page.shape[:2]
    side = int(size * width)
    layer = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(layer)
    left, top = int(x * width), int(y * height)
    red = (214, 40, 48)
    draw.ellipse((left, top, left + side, top + side), outline=red, width=max(side // 30, 3))
    centre = (left + side / 2, top + side / 2)
    star = [
        (centre[0] + side * r * np.sin(np.pi * k / 5), centre[1] - side * r * np.cos(np.pi * k / 5))
        for k, r in zip(range(10), [0.18, 0.07] * 5, strict=True)
    ]
    draw.polygon(star, fill=red)
    font = next((ImageFont.truetype(str(path), side // 9) for path in FONTS if path.exists()), None)
    for k, letter in enumerate(words):
        angle = np.pi * (1.15 + 0.7 * k / max(len(words) - 1, 1)) - np.pi
        spot = (
            centre[0] - side * 0.38 * np.cos(angle * 1.2 - 0.1),
            centre[1] - side * 0.38 * np.sin(angle * 1.2 - 0.1),
        )
        draw.text(spot, letter, fill=red, font=font, anchor="mm")
    ink = np.asarray(layer, np.float32) / 255
    return np.asarray(page * ink, np.uint8)


def tilted(page: Page, degrees: float) -> Page:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)))


def noisy(page: Page, strength: float = 14.0, seed: int = 1) -> Page:
    rng = np.random.default_rng(seed)
    return np.asarray(np.clip(page + rng.normal(0, strength, page.shape), 0, 255), np.uint8)


def photographed(page: Page, seed: int = 2, tilt: float = 0.05) -> Page:
    """On a dark table, from a corner, with a shadow over one side and warm light."""
    height, width = page.shape[:2]
    rng = np.random.default_rng(seed)
    margin = int(0.12 * width)
    wide, high = width + 2 * margin, height + 2 * margin
    corners = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = rng.uniform(-tilt, tilt, (4, 2)).astype(np.float32) * width
    matrix = cv2.getPerspectiveTransform(corners, corners + margin + shift)
    table = np.full((high, wide, 3), (74, 62, 55), np.uint8)
    table = noisy(table, 6, seed)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, high))
    sheet = cv2.warpPerspective(page, matrix, (wide, high), flags=cv2.INTER_CUBIC)
    out = np.where(mask[:, :, None] > 127, sheet, table).astype(np.float32)
    light = np.linspace(1.0, 0.62, wide, dtype=np.float32)[None, :, None] * np.asarray([1.0, 0.96, 0.86], np.float32)
    return np.asarray(np.clip(cv2.GaussianBlur(out * light, (3, 3), 0), 0, 255), np.uint8)


def picture_file(page: Page, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, kind, **options)
    return buffer.getvalue()


VARIANTS: dict[str, Callable[[Page], bytes]] = {
    "clean": lambda page: picture_file(page, "PNG"),
    "tilted": lambda page: picture_file(tilted(page, 1.7), quality=85),
    "other way": lambda page: picture_file(tilted(page, -3.2), quality=85),
    "right": lambda page: picture_file(np.rot90(page, 3), quality=80),
    "left": lambda page: picture_file(np.rot90(page, 1), quality=80),
    "upside down": lambda page: picture_file(np.rot90(page, 2), quality=80),
    "stamp": lambda page: picture_file(stamped(page), quality=85),
    "stamp on labels": lambda page: picture_file(stamped(page, 0.1, 0.13), quality=80),
    "hard": lambda page: picture_file(noisy(tilted(stamped(page, 0.2, 0.15), 1.7)), quality=45),
    "photo": lambda page: picture_file(photographed(page), quality=75),
    "stamped photo": lambda page: picture_file(photographed(stamped(page, 0.6, 0.1), 5), quality=60),
}
