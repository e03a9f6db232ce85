"""Encoded words of RFC 2047, also those that programs cut, quote, nest or forget to close."""

from __future__ import annotations

import binascii
import html
import re
from urllib.parse import unquote_to_bytes

from bot.message.mime.charsets import codec_name, decode_bytes, scrub

# QUIRK(several programs): the text holds blanks (folded inside the word) and, for Q, question marks; the end is missing. RFC 2047 §2
_WORD = re.compile(r"=\?([^?\s=]{0,60})\?([bBqQ])\?(.*?)(?:\?=|\?$|$)", re.DOTALL)
_BASE64_WORD = re.compile(r"=\?([^?\s=]{0,60})\?([bB])\?([A-Za-z0-9+/=_\s-]*)(?:\?=|\?$)?")
_ENTITY = re.compile(r"&#(?:x[0-9a-fA-F]{2,6}|[0-9]{2,7});")
_MAX_ROUNDS = 3
MAX_SUBJECT = 2000

_Word = tuple[str, str, str]  # charset, encoding (b or q), encoded text


def decode_words(text: str) -> str:
    """*text* with its encoded words decoded; neighbours of one charset are joined as bytes first.

    Never raises; the result has no surrogate, no NUL and no U+FFFD, and no ``=?`` that a program would take for a word.
    """
    return clean(_rounds(text))


def is_garbled(text: str) -> bool:
    """Whether a character of *text* cannot be brought back; ``decode_words`` leaves it out."""
    return "\ufffd" in _rounds(text)


def _rounds(text: str) -> str:
    for _ in range(_MAX_ROUNDS):
        if "=?" not in text:
            break
        decoded = _once(text)
        if decoded == text:
            break
        text = decoded
    return text


def subject_text(value: str) -> str:
    """A Subject as people read it, at most 2000 characters."""
    return unescape_entities(decode_words(value))[:MAX_SUBJECT].strip()


def clean(text: str) -> str:
    """For storing: no control characters, no replacement characters, one line; «1+1=?» gets a full-width mark."""
    if "\n" in text or "\r" in text:
        text = " ".join(line.strip(" \t") for line in re.split(r"[\r\n]+", text))
    return scrub(text).replace("\ufffd", "").replace("=?", "=？").replace("\t", " ").strip()


def unescape_entities(text: str) -> str:
    """Numeric HTML entities that web mailers leave in headers (``&#30003;``)."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text) if "&#" in text else text


def _once(text: str) -> str:
    out: list[str] = []
    words: list[_Word] = []
    place = 0
    while place < len(text):
        match = _match(text, place)
        start = match.start() if match else len(text)
        between = text[place:start]
        if words and (match is None or between.strip(" \t\r\n")):
            out.append(_decoded(words))
            words = []
        if not words:
            out.append(between)  # blanks between two words are no text
        if match is None:
            break
        charset, encoding, content = match.groups()
        words.append((charset, encoding.lower(), content))
        place = match.end()
    if words:
        out.append(_decoded(words))
    return "".join(out)


def _match(text: str, place: int) -> re.Match[str] | None:
    match = _WORD.search(text, place)
    if match and match.group(2) in "bB":
        # base64 has no question mark: a word that lost its end stops where its alphabet stops.
        return _BASE64_WORD.match(text, match.start()) or match
    return match


def _decoded(words: list[_Word]) -> str:
    """Adjacent words; bytes of one charset are joined before decoding."""
    # QUIRK(several programs): a character, or a base64 group of four, is cut between two words. RFC 2047 §5
    out: list[str] = []
    data = b""
    label = ""
    held = ""  # base64 text that was cut inside a group of four
    for charset, encoding, text in words:
        if data and codec_name(charset) != codec_name(label):
            out.append(decode_bytes(data, label).text)
            data, held = b"", ""
        label = charset
        if encoding == "q":
            data += _q(text)
            held = ""
            continue
        plain = re.sub(r"[^A-Za-z0-9+/=]", "", text.replace("-", "+").replace("_", "/"))
        if held:
            plain, data = held + plain, data[: len(data) - len(_b(held))]
        held = plain if len(plain) % 4 and not plain.endswith("=") else ""
        data += _b(plain)
    out.append(decode_bytes(data, label).text)
    return "".join(out)


def _b(text: str) -> bytes:
    """base64 with missing or doubled padding."""
    out = b""
    for piece in re.findall(r"[^=]+", text):
        if len(piece) % 4 == 1:
            piece = piece[:-1]
        out += binascii.a2b_base64(piece + "=" * (-len(piece) % 4))
    return out


def _q(text: str) -> bytes:
    text = text.replace("_", " ")
    text = re.sub(r"%(?![0-9A-Fa-f]{2})|%", "%25", text)
    text = re.sub(r"=([0-9A-Fa-f]{2})", r"%\1", re.sub(r"=[ \t]*\r?\n[ \t]*", "", text))
    return unquote_to_bytes(text)
