"""Characters as PDF writers give them -> characters as people typed them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from bot.documents.shared.symbols import is_symbol_font, symbol_text

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(r"[-,]?(regular|normal|bold|italic|roman|mt|ooenc)$", re.IGNORECASE)
_ZAPF = {
    "3": "✓",
    "4": "✓",
    "5": "×",
    "6": "✗",
    "7": "✗",
    "8": "✗",
    "n": "■",
    "o": "☐",
    "p": "☐",
    "q": "☐",
    "r": "☐",
    "l": "●",
    "m": "○",
}
_ZAPF_SIGNS = {"✔": "✓", "✘": "✗", "✖": "×", "❏": "☐", "❐": "☐", "❑": "☐", "❒": "☐", "❍": "○"}

# Radicals that some writers put into ToUnicode instead of the character which they draw. U+2F00–2FD5 and the compatibility
# ideographs have canonical or compatibility mappings in Unicode; those of the supplement block have none.
_SUPPLEMENT = dict(
    zip(
        "⺁⺅⺇⺋⺍⺎⺐⺒⺓⺗⺙⺛⺝⺟⺠⺡⺣⺤⺥⺩⺪⺫⺬⺭⺮⺯⺰⺱⺳⺴⺶⺷⺸⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂亻几㔾⺍尢尢巳幺心攵旡月母民氵灬爫爫王疋目示礻竹糸纟网网网羊羊羊聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅长长长门阜阝雨青韦页风飞食食饣饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀龟",
        strict=False,
    )
)
_TO_NORMALISE = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
# Fonts have one glyph for the two dashes that people type, and one for all that look like a hyphen, whichever of them ToUnicode names.
_DASHES = str.maketrans({"⸺": "——", "⸻": "———", "\u2010": "-", "\u2011": "-", "\u00ad": "-"})
_BAD = re.compile("[\ufffd\u0000-\u0008\u000b\u000c\u000e-\u001f\u0080-\u009f]|\\(cid:\\d+\\)")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def font_name(written: str) -> str:
    """``ABCDEF+Wingdings-Regular`` -> ``Wingdings``."""
    name = _SUBSET.sub("", written or "")
    return _STYLE.sub("", name) or name


@lru_cache(4096)
def shown(text: str, font: str) -> str:
    """What the reader of the page sees for *text* in *font*: ticks of symbol fonts, plain hanzi for radicals."""
    name = font_name(font)
    if is_symbol_font(name):
        return symbol_text(text, name)
    if "dingbat" in name.lower():
        return "".join(_ZAPF.get(c, _ZAPF_SIGNS.get(c, c)) for c in text)
    if _TO_NORMALISE.search(text):
        text = "".join(_plain(c) for c in text)
    text = text.translate(_DASHES)
    if any("\ue000" <= c <= "\uf8ff" for c in text):
        text = symbol_text(text, name)
    return _INVISIBLE.sub("", text).replace("\u00a0", " ")


def _plain(character: str) -> str:
    if "\u2e80" <= character <= "\u2eff":
        return _SUPPLEMENT.get(character, character)
    return unicodedata.normalize("NFKC", character) if _TO_NORMALISE.match(character) else character


def is_mojibake(texts: Iterable[str]) -> bool:
    """Whether a page's characters have no usable meaning: its fonts lack, or lie about, their Unicode values."""
    whole = "".join(texts)
    letters = [c for c in whole if not c.isspace()]
    if len(letters) < 4:
        return False
    bad = sum(len(found) for found in _BAD.findall(whole)) + sum("\ue000" <= c <= "\uf8ff" for c in letters)
    latin = sum("\u00a1" <= c <= "\u024f" and c not in "·×÷°±" for c in letters)
    chinese = sum("\u3400" <= c <= "\u9fff" for c in letters)
    strange = sum(_is_strange(c) for c in letters)
    return bad * 5 > len(letters) or (latin * 4 > len(letters) and latin > chinese) or strange * 3 > len(letters)


def _is_strange(character: str) -> bool:
    """Scripts that no form of a Chinese office holds, where shifted code tables end up."""
    return (
        unicodedata.category(character) in ("Cn", "Co", "Cs")
        or "\u0500" <= character <= "\u1fff"
        or "\ua4d0" <= character <= "\uabff"
    )
