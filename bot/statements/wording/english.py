"""What a letter says in English of a form, in the Chinese words that say the same, each text as long as it was. Pure.

«The venue has been changed to …», «Please change the date to Sep 21», «phone should be …»: labels, the words that join them to a value, days, courtesy.
What is put in is shorter than what it stands for and is filled up with characters that nobody sees, so that everything stays in its place.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.base import expressions as re

FILL = "\u200b"  # no blank, and left out where texts are compared
LABELS = (
    (r"contact\s+persons?(?:'s\s+name)?|contact\s+name", "联系人"),
    (r"(?:mobile|cell)(?:\s*phone)?(?:\s+(?:number|no\.?))?", "手机"),
    (r"(?:contact\s+|office\s+)?(?:tele)?phone(?:\s+(?:number|no\.?))?|tel(?:\s+no\.?)?", "电话"),
    (r"e-?mail(?:\s+address)?", "邮箱"),
    (r"(?:activity\s+|event\s+)?(?:venue|location|place)", "地点"),
    (r"(?:activity|event)\s+(?:name|title)", "名称"),
    (r"(?:activity\s+|event\s+)?(?:date|time)", "时间"),
    (r"(?:expected\s+)?(?:number\s+of\s+)?(?:participants|attendees|attendance|headcount)", "人数"),
)
LABEL = "|".join(pattern for pattern, _ in LABELS)
BECOMES = r"(?:has|have|had|was|were|is|are|will)?\s*(?:been|be)?\s*(?:now\s+)?(?:changed|moved|updated|corrected|postponed|rescheduled)\s+(?:to|as)"
SHOULD = r"(?:should|must|ought\s+to|needs?\s+to)\s+(?:be|read)"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
)
DAYS = {"mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日"}
MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# A letter in which the mail itself is spoken of so is a person's, and speaks of a form.
SAID = re.compile(
    rf"\b(?:please\s+)?(?P<act>change|update|correct|move|amend)\s+(?:the\s+|our\s+)?(?P<moved>{LABEL})\s+(?:to|as|into)\s+"
    rf"|\b(?:the\s+|our\s+|new\s+|correct\s+)*(?P<label>{LABEL})(?:\s*(?P<becomes>{BECOMES})\s+|\s*(?P<should>{SHOULD})\s+|\s+(?:is|are)(?:\s+now)?\s+(?=[\d+(\u4e00-\u9fff]|{MONTH_NAME}))",
    re.IGNORECASE,
)
CHANGED = re.compile(rf"(?<=[\u4e00-\u9fff])\s+(?:{BECOMES}|(?P<should>{SHOULD}))\s+", re.IGNORECASE)
ALONE = re.compile(rf"\b(?P<label>{LABEL})\b(?=\s*[\u4e00-\u9fff])", re.IGNORECASE)
DAY = re.compile(
    rf"(?<![A-Za-z]){MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<year>20\d\d)\b)?", re.IGNORECASE
)
DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s*(?P<year>20\d\d)\b)?(?![a-z])", re.IGNORECASE
)
WEEKDAY = re.compile(r"\(\s*(?P<name>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s*\)", re.IGNORECASE)
HEAD = re.compile(
    r"\b(?:(?:one|two|some|a few|an?|small|minor|following|the)\s+)*(?:corrections?|changes?|updates?)\s*[:：]",
    re.IGNORECASE,
)
DO_NOT = re.compile(r"\b(?:do\s+not|don't|need\s+not)(?![a-z])", re.IGNORECASE)
IF = re.compile(r"\bif(?=\s)", re.IGNORECASE)
CALL = re.compile(r"\bcall(?=\s+\+?\d)", re.IGNORECASE)
NOT = re.compile(r"\bnot(?=\s+\d)", re.IGNORECASE)
SORRY = re.compile(
    r"\b(?:we\s+are\s+|i\s+am\s+|so\s+|very\s+)*(?:sorry|apologies|apologize|apologise)(?:\s+(?:for|about)\s+(?:the|any|my|our|this)?\s*(?:inconvenience|typo|mistake|error|trouble|confusion|delay)(?:\s+caused)?)?|\bplease\s+(?:kindly\s+)?(?:update|note|check|confirm|help)(?:\s+(?:it|this|accordingly|the\s+(?:form|record)))*(?=\W*$|[.。!！])",
    re.IGNORECASE | re.MULTILINE,
)
END = re.compile(
    r"(?:(?<=[a-z\u4e00-\u9fff])|(?<=\d{3}))(?<!\bMr)(?<!\bMs)(?<!\bDr)\.(?=\s+(?:[A-Z][a-z]|[\u4e00-\u9fff])|\s*$)",
    re.MULTILINE,
)
ENGLISH = re.compile(r"[A-Za-z]{3}")


def in_chinese(text: str) -> str:
    """*text* with what it says in English of a form in Chinese words, as long as it was."""
    if not ENGLISH.search(text):
        return text
    for pattern, told in TOLD:
        text = pattern.sub(lambda match, told=told: filled(match, told(match)), text)  # type: ignore[misc]
    return text


def filled(match: re.Match[str], words: str) -> str:
    """*words*, as long as what they stand for, where they are no longer."""
    size = len(match.group())
    return match.group() if not words or len(words) > size else words.ljust(size, FILL)


def label_of(name: str) -> str:
    return next(word for pattern, word in LABELS if re.fullmatch(pattern, name, re.IGNORECASE))


def said(match: re.Match[str]) -> str:
    name = label_of(match["moved"] or match["label"])
    return f"{name}{'改为' if match['act'] or match['becomes'] else '应为' if match['should'] else '是'}"


def day(match: re.Match[str]) -> str:
    month = MONTHS.index(match["month"].lower()) + 1
    written = f"{month}月{int(match['day'])}日"
    return f"{match['year']}年{written}" if match["year"] else written


Told = Callable[[re.Match[str]], str]
TOLD: tuple[tuple[re.Pattern[str], Told], ...] = (
    (END, lambda match: "。"),
    (HEAD, lambda match: "更正："),
    (SAID, said),
    (CHANGED, lambda match: "应为" if match["should"] else "改为"),
    (ALONE, lambda match: label_of(match["label"])),
    (DAY, day),
    (DAY_FIRST, day),
    (WEEKDAY, lambda match: f"({DAYS[match['name'].lower()]})"),
    (NOT, lambda match: "不是"),
    (DO_NOT, lambda match: "不要"),
    (IF, lambda match: "如果"),
    (CALL, lambda match: "致电"),
    (SORRY, lambda match: "抱歉"),
)
