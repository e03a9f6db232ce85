"""Picture files -> pixels, bounded before anything is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.documents.errors import Damaged, TooLarge

Pixels = npt.NDArray[Any]  # rows of uint8: grey, or RGB in a third axis (the type stubs of OpenCV know no narrower one)

MAX_PIXELS = 80_000_000
LONG_SIDE = 2400  # pixels that are kept: a sheet of paper at 200 dots an inch
_HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"heif"}


def pages_of(data: bytes, limit: int) -> Iterator[Pixels]:
    """Each page as RGB rows, upright by its EXIF orientation, at most ``LONG_SIDE`` long; at most *limit* pages.

    Raises ``TooLarge`` where the header says more than ``MAX_PIXELS`` pixels, ``Damaged`` where nothing can be decoded. A picture
    that was cut off in transfer gives what is there.
    """
    from PIL import Image, ImageFile

    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # the bound here is ours
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Damaged(f"picture: {error}") from error
    with image:
        pages = min(getattr(image, "n_frames", 1), limit) if image.format == "TIFF" else 1
        for number in range(pages):
            try:
                image.seek(number)
                yield _pixels(image)
            except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
                if number == 0:
                    raise Damaged(f"picture: {error}") from error
                return


def page_count(data: bytes) -> int:
    """Pages of a TIFF, 1 for everything else."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except Exception:  # whatever is wrong with it, reading will say so
        return 1


def _pixels(image: Any) -> Pixels:
    from PIL import Image, ImageOps

    width, height = image.size
    if width * height > MAX_PIXELS:
        raise TooLarge(f"{width} x {height} pixels")
    if image.format == "JPEG":
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # JPEG can be decoded at a half or a quarter of its size
    page = ImageOps.exif_transpose(image) or image
    page = _opaque(page)
    scale = LONG_SIDE / max(page.size)
    if scale < 1:
        size = (max(round(page.width * scale), 1), max(round(page.height * scale), 1))
        page = page.resize(size, Image.Resampling.LANCZOS if scale > 0.4 else Image.Resampling.BOX)
    return np.asarray(page, dtype=np.uint8)


def _opaque(image: Any) -> Any:
    """RGB on white paper, whatever the mode was."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        image = Image.fromarray(((values - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, (255, 255, 255, 255))
        image = Image.alpha_composite(paper, layers)
    return image.convert("RGB")
