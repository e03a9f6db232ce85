"""A font with Chinese characters for the pictures: the one beside this file, for rarer characters one of the system's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

from bot.base.errors import BotError

OWN = Path(__file__).with_name("NotoSansSC-subset.otf")  # tools/chinese_font.py
# Where Linux, macOS and Windows keep fonts, and the usual Chinese ones by their file names.
FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts"),
)
NAMES = (
    *("NotoSansCJK*-Regular.*", "NotoSansSC*.*", "SourceHanSans*-Regular.*", "wqy-microhei.*", "wqy-zenhei.*"),
    *("msyh.*", "simhei.*", "PingFang.*", "STHeiti*.*", "DroidSansFallback*.*", "uming.*"),
)
SAMPLE = "泉州市科普日活动周一二三四五六日"
NO_CHARACTER = "\U0010fffd"
Font = ImageFont.FreeTypeFont


class NoChineseFont(BotError):
    """Neither the program nor the system has a font with Chinese characters that can be read."""

    remedy = "程序自带的字体不见了：重新安装，或安装系统字体 fonts-noto-cjk（文泉驿、思源黑体亦可）"


def candidates() -> Iterator[Path]:
    if OWN.is_file():
        yield OWN
    folders = [folder for name in FOLDERS if (folder := Path(name).expanduser()).is_dir()]
    yield from (path for name in NAMES for folder in folders for path in sorted(folder.rglob(name)))


@lru_cache(maxsize=1)
def chinese_fonts() -> tuple[Path, ...]:
    """The files to draw with, the first for nearly everything, another for rare characters; NoChineseFont where none is."""
    found: list[Path] = []
    for path in candidates():
        try:
            if without_glyph(SAMPLE, path):
                continue
        except OSError:
            continue  # a broken font file is no reason to send no digest
        found.append(path)
        if len(found) == 2:
            break
    if not found:
        raise NoChineseFont("找不到中文字体，图表无法绘制")
    return tuple(found)


@lru_cache(maxsize=16)
def fonts(size: int) -> tuple[Font, ...]:
    """``chinese_fonts`` in one size (pixels)."""
    return tuple(ImageFont.truetype(path, size) for path in chinese_fonts())


def without_glyph(text: str, path: Path) -> str:
    """The characters of *text* that the font file at *path* would show as empty boxes."""
    font = ImageFont.truetype(path, 20)
    return "".join(dict.fromkeys(letter for letter in text if lacks(font, letter)))


def lacks(font: Font, letter: str) -> bool:
    """Whether *font* shows *letter* as an empty box: as it shows what no font has."""
    return not letter.isspace() and shape(font, letter) == shape(font, NO_CHARACTER)


def shape(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def runs(text: str, size: int) -> list[tuple[str, Font]]:
    """*text* in stretches, each with the first font that has its characters."""
    known = fonts(size)
    chosen = [next((font for font in known if not lacks(font, letter)), known[0]) for letter in text]
    pairs = groupby(zip(text, chosen, strict=True), key=lambda pair: pair[1])
    return [("".join(letter for letter, _ in stretch), font) for font, stretch in pairs]
