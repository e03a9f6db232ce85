"""Choices told in words and letters, and the words of a list that are none of its options."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import CJK, fold, squeeze, stands_within
from bot.forms.values.tick_marks import CROSSES, EMPTIES, HOW_TO_TICK, SIGNS, TICKS, Choice, Token, find_options

MARK = rf"(?:[{SIGNS}Vv]|[(（\[【]\s*[{SIGNS}Vv]?\s*[)）\]】])"
YES_NO = re.compile(
    rf"(?P<y1>{MARK})\s*(?:是|有)\s*(?P<n1>{MARK})\s*(?:否|无|不是)"
    rf"|(?:是|有)\s*(?P<y2>{MARK})\s*[/／、]?\s*(?:否|无|不是)\s*(?P<n2>{MARK})"
    rf"|(?:是|有)\s*(?P<y3>[{TICKS}])\s*[/／、]?\s*(?:否|无)(?!\s*[{SIGNS}])"
    rf"|(?<![\u4e00-\u9fff])(?:是|有)\s*[/／、]?\s*(?:否|无)\s*(?P<n4>[{TICKS}])"
)
ANSWER = re.compile(r"[\s:：]*(是|否|不是|有|无)(?=[\s；;,，、。/）)]|$)")
EMPTY = re.compile(rf"\s*(?:[{EMPTIES}]|[(（]\s*[)）])")  # «投影有  音响（  ）»
BULLETS = set("●◆★◎◉")


def plain_marks(text: str, choices: Sequence[Choice]) -> str:
    """*text* with a single mark where yes and no have a box each («是☑否□»), and where 是 or 否 is typed behind each option."""
    text = without_frames(HOW_TO_TICK.sub(" ", text), choices)
    if any(choice.label in {"是", "否", "有", "无"} for choice in choices):
        return text
    text = YES_NO.sub(one_mark, text)
    options = find_options(text, choices)
    answers = [(option, match) for option in options if (match := ANSWER.match(text, option.hint_end))]
    told = {id(option) for option, _ in answers}
    is_left = all(EMPTY.match(text, option.hint_end) for option in options if id(option) not in told)
    is_no = len(answers) >= 2 and any(match[1] in "否无不是" for _, match in answers if match[1] != "是")
    if is_no or (is_left and len(options) > len(answers)):
        for _, match in reversed(answers):
            mark = "☑" if match[1] in {"是", "有"} else "☐"
            text = text[: match.start(1)] + mark + text[match.end(1) :]
    return text


def without_frames(text: str, choices: Sequence[Choice]) -> str:
    """«【是√】【否】»: brackets around each option are no boxes."""
    names = "|".join(re.escape(name) for choice in choices for name in (choice.label, *choice.synonyms))
    framed = re.compile(rf"[【\[]\s*([{TICKS}]?\s*(?:{names})\s*[{TICKS}]?)\s*[】\]]")
    return framed.sub(r"\1 ", text) if len(framed.findall(text)) > 1 else text


def without_letters(text: str, choices: Sequence[Choice]) -> str:
    """«√C.残疾  D.突发变故»: the letter or number of an option between its mark and its words."""
    names = "|".join(re.escape(choice.label) for choice in choices)
    lettered = re.compile(rf"(?<![A-Za-z\d])(?:[A-H\d][.、．)）]|[①-⑩])\s*(?={names})")
    return lettered.sub("", text) if len(lettered.findall(text)) > 1 else text


def one_mark(match: re.Match[str]) -> str:
    yes, no = (match["y1"] or match["y2"] or match["y3"] or ""), (match["n1"] or match["n2"] or match["n4"] or "")
    return "☑" if is_marked(yes) and not is_marked(no) else "☐"


def is_marked(mark: str) -> bool:
    inner = mark.strip("()（）[]【】 \u3000")
    return bool(inner) and inner not in EMPTIES and inner not in CROSSES


LETTER = re.compile(r"(?<![A-Za-z])([A-Za-zＡ-Ｚａ-ｚ]|\d{1,2}|[①-⑩])\s*[.、．:：)）]?\s*$")
LETTERED = re.compile(r"([A-H]|\d{1,2})[.、．)）]")  # «2.科普基地» as an option's own words
NOTED = r"(?:\s*[(（][^()（）]{1,30}[)）]|[.、．]\s*[\u4e00-\u9fff]{1,12})?"  # «C，G（房东退的押金）», «D.没有»
NOTE = re.compile(r"^[.、．].*")  # the option's own words
IN_BRACKETS = rf"[(（]\s*((?:[A-Za-zＡ-Ｚａ-ｚ①-⑩]){NOTED}(?:[\s、,，;；/]*[A-Za-zＡ-Ｚａ-ｚ①-⑩]{NOTED})*)\s*[)）]"
LETTERS_TOLD = re.compile(
    r"(?:选(?:择|项)?|答案?|勾选|已选|填)\s*(?:为|是)?\s*[:：]?\s*((?:[A-Za-zＡ-Ｚａ-ｚ①-⑩]|\d{1,2}(?!\d))(?:[\s、,，;；/和]*(?:[A-Za-zＡ-Ｚａ-ｚ①-⑩]|\d{1,2}(?!\d)))*)\s*[。.]?\s*$"
    rf"|^\s*[(（]\s*(\d(?:[\s、,，;；/]*\d)*)\s*[)）](?=\s*\d[.、．)）])|^\s*{IN_BRACKETS}|{IN_BRACKETS}\s*$"
)


def by_letter(text: str, options: Sequence[Token]) -> dict[int, str] | None:
    """The options named by their letters («A.展览展示 B.互动体验 … 选：A、D»), each with its note («G（房东退的押金）»); None where nothing of the
    sort is written."""
    letters = {
        fold(match[1]).upper(): option.option
        for option in options
        if (match := LETTERED.match(text, option.start) or LETTER.search(text[: option.start]))
    }
    told = LETTERS_TOLD.search(text)
    enough = len(letters) >= 3 or set(letters) == {"A", "B"}
    if not enough or len(letters) < len(options) or told is None:
        return None
    written = next(group for group in told.groups() if group)
    named = [
        (fold(name[1]).upper(), NOTE.sub("", name[2] or "").strip(" ()（）"))
        for name in re.finditer(rf"([A-Za-zＡ-Ｚａ-ｚ①-⑩]|\d{{1,2}})({NOTED})", written)
    ]
    if not all(name in letters for name, _ in named):
        return {}
    return {letters[name]: note for name, note in named}


WORDS = re.compile(rf"[A-Za-z]*[{CJK}]{{2,}}[{CJK}A-Za-z]*")
BRACKET = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
GLUED = re.compile(rf"[{CJK}]*(?:\s?[(（][^()（）{SIGNS}]{{1,40}}[)）])?")


def with_foreign(text: str, ordered: Sequence[Token], choices: Sequence[Choice]) -> list[Token]:
    """*ordered* with a token for words between marks that are no option, and options that reach over the words glued to them.

    «☑科普讲座» among the options must not give its tick to a neighbour; «☑咨询» is 现场咨询 where only one option has
    these characters.
    """
    grown: list[Token] = []
    for i, token in enumerate(ordered):
        if token.is_option and not choices[token.option].noted:
            low = ordered[i - 1].end if i else 0
            high = ordered[i + 1].start if i + 1 < len(ordered) else len(text)
            glued = GLUED.match(text, max(token.hint_end, token.end), high)
            before = re.search(rf"[{CJK}]*$", text[low : token.start])
            token = replace(
                token,
                start=token.start - len(before.group() if before else ""),
                hint_end=glued.end() if glued else token.hint_end,
            )
        grown.append(token)
    found: list[Token] = []
    position = 0
    in_note = False
    for token in (*grown, Token(len(text), len(text))):
        if token.start > position and not in_note:
            found += foreign(text, position, token.start, choices)
        if token.start == token.end:
            break
        found.append(token)
        if token.is_option:
            in_note = choices[token.option].noted
        elif in_note and text[position : token.start].strip(" \t\u3000()（）"):
            in_note = False
        position = max(token.end, token.hint_end)
    return found


def foreign(text: str, start: int, end: int, choices: Sequence[Choice]) -> list[Token]:
    """The words of text[start:end] outside of brackets as one token: an option by its short name, else foreign."""
    piece = BRACKET.sub(lambda match: " " * len(match.group()), text[start:end])
    words = list(WORDS.finditer(piece))
    if not words:
        return []
    low, high = start + words[0].start(), start + words[-1].end()
    name = squeeze(text[low:high])
    fitting = [i for i, choice in enumerate(choices) if not choice.noted and is_short_for(name, choice.label)]
    if len(fitting) == 1:
        return [Token(low, high, None, fitting[0], high, short=True)]
    return [Token(low, high, foreign=True)]


def is_short_for(name: str, label: str) -> bool:
    """Every character of *name* comes in *label*, in the same order."""
    return len(name) >= 2 and stands_within(name, squeeze(label))
