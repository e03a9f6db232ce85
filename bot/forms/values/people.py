"""Names of people, also where a telephone number stands in the same place; e-mail addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.forms.text import CJK, fold, tidy
from bot.forms.values.phones import EXPONENT, PHONE, PHONE_WORDS, SEPARATORS, PhoneReading, read_phones

OUTER = "".join(c for c in SEPARATORS if c not in "()（）")
EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9](?:[a-z0-9\-]{0,62}\.)+[a-z]{2,24}", re.IGNORECASE)


NO_PHONES = PhoneReading()


@dataclass(frozen=True, slots=True)
class PersonReading:
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
    around = re.sub(r"\d{3,}[-\d ]*", " ", around)
    around = re.sub(r"[(\[【][\s:,、;/]*[)\]】]", " ", around)
    around = re.sub(rf"(?<=[{CJK}])\s*[:;,、/]*\s+(?=[{CJK}])", "、", around.strip(SEPARATORS.replace(")", "")))
    around = re.sub(r"\s*([、,;/])[\s、,;/]*", r"\1", around).strip(" 、,;/:-")
    name = around.replace("(", "（").replace(")", "）").replace(",", "，").replace(";", "；")
    return PersonReading(name or None, phones)


@dataclass(frozen=True, slots=True)
class EmailReading:
    """Addresses joined by 、; ``doubt`` is ``invalid`` where something is written that is no address."""

    text: str | None = None
    doubt: str = ""


def read_emails(text: str) -> EmailReading:
    """Every address in *text*, full-width letters made plain, blanks around @ and points removed."""
    plain = fold(text[:1000])
    plain = re.sub(r"\s*@\s*", "@", plain).replace("。", ".")
    plain = re.sub(r"(?<=[a-z0-9])\s*\.\s*(?=(?:com|cn|net|org|gov|edu)\b)", ".", plain, flags=re.IGNORECASE)
    found = list(dict.fromkeys(match.group() for match in EMAIL.finditer(plain)))
    rest = EMAIL.sub("", plain)
    if found and "@" not in rest:
        return EmailReading("、".join(found))
    return EmailReading(None, "invalid" if re.sub(r"[\W_]", "", plain) else "")
