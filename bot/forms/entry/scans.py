"""What was read from pixels: which values are certain enough to be taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

from bot.base import expressions as re
from bot.base.problems import Code
from bot.base.text import similarity, squeeze
from bot.forms.definitions import FieldSpec
from bot.forms.entry.value import Doubt, Reading
from bot.forms.model import Value, plain_text
from bot.forms.values.tick_marks import CROSSES, EMPTIES, HINT, TICKS

# What OCR is less sure of is asked for instead of taken over (its confidence is that of the most doubtful letter); a long text always
# holds some unsure letter.
SURE = 0.85
SURE_OF_LONG = 0.5
CLEAR = 0.93
SURE_OF_MARKS = 0.31  # what was read beside a ring or a tick is often no letter
MARK = re.compile(rf"[{re.escape(TICKS + CROSSES + EMPTIES)}]|[\[(（【]\s*[√✓✔xX×]?\s*[\])）】]")
IN_WORD = re.compile(r"(?<=[\u4e00-\u9fff])[☑☐☒�]|[☑☐☒�](?=[\u4e00-\u9fff])")
MANY = 3  # characters of a long text that were taken for boxes
ODD_NUMBER = re.compile(r"(?<![\d.])0\d|\d[A-Za-z〇○|]|[A-Za-z〇○|]\d")  # «00人», «3oo人»
ODD_DOMAIN = re.compile(r"@(?!(?:163|126|139|189|188|21cn|263|3dns)\.)\d+\.")  # «@99.com» for «@qq.com»
ODD_YEAR = re.compile(r"(?<!\d)(?:\d|\d{3}|\d{5,})\s*年")  # «208年9月»
ODD_UNIT = re.compile(r"居委员会|[村居]民委会")  # a letter was lost
STAMPED_DAY = re.compile(
    r"\d\s*月\s*\d|20\d\d\s*[年./-]\s*\d|\d\s*[./-]\s*\d+\s*$"
)  # that of «收文», beside a unit's name
LAST_DAY = re.compile(r"(\d{1,2})\s*[日号](?!.*\d\s*[日号])", re.S)
SWALLOWED = re.compile(r"([\u4e00-\u9fff☑☐]{2,8})\s*[:：]")
LIKE_LABEL = 0.5  # of the letters before a colon: of «天文科普夜：土星观测» none are a label's


def options_mended(spec: FieldSpec, text: str) -> str:
    """*text* with the printed names of its ticked options where a ring or a stroke has spoiled some: each option has its mark, most are read as
    they are printed, in their order, and the other is like the one that must stand there. What spoils words without a tick may itself be one."""
    marks = list(MARK.finditer(text))
    if len(marks) != len(spec.choices) or text[: marks[0].start()].strip():
        return text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pieces = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    names = [[squeeze(name) for name in (c.label, *c.synonyms)] for c in spec.choices]
    read = [_begins(piece, own) for piece, own in zip(pieces, names, strict=True)]
    if 2 * sum(read) < len(read):
        return text
    out = ""
    for mark, piece, own, choice, is_read in zip(marks, pieces, names, spec.choices, read, strict=True):
        if not is_read and mark.group() in TICKS and _is_like(squeeze(piece), own[0]):
            behind = piece.strip()[len(choice.label) :] if choice.noted else ""
            blank = piece[len(piece.rstrip()) :]
            piece = choice.label + behind + blank
        out += mark.group() + piece
    return out


def _begins(piece: str, names: list[str]) -> bool:
    return any(squeeze(piece).startswith(name) for name in names)


def _is_like(read: str, name: str) -> bool:
    """At least half of its letters, or nothing but some of its letters."""
    shared = sum(
        block.size for block in SequenceMatcher(None, read[: len(name) + 1], name, autojunk=False).get_matching_blocks()
    )
    return 2 * shared >= len(name) or (shared > 0 and shared == len(read))


def unsure(spec: FieldSpec, reading: Reading, text: str, confidence: float | None, labels: Iterable[str] = ()) -> bool:
    """The value must be asked for: little confidence, a character taken for a box, one of the form's *labels* swallowed, an option lost."""
    if all(value is None for value in reading.values.values()):
        return False
    if spec.kind == "longtext":
        return (confidence is not None and confidence < SURE_OF_LONG) or len(IN_WORD.findall(text)) >= MANY
    if spec.kind == "choice":
        noted = any("：" in str(one) for value in reading.values.values() if isinstance(value, tuple) for one in value)
        least = SURE if noted else SURE_OF_MARKS
        return (confidence is not None and confidence < least) or options_lost(spec, text)
    if confidence is not None and confidence < SURE:
        return True
    if spec.kind == "count" and ODD_NUMBER.search(text):
        return True
    if spec.kind in {"date", "daterange"} and ODD_YEAR.search(text):
        return True
    if spec.kind in {"text", "unit"} and ODD_UNIT.search(text):
        return True
    if spec.kind == "unit" and STAMPED_DAY.search(text):
        return True
    if spec.kind == "email" and (reading.doubts or ODD_DOMAIN.search(text)):
        return True
    if spec.kind in {"phone", "mobile"} and lost_digits(reading, text):
        return True
    if spec.kind == "daterange" and ends_elsewhere(reading, text):
        return True
    return bool(re.search(r"[☑☐☒�]", text)) or (spec.kind not in {"daterange", "count"} and _swallows(text, labels))


def _swallows(text: str, labels: Iterable[str]) -> bool:
    heads = SWALLOWED.findall(text)
    return any(similarity(head[-len(label) :], label) >= LIKE_LABEL for head in heads for label in map(squeeze, labels))


def lost_digits(reading: Reading, text: str) -> bool:
    """Some digits that were read stand in no number: of «05 95-24850000» the second half alone is one."""
    kept = "".join(re.sub(r"\D", "", plain_text(value)) for value in reading.values.values())
    return any(len(part) <= 4 and part not in kept for part in re.findall(r"\d+", text))


def ends_elsewhere(reading: Reading, text: str) -> bool:
    """The last day that is named is not that on which the activity ends: something between them was misread."""
    days = [value.day for value in reading.values.values() if isinstance(value, date)]
    last = LAST_DAY.search(text)
    return bool(days and last) and int(last[1]) not in days if last else False


def is_unclear(value: Value) -> bool:
    """Whether whoever sent the scan should look at it beside what was read: it was asked for, or only just taken over."""
    if value.confidence is None or not value.text.strip():
        return False
    return value.value is None or value.confidence < CLEAR


def options_lost(spec: FieldSpec, text: str) -> bool:
    """Of a list with boxes not every option was made out, or not every one has its mark, or there are those of another list, too."""
    marks = len(MARK.findall(text))
    plain = squeeze(text)
    seen = sum(any(squeeze(n) in plain for n in (c.label, *c.synonyms)) for c in spec.choices)
    if not marks:  # typed without boxes, if it is no list that lost them
        return 2 * seen > len(spec.choices) or bool(re.search(r"[\[\]()（）【】]", HINT.sub("", text)))
    runs = len(re.findall(rf"(?:(?:{MARK.pattern})\s*)+", text))
    return seen < len(spec.choices) or marks < seen or runs > len(spec.choices)


def unsure_reading(spec: FieldSpec, reading: Reading) -> Reading:
    """No value but the question, with what was made out."""
    shown = plain_text(next((v for v in reading.values.values() if v is not None), None))
    return Reading(dict.fromkeys(spec.keys), [Doubt(Code.INVALID, "scan", shown)])
