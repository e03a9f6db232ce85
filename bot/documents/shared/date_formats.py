"""Dates as a spreadsheet shows them: the letters of a number format filled with a moment, its words and signs kept."""

from __future__ import annotations

import re
from datetime import datetime

from bot.base.list_numbers import list_number

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<pad>_.|\*.)|\[dbnum(?P<numerals>\d)\]'
    r"|\[(?P<system>\$-f[48]00)\]|(?P<colour>\[(?:\$-[0-9a-f]+|red|blue|green|black|white|yellow|cyan|magenta|color\s?\d+)\])"
    r"|(?P<half>上午/下午|am/pm|a/p)|(?P<letters>y+|m+|d+|a{3,4}|h+|s+)|(?P<sign>[-/.:,、，（）() 年月日号时分秒]|@$)",
    re.IGNORECASE,
)
_WEEKDAYS = "一二三四五六日"


def as_shown(moment: datetime, section: str) -> str:
    """*moment* under the date *section* of a number format: ``2023年9月17日``, ``9.18``, ``9月20日星期三``, ``二〇二三年九月十七日``.

    Empty where that differs from machine to machine (the system's own long date), where day and month could be mixed up, where the
    day is not shown, where the time is midnight, which nobody meant, or has seconds, which only programs write.
    """
    tokens = _tokens(section)
    if tokens is None:
        return ""
    letters = "".join(token["letters"][0].lower() if token["letters"] else "" for token in tokens)
    if not re.fullmatch(r"(?:y?mda?|y?ma?d)(?:hm?)?|ay?md", letters):
        return ""
    if "h" in letters and (moment.hour, moment.minute) == (0, 0):
        return ""
    numerals = next((token["numerals"] for token in tokens if token["numerals"]), "")
    halves = any(token["half"] for token in tokens)
    shown: list[str] = []
    in_time = False
    for token in tokens:
        if token["quoted"] or token["escaped"] or token["sign"]:
            shown.append((token["quoted"] or token["escaped"] or token["sign"]).replace("@", ""))
        elif token["half"]:
            shown.append("上午" if moment.hour < 12 else "下午")
        elif token["letters"]:
            in_time = in_time or token["letters"][0] in "hH"
            shown.append(_part(moment, token["letters"].lower(), in_time, halves, numerals == "1"))
    return "".join(shown).strip()


def _tokens(section: str) -> list[re.Match[str]] | None:
    """The pieces of *section*; None where one is not known or not the same on every machine (English months, two-digit years, eras)."""
    found: list[re.Match[str]] = []
    place = 0
    while place < len(section):
        token = _TOKEN.match(section, place)
        if token is None or token["system"] or token["numerals"] not in (None, "1"):
            return None
        if token["letters"] and token["letters"].lower() in ("y", "yy", "mmm", "mmmm", "mmmmm", "ddd", "dddd"):
            return None
        found.append(token)
        place = token.end()
    return found


def _part(moment: datetime, letters: str, in_time: bool, halves: bool, chinese: bool) -> str:
    kind = letters[0]
    if kind == "a":
        return ("星期" if len(letters) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if kind == "y":
        return list_number(moment.year, "ideographDigital") if chinese else f"{moment.year:04d}"
    hour = (moment.hour % 12 or 12) if halves else moment.hour
    value = {"m": moment.minute if in_time else moment.month, "d": moment.day, "h": hour}[kind]
    if chinese:
        return list_number(value, "chineseCounting")
    return f"{value:02d}" if len(letters) > 1 else str(value)
