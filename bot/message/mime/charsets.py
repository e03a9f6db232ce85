"""Bytes -> text, in one place: what a mail calls its charset is a hint, the bytes decide.

Chinese mail programs label GBK and GB18030 as ``gb2312``, GB18030 as ``iso-8859-1`` and UTF-8 as ``gb2312``; the standard
library decodes such labels literally and loses characters without an error.  Rule: the label is tried first, every other
likely charset is compared with it by how plausible the resulting text is.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re

UTF8 = "utf-8"
GB = "gb18030"
BIG5 = "big5hkscs"
LATIN = "cp1252"
STATEFUL = {"hz", "utf-7", "iso-2022-cn", "iso2022_jp", "iso2022_kr", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}
SAMPLE = 20_000

# Keys are labels without anything but letters and digits. Labels seen in the wild, none known to Python's codecs
# or known as something narrower than what is sent under them.
ALIASES: dict[str, str] = {
    **dict.fromkeys(
        [
            "gb2312",
            "gb231280",
            "gb23121980",
            "gbk",
            "xgbk",
            "cngb",
            "cngb2312",
            "gb2312charset",
            "gbkcharset",
            "windows936",
            "ms936",
            "cp936",
            "936",
            "csgb2312",
            "csgbk",
            "gb18030",
            "gb180302000",
            "gb180302005",
            "gb180302022",
            "xgb18030",
            "euccn",
            "xeuccn",
            "gb198880",
            "gb198880iso",
            "eucgb2312cn",
            "chinese",
            "csiso58gb231280",
            "isoir58",
            "gb",
            "chinesegb",
            "simplifiedchinese",
        ],
        GB,
    ),
    **dict.fromkeys(
        ["utf8", "unicode11utf8", "xunicode20utf8", "utf8mb4", "cp65001", "xutf8", "utf", "utf8bom", "unicodeutf8"],
        UTF8,
    ),
    **dict.fromkeys(
        ["big5", "xbig5", "big5hkscs", "cnbig5", "csbig5", "big5et", "big5eten", "cp950", "ms950", "xxbig5"], BIG5
    ),
    **dict.fromkeys(["hz", "hzgb", "hzgb2312"], "hz"),
    **dict.fromkeys(["utf7", "unicode11utf7", "xunicode20utf7", "csunicode11utf7"], "utf-7"),
    **dict.fromkeys(["iso2022cn", "csiso2022cn"], "iso-2022-cn"),
    **dict.fromkeys(
        ["ascii", "usascii", "latin1", "iso88591", "windows1252", "cp1252", "ansix341968", "iso885915", "csascii"],
        LATIN,
    ),
    **dict.fromkeys(["ucs2", "utf16", "unicode", "iso10646ucs2", "csunicode"], "utf-16"),
    **dict.fromkeys(["utf16le", "ucs2le"], "utf-16-le"),
    **dict.fromkeys(["utf16be", "ucs2be"], "utf-16-be"),
    **dict.fromkeys(["utf32", "ucs4"], "utf-32"),
}
# Python codecs which are no charsets, or which may cost much: never reachable from a mail.
FORBIDDEN = (
    "base64",
    "bz2",
    "zlib",
    "hex",
    "quopri",
    "uu",
    "rot_13",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode",
    "undefined",
    "mbcs",
    "oem",
    "utf_7",
)

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# «Réponse» in UTF-8, read as GBK: one Chinese character inside a Western word.
_INSIDE_A_WORD = re.compile("(?<=[A-Za-z])[\u4e00-\u9fff](?=[a-z])")


class Decoded(Struct, frozen=True):
    """``charset`` is the codec that was used; ``sure`` is false where bytes had to be replaced by U+FFFD."""

    text: str
    charset: str
    sure: bool = True


def decode_bytes(data: bytes, label: str = "") -> Decoded:
    """*data* as text; *label* is what the mail says its charset is (may be empty, unknown or wrong). Never raises."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data[3:], UTF8) or Decoded(data[3:].decode(UTF8, "replace"), UTF8, False)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0:
        wide = _strict(data, "utf-16")
        if wide:
            return wide
    named = codec_name(label)
    if named in STATEFUL:
        found = _stateful(data, named)
        if found:
            return found
    if data.isascii():
        return Decoded(data.decode("ascii"), named or "ascii")
    return _most_plausible(data, named)


@lru_cache(maxsize=512)
def codec_name(label: str) -> str:
    """The codec for a charset label as mails write it; empty where the label says nothing (``unknown-8bit``, ``binary``)."""
    plain = re.sub(r"^3D|\*.*$", "", label.strip().strip("\"' "), flags=re.IGNORECASE)
    key = re.sub(r"[^a-z0-9]", "", plain.lower())
    if key.startswith("cs") and key[2:] in ALIASES:
        key = key[2:]
    if key in ALIASES:
        return ALIASES[key]
    if not key or len(plain) > 40 or not plain.isascii():
        return ""
    try:
        info = codecs.lookup(plain)
    except (LookupError, ValueError):
        return ""
    if info.name.startswith(FORBIDDEN) or not info._is_text_encoding:
        return ""
    return ALIASES.get(re.sub(r"[^a-z0-9]", "", info.name), info.name)


def scrub(text: str) -> str:
    """*text* without surrogates, NUL and other control characters (line breaks and tabs stay)."""
    return CONTROL.sub("", text)


def plausibility(text: str) -> float:
    """How much *text* looks like what people write, 0…1, judged by its non-ASCII characters; 1 for pure ASCII."""
    total = 0.0
    count = 0
    for character in text:
        if character >= "\x80":
            count += 1
            total += _weight(character)
        elif character < " " and character not in "\t\r\n\x1b":
            count += 1
    return max(0.0, total / count) if count else 1.0


@lru_cache(maxsize=16384)
def _weight(character: str) -> float:
    code = ord(character)
    if code == 0xFFFD:
        return -2.0
    if 0x80 <= code < 0xA0 or 0xE000 <= code < 0xF900 or 0xD800 <= code < 0xE000 or code >= 0xF0000:
        return -1.0
    if 0x4E00 <= code < 0xA000 or 0x3000 <= code < 0x3020 or 0xFF00 <= code < 0xFF60 or 0x2010 <= code < 0x2600:
        return _hanzi_weight(character)
    if 0x2600 <= code < 0x2800 or 0x1F300 <= code < 0x1FB00:
        return 0.8  # signs and emoji
    if 0x3040 <= code < 0x3100 or 0xAC00 <= code < 0xD7B0 or 0x3100 <= code < 0x3130:
        return 0.5
    if 0xA0 <= code < 0x250:
        return 0.45
    return 0.35


def _hanzi_weight(character: str) -> float:
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        try:
            lead = character.encode("big5")[0]
        except UnicodeEncodeError:
            return 0.25
        return 0.75 if lead < 0xC9 else 0.3  # traditional, frequently used or not
    if 0xB0 <= lead < 0xD8 or lead < 0xAA:
        return 1.0  # level 1 of GB 2312: the 3755 common characters, punctuation
    return 0.6


def _strict(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), codec)
    except (UnicodeError, LookupError):
        return None


def _stateful(data: bytes, codec: str) -> Decoded | None:
    if codec == "iso-2022-cn":
        return _iso_2022_cn(data)
    if codec == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        ends = [_strict(data, "utf-16-le"), _strict(data, "utf-16-be")]
        found = max((end for end in ends if end), key=lambda end: plausibility(end.text[:SAMPLE]), default=None)
    else:
        found = _strict(data, codec)
    return found if found and plausibility(found.text[:SAMPLE]) > 0.2 else None


def _iso_2022_cn(data: bytes) -> Decoded | None:
    """RFC 1922, GB 2312 only: Python has no such codec. Between SO and SI both bytes of a character have bit 8 clear."""
    out = bytearray()
    shifted = False
    for byte in re.sub(rb"\x1b\$[)*][A-H]", b"", data):
        if byte in (0x0E, 0x0F):
            shifted = byte == 0x0E
        else:
            shifted = shifted and byte != 0x0A
            out.append(byte | 0x80 if shifted and byte > 0x20 else byte)
    return _strict(bytes(out), GB)


def _most_plausible(data: bytes, named: str) -> Decoded:
    """The best of the label's charset, UTF-8 and GB18030 (Big5 too, where labelled or nothing else fits)."""
    utf8 = _strict(data, UTF8)
    if utf8 and named in (UTF8, ""):
        # Two GBK characters may happen to be valid UTF-8: then Greek, Cyrillic or Arabic letters come out (联通).
        if named or any(character >= "\u0800" for character in utf8.text[:SAMPLE]):
            return utf8
        other = _strict(data, GB)
        if other is None or plausibility(other.text[:SAMPLE]) < 0.95 or _INSIDE_A_WORD.search(other.text[:SAMPLE]):
            return utf8
        return other
    if named == GB and (gb := _strict(data, GB)) and not (utf8 and any(one >= "\u0800" for one in utf8.text[:SAMPLE])):
        return gb  # rare characters and all
    codecs_tried = dict.fromkeys(name for name in (named, UTF8, GB) if name and name not in STATEFUL)
    found = [decoded for name in codecs_tried if (decoded := _strict(data, name))]
    best = max(found, key=lambda one: _score(one, named), default=None)
    if best is None or _score(best, named) < 0.45:
        # A text that is labelled as Chinese, or as UTF-8, is no Western one, however rare its characters are.
        others = (BIG5, LATIN) if named in ("", LATIN) else (BIG5,)
        extra = [decoded for name in others if (decoded := _strict(data, name))]
        best = max([*([best] if best else []), *extra, *_repaired(data, named)], key=lambda one: _score(one, named))
    return best


def _repaired(data: bytes, named: str) -> list[Decoded]:
    """Readings with U+FFFD at broken places: a text cut inside a character is better than another charset's nonsense."""
    names = dict.fromkeys(name for name in (named, UTF8, GB) if name and name not in STATEFUL)
    return [Decoded(data.decode(name, "replace"), name, False) for name in names]


def _score(decoded: Decoded, named: str) -> float:
    text = decoded.text[:SAMPLE]
    bonus = 0.12 if decoded.charset == named else 0.0
    if decoded.charset == GB and named not in ("", GB, UTF8, BIG5) and _INSIDE_A_WORD.search(text):
        bonus -= 0.6
    return plausibility(text) + bonus + (0.05 if decoded.charset == UTF8 else 0.0)
