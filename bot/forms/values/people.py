"""Names of people, also where a telephone number stands in the same place; e-mail addresses."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.base.text import CJK, fold, tidy
from bot.forms.values.phones import EXPONENT, PHONE, PHONE_WORDS, SEPARATORS, PhoneReading, read_phones

OUTER = "".join(c for c in SEPARATORS if c not in "()（）")
EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9](?:[a-z0-9\-]{0,62}\.)+[a-z]{2,24}", re.IGNORECASE)


WORD = re.compile(r"(?:e-?mail|mail|qq|微信)[:：]?", re.IGNORECASE)
# The ends that addresses in this country have, and country codes; «.con», «.comm» are slips.
TLDS = {
    "com",
    "cn",
    "net",
    "org",
    "edu",
    "gov",
    "info",
    "cc",
    "top",
    "xyz",
    "vip",
    "tech",
    "club",
    "site",
    "online",
    "asia",
}
SLIPS = {"cm", "co", "om", "cc"}
COMMON_HOSTS = re.compile(r"@(?:126|163|139|189|qq|vip|sina|sohu|yeah|foxmail|gmail|outlook|hotmail)\.", re.IGNORECASE)


NO_PHONES = PhoneReading()


class PersonReading(Struct, frozen=True):
    """The name (None where only numbers stand there) and the telephone numbers that stood with it."""

    name: str | None = None
    phones: PhoneReading = NO_PHONES


def read_person(text: str, area_code: str = "", local_digits: int = 0) -> PersonReading:
    """«张三13959812345» gives the name and the number apart; a duty in brackets stays with the name."""
    written = tidy(text[:1000])
    if not re.search(r"\d{3,}", fold(written)):
        listed = re.sub(r"[ 、,，;；]*\n[ 、,，;；]*", "、", tidy(text[:1000], "\n"))
        return PersonReading(PHONE_WORDS.sub("", listed).strip(OUTER) or None)
    phones = read_phones(written, area_code, local_digits)
    plain = EXPONENT.sub(" ", fold(written))
    around = PHONE_WORDS.sub(" ", PHONE.sub(" ", plain))
    around = re.sub(r"(?<!\d)(?!(?:19|20)\d\d\s*[年.])\d{3,}[-\d ]*", " ", around)  # but «（女，1990年2月生）»
    around = re.sub(r"[(\[【][\s:,、;/]*[)\]】]", " ", around)
    around = re.sub(rf"(?<=[{CJK}])\s*[:;,、/]*\s+(?=[{CJK}])", "、", around.strip(SEPARATORS.replace(")", "")))
    around = re.sub(r"\s*([、,;/])[\s、,;/]*", r"\1", around).strip(" 、,;/:-")
    name = around.replace("(", "（").replace(")", "）").replace(",", "，").replace(";", "；")
    return PersonReading(name or None, phones)


def joined(plain: str) -> str:
    """One address that blanks or line breaks tore («kx 2200@126.com», «long\\nname@126.com») put together."""
    whole = re.sub(r"\s+", "", plain)
    parts = plain.split()
    if plain.count("@") != 1 or len(parts) < 2 or not whole.isascii() or not EMAIL.fullmatch(whole):
        return plain
    head = parts[0]
    # A word or a number before the address is not part of it.
    return plain if WORD.fullmatch(head) or re.fullmatch(r"[\d-]{7,}", head) else whole


def torn(plain: str) -> bool:
    """Letters or digits stand before an address with only a blank between: it may be half of one."""
    end = 0
    for match in EMAIL.finditer(plain):
        before = plain[end : match.start()]
        word = re.search(r"([a-z0-9._-]+)\s+$", before, re.IGNORECASE)
        if word and not WORD.fullmatch(word[1]) and not re.fullmatch(r"[\d-]{7,}", word[1]):
            return True
        end = match.end()
    return False


def plausible(address: str) -> bool:
    end = address.rsplit(".", 1)[1].lower()
    if COMMON_HOSTS.search(address) and end in SLIPS:
        return False
    return end in TLDS or len(end) == 2


class EmailReading(Struct, frozen=True):
    """Addresses joined by 、; ``doubt`` is ``invalid`` where something is written that is no address."""

    text: str | None = None
    doubt: str = ""


def read_emails(text: str) -> EmailReading:
    """Every address in *text*, full-width letters made plain, blanks around @ and points removed."""
    plain = fold(text[:1000])
    plain = re.sub(r"\s*@\s*", "@", plain).replace("。", ".")
    plain = re.sub(r"(?<=[a-z0-9])\s*\.\s*(?=(?:com|cn|net|org|gov|edu)\b)", ".", plain, flags=re.IGNORECASE)
    plain = joined(plain)
    found = list(dict.fromkeys(match.group() for match in EMAIL.finditer(plain)))
    rest = EMAIL.sub("", plain)
    if found and "@" not in rest and not torn(plain):
        return EmailReading("、".join(found), "" if all(map(plausible, found)) else "address")
    return EmailReading(None, "invalid" if re.sub(r"[\W_]", "", plain) else "")
