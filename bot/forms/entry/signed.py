"""An opinion with its signature and its date in one cell («同意推荐。 负责人签字：陈志强 （盖章） 2025年4月20日»): the three apart."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re

NUMERAL = "〇○零一二三四五六七八九十"
YEAR = rf"(?:\d{{2,4}}|[{NUMERAL}]{{4}})"
DAY = (
    rf"(?P<day>{YEAR}\s*[年./-]\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*[月./-]\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*[日号]?"
    rf"|\d{{1,2}}\s*月\s*\d{{1,2}}\s*[日号])"
)
NO_DAY = r"(?:(?:20\d{0,2})?[\s_＿]*年)?[\s_＿]*月[\s_＿]*日"
PAGE = re.compile(r"\s*[—–-]\s*\d{1,3}\s*[—–-]\s*")
# who signs an opinion by what he is
ROLE = r"(?:负责人|签[字名]人|领导|校长|院长|主任|组长|经办人|(?:审[核批查]|复[查核]|检查|验收|评审|见证)人|代表人?)"
STAMP = (
    r"(?:单位|学校|部门)?\s*[（(]?\s*(?:单位|加盖|学校|部门)?\s*(?:公\s*章|盖\s*章|签\s*章|印\s*章|章)\s*[)）]?[:：]?"
)
SIGNED = (
    rf"(?:[\u4e00-\u9fff]{{0,8}}(?:[（(]?\s*(?:签\s*字|签\s*名|签\s*章)\s*(?:[（(]?(?:盖章|公章)[)）]?)?\s*[)）]?|{ROLE})\s*[:：]"
    r"[ \t\u3000_＿]*(?P<who>(?!年[\s_＿]*月|[盖公签印]\s*章)[\u4e00-\u9fff·]{1,4}(?:[ \u3000]{1,2}(?:主任|校长|院长|书记|[科处局所站]长|老师|经理))?|[\u4e00-\u9fff][ \u3000]{1,2}[\u4e00-\u9fff])?[ \u3000]*[/／—]*)"
)
# «经办人：陈志强    负责人：    »: whoever is to sign beside him has not.
UNSIGNED = rf"(?:[\u4e00-\u9fff]{{0,6}}(?:{ROLE}|签字|签名)\s*[:：][\s_＿]*)"
LINE = re.compile(
    rf"[\s_＿]*(?:{SIGNED}(?P<short>(?<=[\u4e00-\u9fff ])\d{{1,2}}[.．/]\d{{1,2}})?)?[\s_＿]*{UNSIGNED}{{0,2}}(?:{STAMP})?[\s_＿]*(?:(?:日\s*期|时\s*间)[:：]?\s*)?(?:{DAY}|{NO_DAY})?[\s_＿]*(?:{STAMP})?[\s_＿]*"
)
SHORT_DAY = re.compile(r"\s*\d{1,2}[.．/]\d{1,2}[日号]?\s*")  # below the stamp
LONGEST = 80  # characters of such a line


class Signed(Struct, frozen=True):
    """The opinion alone, who signed it, and when; empty where that is not told."""

    text: str
    who: str = ""
    day: str = ""


def apart(text: str) -> Signed:
    """From the last line upwards: whatever is a place for signature, stamp or date is none of the opinion's words."""
    lines = text.rstrip().split("\n")
    who = day = ""
    while lines:
        line = lines[-1]
        match = LINE.fullmatch(line) if len(line) <= LONGEST else None
        if match is None and not day and SHORT_DAY.fullmatch(line) and len(lines) > 1 and is_place(lines[-2]):
            day = lines.pop().strip()
            continue
        if PAGE.fullmatch(line):
            lines.pop()
            continue
        if match is None:
            break
        who, day = who or (match["who"] or "").strip(), day or (match["day"] or match["short"] or "").strip()
        lines.pop()
    return Signed("\n".join(lines).rstrip(), who, day)


def is_place(line: str) -> bool:
    """For a signature or a stamp."""
    return bool(line.strip()) and len(line) <= LONGEST and bool(LINE.fullmatch(line))


def dated(text: str) -> Signed:
    """A name with a date behind it («艾青禾  2025年3月5日», «崔晓凤   9.20»)."""
    match = re.search(
        rf"(?:[\s_＿]*(?:{DAY}|{NO_DAY})|(?<=[\u4e00-\u9fff])\s+(?P<short>\d{{1,2}}[.．/]\d{{1,2}}))\s*$", text
    )
    return Signed(text[: match.start()].strip(), day=match["day"] or match["short"] or "") if match else Signed(text)
