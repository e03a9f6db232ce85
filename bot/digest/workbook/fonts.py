"""A font with Chinese characters for the pictures: brought by a package, else one of the system's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from bot.base.errors import BotError

# The system's usual ones on Linux, Windows and macOS.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "AR PL UMing CN",
)
SAMPLE = "泉州市科普日活动周一二三四五六日"


class NoChineseFont(BotError):
    """Neither the package nor the system has a font with Chinese characters."""

    remedy = "安装 pip 包 pylopdf-fonts-zh-cn，或系统字体 fonts-noto-cjk（文泉驿、思源黑体亦可）"


def candidates() -> Iterator[Path]:
    try:
        packaged = Path(str(files("pylopdf_fonts_zh_cn"))) / "NotoSansSC-Regular.otf"
    except ModuleNotFoundError:
        packaged = None
    if packaged and packaged.is_file():
        yield packaged
    known = {entry.name: Path(entry.fname) for entry in reversed(font_manager.fontManager.ttflist)}
    yield from (known[family] for family in FAMILIES if family in known)


@lru_cache(maxsize=1)
def chinese_fonts() -> tuple[str, ...]:
    """Names of the families to draw with, the first for nearly everything, others for rare characters; NoChineseFont where none is."""
    names: list[str] = []
    for path in candidates():
        try:
            if without_glyph(SAMPLE, path):
                continue
            font_manager.fontManager.addfont(str(path))
            names.append(FT2Font(str(path)).family_name)
        except (OSError, RuntimeError):
            continue  # a broken font file is no reason to send no digest
        if len(names) == 2:
            break
    if not names:
        raise NoChineseFont("找不到中文字体，图表无法绘制")
    return tuple(dict.fromkeys(names))


def without_glyph(text: str, path: Path) -> str:
    """The characters of *text* that the font file at *path* would show as empty boxes."""
    known = FT2Font(str(path)).get_charmap()
    return "".join(dict.fromkeys(letter for letter in text if ord(letter) not in known and not letter.isspace()))
