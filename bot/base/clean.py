"""What strangers wrote, made safe to print: no control, direction or invisible characters, bounded length."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
LINE_ENDING = frozenset("\r\u2028\u2029\x0b\x0c\x85")
# Cc control, Cf direction marks and zero-width characters, Cs lone surrogates: none of them is ever part of an answer.
REMOVED = {"Cc", "Cf", "Cs"}
# XML 1.0, section 2.2: what no document may contain, not even escaped.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """*text* without invisible characters; every kind of line end becomes ``\\n``; tab and newline stay."""
    if text.isprintable():
        return text if text.isascii() else str(text)  # markup with words in it is no markup any more
    text = str(text)
    if text.replace("\n", "").replace("\u3000", "").isprintable():
        return text
    if not LINE_ENDING.isdisjoint(text):
        text = LINE_ENDS.sub("\n", text)
    # Only the different characters are looked at, and the text is walked where one of them must go.
    odd = [ord(c) for c in set(text) if not c.isprintable() and c not in "\n\t" and unicodedata.category(c) in REMOVED]
    return text.translate(dict.fromkeys(odd)) if odd else text


def xml_text(text: str) -> str:
    """*text* as Office files can hold it."""
    return NOT_XML.sub("", clean(text))


def one_line(text: str, limit: int = 200) -> str:
    """*text* cleaned, on one line, at most *limit* characters (the last one then is «…»)."""
    if text.isprintable() and "  " not in text:  # nothing but words with single blanks
        return cut(str(text).strip(), limit)
    return cut(re.sub(r"\s+", " ", clean(text)).strip(), limit)


def some_lines(text: str, limit: int = 300) -> list[str]:
    """The non-empty lines of *text*, cleaned, at most *limit* characters in all."""
    if text.isprintable() and "  " not in text:
        return [line] if (line := cut(str(text).strip(), limit)) else []
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in cut(clean(text).strip(), limit).split("\n"))
    return [line for line in lines if line]


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS
