"""Placed pieces of text -> lines -> paragraphs, as somebody would type them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from msgspec import Struct, field

from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]")
# What stays together at a line's end: numbers with their measure word, Latin words and addresses, dashes; closing
# punctuation hangs on to what is before it.
_UNIT = re.compile(
    r"(?:(?:\d+\s?[年月日号时点分]\s?)+|[A-Za-z0-9@._/\\:+-]+|—+.?|…+|[（“《(].|.)[，。、；：！？）》”,.;:!?)]*",
    re.DOTALL,
)
_OPENS = frozenset("“‘（《【「『〈")
_MOST_BLANKS = 100  # in a row
_ROWS = 3  # make a column
_ROW_NUMBER = 3  # digits of it
_NAME_BEGINS = re.compile("[\u3400-\u9fff“‘《【](?<![年月日号时点分人场个次元])")
_BEGINS = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|[①-⑳]|[•·▪●◆※])"
)
ENDS = re.compile("[。！？；：!?;:]$")
_LABEL = re.compile(r"^\s*[\u3400-\u9fff（）()、/]{2,14}\s?[：:]")
_IDENTIFIER = re.compile(r"[A-Za-z0-9._+@:/-]*[\d@][A-Za-z0-9._+@:/-]*")  # a number, an address
_MAY_BREAK = re.compile("[-@./_:+]$")  # after these programs break one in two
_NUMBER_BEGINS = re.compile(r"(?<![\d-])\d[\d-]*$")
_NUMBER_ENDS = re.compile(r"\d{1,8}(?![\d.:年月日号时点分人场个次元％%-])")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d{2})-")
_TELEPHONE = re.compile(r"0(?:10|2\d|[3-9]\d{2})-?[2-8]\d{6,7}|1[3-9]\d{9}")


class Token(Struct):
    """A character, or a word that came whole (a form field's value). Coordinates in points, ``top`` from above."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Line(Struct):
    """Tokens side by side, from left to right; ``below`` those of further lines whose text was joined to its own; ``cuts``: the numbers of
    the tokens before which another column begins."""

    tokens: list[Token] = field(default_factory=list)
    text: str = ""
    below: list[Token] = field(default_factory=list)
    cuts: set[int] = field(default_factory=set)

    @property
    def x0(self) -> float:
        return self.tokens[0].x0

    @property
    def x1(self) -> float:
        return max(token.x1 for token in self.tokens)

    @property
    def top(self) -> float:
        return min(token.top for token in self.tokens)

    @property
    def bottom(self) -> float:
        return max(token.bottom for token in self.tokens)

    @property
    def size(self) -> float:
        return float(median(token.height for token in self.tokens))

    @property
    def confidence(self) -> float | None:
        return min((t.confidence for t in self.tokens if t.confidence is not None), default=None)


def lines_of(tokens: Iterable[Token], *, tabs: bool = False, aligned: bool = False) -> list[Line]:
    """Tokens gathered into lines from top to bottom; *tabs* puts a tab between what stands in different columns.

    Columns are told by wide gaps; where places are exact (*aligned*) by narrower ones, too, behind which several lines go on together.
    """
    lines: list[Line] = []
    for token in sorted(tokens, key=lambda t: (t.middle[1], t.x0)):
        line = next((found for found in reversed(lines[-3:]) if _same_line(found, token)), None)
        if line is None:
            lines.append(Line([token]))
        else:
            line.tokens.append(token)
    for line in lines:
        line.tokens.sort(key=lambda t: t.x0)
    starts = _column_starts(lines) if aligned else []
    for line in lines:
        line.cuts = _cuts(line, starts) if tabs else set()
        line.text = _line_text(line)
    kept = [line for line in lines if line.text.strip()]
    kept.sort(key=lambda line: (line.top + line.bottom) / 2)
    return kept


def by_label(line: Line) -> list[Line]:
    """*line* in parts where behind a blank another label stands: what is said of the value before it is not said of its own."""
    at = [
        number for number, token, gap in _apart(line) if gap > PAGE.column_gap * line.size and _LABEL.match(token.text)
    ]
    if not at or not _LABEL.match(line.text):
        return [line]
    return in_parts(line, at)


def in_parts(line: Line, at: Iterable[int]) -> list[Line]:
    """*line* cut before the tokens with the numbers *at*."""
    parts = []
    for start, end in itertools.pairwise((0, *at, len(line.tokens))):
        part = Line(line.tokens[start:end], cuts={number - start for number in line.cuts if start < number < end})
        part.text = _line_text(part)
        parts.append(part)
    return parts


def _same_line(line: Line, token: Token) -> bool:
    last = line.tokens[-1]
    middle = token.middle[1]
    overlap = min(last.bottom, token.bottom) - max(last.top, token.top)
    lower = min(last.height, token.height)
    return overlap > PAGE.same_line * lower and last.top - PAGE.line_slack <= middle <= last.bottom + PAGE.line_slack


def _apart(line: Line) -> Iterator[tuple[int, Token, float]]:
    """The tokens with something before them, their numbers, and how far behind that they stand."""
    before: float | None = None
    for number, token in enumerate(line.tokens):
        if token.text.strip():
            if before is not None:
                yield number, token, token.x0 - before
            before = token.x1


def _column_starts(lines: Sequence[Line]) -> list[float]:
    """Where, behind a gap, several lines go on at one place that no line between them runs across; of a column of numbers that touch what
    stands behind them its header has the gap."""
    ordered = sorted(lines, key=lambda line: line.top)
    places: list[tuple[float, int, bool]] = []
    for row, line in enumerate(ordered):
        least = PAGE.column_gap * (line.size or PAGE.usual_letter)
        for number, token, gap in _apart(line):
            if token.text[:1] not in MARKS and (gap > least or _is_numbered(line, number)):
                places.append((token.x0, row, gap > least))
    found: list[float] = []
    groups: list[list[tuple[float, int, bool]]] = []
    for place in sorted(places):
        if groups and place[0] - groups[-1][0][0] <= PAGE.column_exact:
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        rows = sorted({row for _, row, _ in group})
        x = group[0][0]
        between = ordered[rows[0] : rows[-1] + 1]
        across = sum(any(t.x0 < x - 1 and t.x1 > x + 1 and t.text.strip() for t in line.tokens) for line in between)
        if len(rows) >= _ROWS and across * 4 <= len(rows) and any(apart for *_, apart in group):
            found.append(x)
    return found


def _is_numbered(line: Line, at: int) -> bool:
    """Whether before the token *at* there is only the number of a row («1陶瓷里的化学»)."""
    before = "".join(token.text for token in line.tokens[:at]).strip()
    return before.isdecimal() and len(before) <= _ROW_NUMBER and bool(_NAME_BEGINS.match(line.tokens[at].text))


def _cuts(line: Line, starts: Sequence[float]) -> set[int]:
    size = line.size or PAGE.usual_letter
    found: set[int] = set()
    blank: Token | None = None
    for number, token, gap in _apart(line):
        before = line.tokens[number - 1]
        blank = before if before.text == " " else None
        wide = token.x0 - before.x1 > PAGE.tab_gap * size and not (blank and _blanks(blank, token.x0 - blank.x1))
        indent = PAGE.mark_indent if token.text[:1] in MARKS else PAGE.column_exact
        hangs = size * PAGE.mark_hangs if token.text[:1] in _OPENS else PAGE.column_exact
        begins = any(-hangs <= token.x0 - x <= indent for x in starts) and (
            gap > PAGE.column_gap * size or _is_numbered(line, number)
        )
        if wide or begins:
            found.add(number)
    return found


def _line_text(line: Line) -> str:
    out: list[str] = []
    size = line.size or PAGE.usual_letter
    before: Token | None = None
    for number, token in enumerate(line.tokens):
        if number in line.cuts:
            out.append("\t")
        elif before is not None:
            out.append(_gap(before, token, size))
        out.append(token.text)
        before = token
    text = "".join(out)
    return re.sub(r"[ \u3000]*\t[ \u3000]*", "\t", text).rstrip()


def _gap(before: Token, token: Token, size: float) -> str:
    gap = token.x0 - before.x1
    if before.text == " " and (blanks := _blanks(before, gap)):
        return " " * blanks
    if before.text.endswith((" ", "\u3000")) or token.text.startswith((" ", "\u3000")):
        return ""
    wide = bool(_WIDE.match(before.text[-1:]) or _WIDE.match(token.text[:1]))
    marks = before.text[-1:] in MARKS or token.text[:1] in MARKS
    limit = PAGE.gap_wide if wide and not marks else PAGE.gap_marks if marks else PAGE.gap_latin
    return " " * min(4, max(1, round(gap / size))) if gap > limit * size else ""


def _blanks(blank: Token, gap: float) -> int:
    """Of several blanks in a row pdfium gives the first one: what lies behind it is a multiple of its width."""
    wide = blank.x1 - blank.x0
    many = round(gap / wide) if wide >= PAGE.blank_least else 0
    return many if 0 < many <= _MOST_BLANKS and abs(gap - many * wide) <= PAGE.blank_exact * wide else 0


def paragraphs_of(lines: Sequence[Line], left: float, right: float) -> list[str]:
    """The texts of ``gathered``."""
    return [text for text, _ in gathered(lines, left, right)]


def extent(lines: Iterable[Line]) -> tuple[float, float, float, float]:
    """The box around *lines*: x0, top, x1, bottom."""
    tokens = [token for line in lines for token in (*line.tokens, *line.below)]
    return (
        min(t.x0 for t in tokens),
        min(t.top for t in tokens),
        max(t.x1 for t in tokens),
        max(t.bottom for t in tokens),
    )


def gathered(lines: Sequence[Line], left: float, right: float, *, free: bool = False) -> list[tuple[str, list[Line]]]:
    """Lines put together to paragraphs where the end of the line at *right* made them break; *left* and *right* bound the text.

    A line goes on in the next one where the next one's first word would not have fitted behind it. *free* text stands outside of
    tables: a label («填报单位：…») begins a paragraph there.
    """
    out: list[tuple[str, list[Line]]] = []
    if not lines:
        return out
    padding = min(max(min(line.x0 for line in lines) - left, 0.0), PAGE.cell_margin)
    text, own = lines[0].text, [lines[0]]
    for before, line in itertools.pairwise(lines):
        starts = free and _LABEL.match(line.text)
        one_number = not free and _is_one_number(text, line.text)
        if not starts and (one_number or _goes_on(before, line, left + padding, right - padding)):
            text += seam(text, line.text) + line.text.lstrip()
            own.append(line)
        else:
            out.append((text, own))
            text, own = line.text, [line]
    out.append((text, own))
    return [(paragraph.strip(" \t"), found) for paragraph, found in out if paragraph.strip()]


def _goes_on(before: Line, line: Line, left: float, right: float) -> bool:
    if _BEGINS.match(line.text) or line.text.lstrip()[:1] in MARKS:
        return False
    if "\t" in line.text or "\t" in before.text:
        return False
    size = max(before.size, 1.0)
    if (
        not PAGE.size_least < line.size / size < PAGE.size_most
        or line.top - before.bottom > PAGE.paragraph_goes_on * size
    ):
        return False
    if line.x0 - before.x0 > PAGE.indent * size and ENDS.search(before.text):
        return False  # the indentation of a new paragraph
    room = right - left - PAGE.margin_differs * size  # margins differ a little between programs
    used = (
        before.x1 - left if before.x0 - left < PAGE.centred * size else before.x1 - before.x0
    )  # the latter for centred lines
    # Where a sentence or a number ends, the paragraph may as well: only a line that is full goes on.
    ends = bool(ENDS.search(before.text)) or _between_identifiers(before.text, line.text)
    return used + (_letter_width(line) if ends else _first_width(line)) > room


def _between_identifiers(before: str, after: str) -> bool:
    """Two numbers or addresses below one another; one that is too long for its line is broken at its last letter or a sign."""
    tail, head = re.search(r"[!-~]*$", before.rstrip()), re.match(r"[!-~]*", after.lstrip())
    if not tail or not head or not tail.group() or not head.group() or _MAY_BREAK.search(tail.group()):
        return False
    return bool(_IDENTIFIER.fullmatch(tail.group()) or _IDENTIFIER.fullmatch(head.group()))


def _is_one_number(before: str, after: str) -> bool:
    """A telephone number that a program broke in a narrow cell, for a reason that is not seen: what comes after makes it whole, and is
    too short to be a number of its own."""
    tail, head = _NUMBER_BEGINS.search(before), _NUMBER_ENDS.match(after)
    if not tail or not head or _BEGINS.match(after):
        return False
    if tail.group().endswith("-"):
        return bool(_AREA.fullmatch(tail.group()))
    return bool(_TELEPHONE.fullmatch(tail.group() + head.group()))


def text_edge(lines: Sequence[Line], bound: float) -> float:
    """Where running text outside of tables breaks: where several long lines end together, else *bound* (margin or table's side)."""
    end, start = max(line.x1 for line in lines), min(line.x0 for line in lines)
    together = sum(line.x1 > end - PAGE.at_edge * line.size for line in lines)
    return end if together >= 3 and end - start > PAGE.text_to_bound * (bound - start) else max(bound, end)


def _letter_width(line: Line) -> float:
    first = line.tokens[0]
    return (first.x1 - first.x0) / max(len(first.text), 1)


def first_unit(text: str) -> int:
    """How many letters at the beginning of *text* no program breaks apart."""
    unit = _UNIT.match(text.lstrip())
    return len(unit.group()) if unit else 1


def _first_width(line: Line) -> float:
    """Width of what no program breaks at the beginning of *line*: a Chinese character, a Latin word, a date."""
    letters = first_unit(line.text)
    end, count = line.x0, 0
    for token in line.tokens:
        text = token.text.strip()
        if not text and not count:
            continue
        if count + len(text) > letters:
            return end - line.x0 + (token.x1 - token.x0) * (letters - count) / max(len(text), 1)
        end, count = token.x1, count + len(text)
    return end - line.x0


def seam(before: str, after: str) -> str:
    """A space where an English sentence was broken, nothing inside addresses, numbers and Chinese."""
    end, start = before.rstrip()[-1:], after.lstrip()[:1]
    tail = re.search(r"[^\s\u3000]*$", before.rstrip())
    if end.isascii() and end.isalpha() and start.isascii() and start.isalpha():
        return "" if tail and re.search(r"[@/._\d]", tail.group()) else " "
    return ""
