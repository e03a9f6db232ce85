"""Fonts for the drawn forms: those of the machine for print; handwriting, where somebody has put OFL fonts into ``SCAN_FONTS``.

``npm install @fontsource/ma-shan-zheng @fontsource/zhi-mang-xing …`` in a folder, and ``SCAN_FONTS`` names that folder.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

_NOTO = Path("/usr/share/fonts/opentype/noto")
PRINTED = {
    "serif": _NOTO / "NotoSerifCJK-Regular.ttc",
    "sans": _NOTO / "NotoSansCJK-Regular.ttc",
    "serif bold": _NOTO / "NotoSerifCJK-Bold.ttc",
    "sans bold": _NOTO / "NotoSansCJK-Bold.ttc",
    "dejavu": Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),  # has signs that those lack
}
OTHERS = ("jiangxi", "honglei")  # the pieces of @chinese-fonts/jxzk and /hlxsjt, put where those of @fontsource are
HANDS = ("ma-shan-zheng", "zhi-mang-xing", "liu-jian-mao-cao", "long-cang", "zcool-kuaile", "lxgw-wenkai")
_SIMPLIFIED = 2  # in the collections of Noto

Font = ImageFont.FreeTypeFont


@cache
def printed(name: str, size: int) -> Font:
    return ImageFont.truetype(str(PRINTED[name]), size, index=0 if name == "dejavu" else _SIMPLIFIED)


def hands() -> tuple[str, ...]:
    """The handwriting fonts that are there."""
    return tuple(name for name in (*HANDS, *OTHERS) if _files(name))


@cache
def _files(name: str) -> dict[int, Path]:
    """The file that has each character: web fonts come in a hundred pieces."""
    found: dict[int, Path] = {}
    folder = os.environ.get("SCAN_FONTS")
    if folder:
        for path in sorted(Path(folder).glob(f"node_modules/@fontsource/{name}/files/*-400-normal.woff2")):
            found = dict.fromkeys(TTFont(path).getBestCmap(), path) | found
    return found


@cache
def _piece(path: Path, size: int) -> Font:
    return ImageFont.truetype(str(path), size)


def written(name: str, letter: str, size: int) -> Font:
    """The font of *letter* in the hand *name*."""
    path = _files(name).get(ord(letter))
    return _piece(path, size) if path else printed("serif", size)
