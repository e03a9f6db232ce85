"""Passwords that a sender writes into the mail for a locked attachment."""

from __future__ import annotations

import re

MAX_CANDIDATES = 12
# Every gap has an end: a mail of blanks alone must cost no more than any other of its size.
_GAP = r"\s{0,4}"
_SAID = re.compile(
    rf"(?:密{_GAP}码|口{_GAP}令|passwd|pass{_GAP}word|pwd){_GAP}"
    rf"(?:(?:统一|都|均|分别)?{_GAP}(?:是|为|设为|设置为|：|:|=|＝|is)|(?=[「『【“\"])|\s){_GAP}(?:[:：]{_GAP})?[\"“”'‘’「『【《(（\[]?{_GAP}"
    r"(?P<word>[^\s，。；、,;\"“”'‘’」』】》)）\]]{1,40})",
    re.IGNORECASE,
)
_NOT_A_PASSWORD = re.compile(
    r"^(?:是|为|的|了|吗|见|另|请|已|会|不|无|没|如|由|在|发|将|我|你|您|稍|正|短信|微信|电话|保护|错误|忘|不对|多少|什么)"
)


def password_candidates(text: str) -> tuple[str, ...]:
    """Passwords named in *text* (body or subject), likeliest first, each once, at most 12.

    «解压密码：kepu2023», «密码为 123456。», «password: abc». A word with a full stop or bracket at its end is given both ways.
    """
    found: list[str] = []
    for match in _SAID.finditer(text[:200_000]):
        word = match.group("word")
        narrow = re.match(r"[\x21-\x7e]+", _narrow(word))
        ascii_word = narrow.group() if narrow else ""
        for candidate in (ascii_word, ascii_word.rstrip(".!?:"), word):
            if candidate and candidate not in found and not _NOT_A_PASSWORD.match(candidate):
                found.append(candidate)
        if len(found) >= MAX_CANDIDATES:
            break
    return tuple(found[:MAX_CANDIDATES])


def _narrow(text: str) -> str:
    """Full-width digits and letters as ASCII: they are typed with an input method switched on."""
    return "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in text)
