"""The short check code behind a reference, ``KP2023-0007·7F3K``: whoever writes it has seen a letter of ours about that form. Pure.

Twenty bits of a keyed hash; references are consecutive and can be guessed, codes cannot. It is no secret between colleagues.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Mapping

from bot.base import expressions as re

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 1 I O: a code is read from paper and over the telephone, too
LENGTH = 4
MOST_TRIES = 3  # different codes for one reference in one mail, and …
MOST_CODES = 20  # … for all of them: more is nobody's letter, but guessing
DOTS = "·・•∙⋅‧․.。．●◦˙*?_-–—:,、"
GAP = r"[\s>|\u200b\ufeff]{0,8}"  # where programs wrap a quoted line
_BEHIND = rf"(?:{GAP}[{re.escape(DOTS)}]{GAP}|[\s>|]{{1,8}})"
_CODE = rf"[2-9A-HJ-NP-Z](?:{GAP}[2-9A-HJ-NP-Z]){{{LENGTH - 1}}}(?![A-Za-z0-9])"
_CODED = re.compile(rf"K\s?P\s?(\d{{4}}){GAP}[-–—‐−]{GAP}(\d{{4,}}){_BEHIND}({_CODE})", re.IGNORECASE)
_WRITTEN = re.compile(rf"([Kk][Pp]\d{{4}}-\d{{4,}})\s?[·・•]\s?[{ALPHABET}]{{{LENGTH}}}(?![A-Za-z0-9])", re.IGNORECASE)

_BARE = re.compile(r"((?:受理|登记|编)号(?:是|为|[:：])?\s{0,2})(20\d\d-\d{4})(?!\d)")


def check_code(secret: bytes, ref: str) -> str:
    """The code of the reference *ref*, in capitals."""
    number = int.from_bytes(hmac.digest(secret, ref.encode(), hashlib.sha256)[:3]) >> 4
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def coded(ref: str, code: str) -> str:
    """Reference and code as a subject shows them."""
    return f"{ref}·{code}" if ref and code else ref


def codes_in(text: str) -> Mapping[str, Collection[str]]:
    """Reference -> the codes that *text* gives it, full-width or wrapped as they may be; none where somebody is only trying."""
    found: dict[str, set[str]] = {}
    for year, number, code in _CODED.findall(unicodedata.normalize("NFKC", text)):
        letters = re.sub(r"[^0-9A-Za-z]", "", code).upper()
        found.setdefault(f"KP{year}-{number}", set()).add(letters)
    if sum(map(len, found.values())) > MOST_CODES:
        return {}
    return {ref: codes for ref, codes in found.items() if len(codes) <= MOST_TRIES}


def shown_refs(text: str, secrets: Collection[bytes]) -> frozenset[str]:
    """The references whose right code stands in *text*; of several *secrets* any counts."""
    return frozenset(
        ref for ref, codes in codes_in(text).items() if any(check_code(one, ref) in codes for one in secrets)
    )


def without_codes(text: str) -> str:
    """«撤回 KP2023-0007·7F3K» as if only the reference had been copied, «登记号2023-0007» as if with its letters."""
    return _BARE.sub(r"\1KP\2", _WRITTEN.sub(r"\1", text))
