"""Content-Type and Content-Disposition: value and parameters, by RFC 2231 and by what programs write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field

from bot.message.mime.charsets import decode_bytes, plausibility
from bot.message.mime.encoded_words import clean, decode_words, unescape_entities

_MAX_PARAMETERS = 200
# QUIRK(several programs): «关于"科普日".docx» with bare quotes: the closing one is that which a parameter or the end follows. RFC 2045 §5.1
_QUOTED = re.compile(r'"((?:\\.|[^\\])*?)"\s*(?=;|$|[A-Za-z][\w.*-]*\s*=)', re.DOTALL)
_BARE = re.compile(r"((?:=\?[^?\s]*\?[bBqQ]\?[^?]*\?=|[^;])*?)(?=;|$|\s[A-Za-z][\w-]*(?:\*\d*\*?)?\s*=(?!\?))")
_KEY = re.compile(r"[\s;]*([^\s;=\"]{1,60})\s*=\s*")
_EXTENDED = re.compile(r"^([A-Za-z0-9_.:-]{0,40})'([A-Za-z0-9-]{0,20})'(.*)$", re.DOTALL)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


class Value(Struct, frozen=True):
    """``value`` in lower case without comments; ``parameters`` decoded, names in lower case."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_value(text: str) -> Value:
    """A structured header value. Never raises; of a repeated parameter the first one counts."""
    value, _, rest = text.partition(";")
    if "=" in value:  # the semicolon behind the value is forgotten, or the value itself is missing
        match = re.match(r"\s*([\w.+-]+(?:/[\w.+-]+)?)\s+(?=[\w*]+\s*=)", text)
        value, rest = (match.group(1), text[match.end() :]) if match else ("", text)
    plain = re.sub(r"\([^()]{0,400}\)", "", value).strip().strip("\"' ").lower()
    return Value(plain, _decoded(list(_pairs(rest))))


def file_name(disposition: Value, content_type: Value) -> str:
    """The attachment's name from both headers; empty where neither gives one."""
    found = [
        name
        for name in (
            disposition.parameters.get("filename", ""),
            content_type.parameters.get("name", ""),
            disposition.parameters.get("name", ""),
            content_type.parameters.get("filename", ""),
        )
        if name
    ]
    if not found:
        return ""
    whole = [name for name in found if re.search(r"\.[A-Za-z0-9]{1,5}$", name)]
    return (whole or found)[0]


def _pairs(text: str) -> Iterator[tuple[str, str, bool]]:
    """Name, raw value and whether it was quoted."""
    place = 0
    for _ in range(_MAX_PARAMETERS):
        key = _KEY.match(text, place)
        if key is None:
            following = text.find(";", place)
            if following < 0:
                return
            place = following + 1
            continue
        name, place = key.group(1).lower(), key.end()
        quoted = _QUOTED.match(text, place) if text.startswith('"', place) else None
        if quoted:
            # QUIRK(several programs): «C:\dir\file.doc» is not escaped: only a quote and a backslash are. RFC 5322 §3.2.4
            yield name, re.sub(r'\\(["\\])', r"\1", quoted.group(1)), True
            place = quoted.end()
            continue
        bare = _BARE.match(text, place)
        if bare is None:
            return
        yield name, bare.group(1).strip().strip('"'), False
        place = bare.end()


def _decoded(pairs: list[tuple[str, str, bool]]) -> dict[str, str]:
    plain: dict[str, str] = {}
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value, _ in pairs:
        match = re.fullmatch(r"(.+?)\*(\d{1,3})?(\*)?", name)
        if match is None:
            plain.setdefault(name, _plain(name, value))
            continue
        base, number, star = match.groups()
        extended = bool(star) or number is None
        segments.setdefault(base, {}).setdefault(int(number or 0), (value, extended))
    continued = {name: _joined([parts[number] for number in sorted(parts)]) for name, parts in segments.items()}
    good = {
        name: value
        for name, value in continued.items()
        if value and (name not in plain or not _worse(value, plain[name]))
    }
    return plain | good


def _worse(extended: str, plain: str) -> bool:
    """The extended form is the better one by the standard; not where it came out damaged or lost the file's ending."""
    lost_ending = "." in plain and "." not in extended
    return lost_ending or plausibility(extended) + 0.3 < plausibility(plain)


def _plain(name: str, value: str) -> str:
    if name not in ("name", "filename"):
        return clean(value)
    # QUIRK(nearly all of them): encoded words inside a parameter. RFC 2047 §5
    text = unescape_entities(decode_words(value))
    odd = _EXTENDED.match(text)
    if odd and _PERCENT.search(odd.group(3)):
        # QUIRK(several programs): the extended form without its star. RFC 2231 §4
        return clean(decode_bytes(unquote_to_bytes(odd.group(3)), odd.group(1)).text)
    if _PERCENT.search(text):
        data = unquote_to_bytes(text)
        decoded = decode_bytes(data)
        if not data.isascii() and decoded.sure and plausibility(decoded.text) >= 0.5:
            return clean(decoded.text)
    return text


def _joined(parts: list[tuple[str, bool]]) -> str:
    """Segments joined first, then decoded."""
    # QUIRK(several programs): a character or even a «%XX» is cut between two segments. RFC 2231 §4.1
    if not any(extended for _, extended in parts):
        return _plain("name", "".join(text for text, _ in parts))
    label = ""
    first = _EXTENDED.match(parts[0][0])
    if first:
        label = first.group(1)
        parts = [(first.group(3), parts[0][1]), *parts[1:]]
    whole = "".join(text if extended or _PERCENT.search(text) else text.replace("%", "%25") for text, extended in parts)
    if "=?" in whole:
        return decode_words(whole)
    return clean(decode_bytes(unquote_to_bytes(whole), label).text)
