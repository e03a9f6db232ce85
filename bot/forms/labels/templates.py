"""Lines of a form that have their values in the middle of a sentence, without a colon («姓名____，性别____，现有队员____人。»)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from bot.base.text import fold
from bot.forms.definitions import FormDefinition
from bot.forms.values.tick_marks import EMPTIES, TICKS

KEY = re.compile(r"\{(\w+)\}")
NOTED = re.compile(r"(\{\w+\})[（(][^（）(){}]*\{\w+\}[^（）(){}]*[)）]")
LONGEST = 600  # characters of a line that is compared
LEAST_WORDS = 4
WRITTEN_DAY = r"(?:\d{2,4}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?"
FRAME_OF_DAY = r"(?:20\d{0,2})?[\s_＿]*年[\s_＿]*月[\s_＿]*日"
DAY = rf"(?:{WRITTEN_DAY})?|{FRAME_OF_DAY}"
LEFT = (
    r"(?:(?:20\d{0,2})?[\s_＿]*年[\s_＿]*月[\s_＿]*日[\s_＿]*(?=[\d二]))?"  # the frame, with the day written behind it
)
GAP = r"[\s_＿]*"
GAPS = " \t\u3000_＿"
# A box may be ticked, or the tick stand behind its option; brackets may be filled.
BOX = rf"[√✓✔]{{0,2}}\s*[{re.escape(EMPTIES + TICKS)}]{{0,2}}"
BRACKETS = re.compile(r"[（(][\s_＿]+[)）]")
BOXED = "□"
# How a value begins that stands beside another gap with nothing between.
VALUES = {
    "date": rf"({DAY})",
    "choice": rf"((?:[√{re.escape(EMPTIES + TICKS)}]|[（(][^（）()]{{0,3}}[)）]).{{0,200}}?|[（(][^（）()/／]{{1,12}}[/／][^（）()]{{1,40}}[)）]|[^√{re.escape(EMPTIES + TICKS)}（(]{{1,30}}?(?:[（(][^（）()]{{1,12}}[)）])?)",
}

MARK = rf"[√✓✔{re.escape(EMPTIES + TICKS)}]"
OPTIONS = rf"((?:{MARK}+\s*(?:(?!{MARK})\S)+{MARK}?\s*)+)"


class Sentence(Struct, frozen=True):
    """The key, the words before and the value of each gap of a line; ``rest`` is the line with its gaps left empty."""

    values: tuple[tuple[str, str, str], ...]
    rest: str


def sentence_in(
    line: str, definition: FormDefinition, is_there: Callable[[str], bool] | None = None
) -> Sentence | None:
    """What is written in *line* where it is one of the definition's; of several that are printed alike the first whose keys are not there yet."""
    if not definition.lines or len(line) > LONGEST:
        return None
    first = None
    for keys, labels, pattern in patterns(definition.lines, kinds_of(definition)):
        match = pattern.fullmatch(line)
        if match is None or (first is not None and is_there is None):
            continue
        said = tuple((key, label, bare(value)) for key, label, value in zip(keys, labels, match.groups(), strict=True))
        rest, at = "", 0
        for number in range(1, len(keys) + 1):
            rest += line[at : match.start(number)] + " "
            at = match.end(number)
        first = first or Sentence(said, rest + line[at:])
        if is_there is None or not any(is_there(key) for key in keys):
            return Sentence(said, rest + line[at:])
    return first


def bare(value: str) -> str:
    """Without the line to write on, and without brackets around all of it."""
    text = value.strip(" _:　\t")
    if not re.search(r"[^\s_＿年月日时分]", text):
        return ""  # the frame of a date, as it was printed
    text = re.sub(r"(?<=\d[月时])[\s_＿]+[日分]$", "", text)  # «９时    分»
    return text[1:-1].strip() if re.fullmatch(r"[（(][^（）()]*[)）]", text) else text


def values_in(line: str, definition: FormDefinition) -> tuple[tuple[str, str, str], ...]:
    """The key, the words before and the value of each gap, where *line* is one of the definition's; else empty."""
    found = sentence_in(line, definition)
    return found.values if found else ()


def filled_line(line: str, definition: FormDefinition, texts: Mapping[str, str]) -> str:
    """*line* with the values of *texts* (by key) in its gaps; as it is where it is none of the definition's."""
    for keys, _, pattern in patterns(definition.lines, kinds_of(definition)):
        match = pattern.fullmatch(line)
        for number in range(len(keys), 0, -1) if match else ():
            value = texts.get(keys[number - 1], "")
            start, end = match.span(number) if match else (0, 0)
            while start > 0 and line[start - 1] in GAPS:
                start -= 1
            while end < len(line) and line[end] in GAPS:
                end += 1
            is_last = end == len(line)
            line = f"{line[:start]}{value}{'' if is_last else ' '}{line[end:]}" if value else line
        if match:
            return line
    return line


def kinds_of(definition: FormDefinition) -> tuple[tuple[str, str], ...]:
    return tuple((spec.key, spec.kind) for spec in definition.field if spec.kind in VALUES)


@lru_cache(maxsize=64)
def patterns(
    lines: tuple[str, ...], kinds: tuple[tuple[str, str], ...]
) -> tuple[tuple[list[str], list[str], re.Pattern[str]], ...]:
    # «身体状况{choice}（请注明：{note}），…»: typed over, the place for the note goes with the options.
    bare = [NOTED.sub(lambda m: m[1] if dict(kinds).get(m[1][1:-1]) == "choice" else m[0], line) for line in lines]
    return tuple(
        (KEY.findall(line), list(labels_of(line)), re.compile(pattern_of(line, dict(kinds)), re.DOTALL))
        for line in dict.fromkeys([*lines, *bare])
    )


def pattern_of(line: str, kinds: Mapping[str, str]) -> str:
    """The printed words with anything between them; blanks count nowhere, a full stop at the end may be missing. Each gap ends where the words behind it
    come first: nothing is tried twice."""
    pieces = KEY.split(BRACKETS.sub(BOXED, line.strip().rstrip("。.；;")))
    said = words(pieces[0])
    # Little is printed around a lone date: there only a date is one.
    day = rf"{DAY}|.{{0,40}}?" if len(re.sub(r"[\W_]", "", "".join(pieces[::2]))) >= LEAST_WORDS else DAY
    for i in range(1, len(pieces), 2):
        kind = kinds.get(pieces[i], "")
        # Of days side by side each is written, or the place that is printed for it left.
        is_beside = not (pieces[i + 1] if i + 1 < len(pieces) - 1 else pieces[i - 1]).strip() and len(pieces) > 3
        is_beside = is_beside and {kinds.get(key) for key in pieces[1::2]} == {"date"}
        day = rf"{WRITTEN_DAY}|{FRAME_OF_DAY}" if is_beside else day
        value = rf"({day})" if is_beside else rf"{LEFT}({day})" if kind == "date" else VALUES.get(kind, "(.{0,200}?)")
        behind = words(pieces[i + 1])
        if kind == "choice" and not behind and i + 2 < len(pieces):
            value = OPTIONS  # up to the next gap
        end = r"\s*[√✓✔]?[。.；;]?\s*\Z" if i + 2 == len(pieces) else ""
        if not behind and not end and kinds.get(pieces[i + 2]) == "choice":
            end = rf"(?=[（(]|{MARK})"  # «12月3或4日 （√）上午»
        said += rf"(?>{GAP}{value}{GAP}{behind}{end})"
    return rf"\s*{said}"


def words(piece: str) -> str:
    return r"\s*".join(
        either(character) for character in fold(piece) if not character.isspace() and character not in "_＿"
    )


def either(character: str) -> str:
    """The character in its plain and in its full width."""
    if character in EMPTIES:
        return rf"(?:{BOX}|[（(][^（）()]{{0,4}}[)）])"
    if character == "-":
        return "[-—–－―]{1,2}"
    if character == "¥":
        return "[¥￥]"
    wide = chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else ""
    return f"[{re.escape(character)}{wide}]" if wide else re.escape(character)


def labels_of(line: str) -> Iterator[str]:
    """The words right before each gap, with their colon."""
    for piece in KEY.split(line)[:-1:2]:
        yield re.split(r"[，,。；;、\s]", piece.strip())[-1]
