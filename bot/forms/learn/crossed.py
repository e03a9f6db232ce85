"""Rows of a blank form with several places behind their label, each below a word of its own: statistics by year or area, a row of totals, persons by their part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from msgspec import Struct

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.labels.headers import numbers_columns
from bot.forms.learn.guesses import guess
from bot.forms.learn.headers import ENTRY, ORDINAL, Header
from bot.forms.learn.printed import (
    COUNTED,
    GRADE,
    YEAR,
    clean,
    is_label,
    is_picture,
    is_value_place,
    labelled_pieces,
    note_of,
)

TOTAL = re.compile(r"(?:合|总|小|共)计|总数|总额|合计金额")
MEASURE = re.compile(rf"{COUNTED.pattern}|千?万?元|[a-z]{{0,2}}\d{{1,4}}|[-/×]+")
NOTHING = re.compile(r"\s*[-—–－―/×]+\s*")  # no place for a value: crossed out
SUM = re.compile(r"0(?:\.0+)?")  # what a formula gives while nothing is filled in
LONGEST_HEAD, LONGEST_TOLD = 20, 60
SUMMED = re.compile(
    r"金额|码洋|经费|投入|补助|费用|面积|长度|产值|得分|数|人次|元|自筹|资助|拨款|支出|收入|预算|小计|合计|学时|课时|小时|单价|总价|结余|差额|预算|决算|[个件册场次]$"
)
NOTES = re.compile("备注|说明")
TICKED = re.compile(r"[打画划]\s*[“\"‘「]?\s*[√✓✔勾]|勾选|选择|可?[多单]选")
OFFERED = re.compile("可|能|意向|方便|空闲|选|√|勾")
DIFFERENCE = re.compile(r"增减|增长|同比|比上年")
Cover = Mapping[int, Sequence[Cell]]


class Crossed(Struct, frozen=True):
    """One row: its label, what stands between label and places (in what it is counted), and the words above each place, which stand in ``head_rows``; ``beside`` have labels of their own;
    ``corner``: the words above the labels."""

    label: Cell
    measures: tuple[Cell, ...]
    heads: tuple[tuple[str, int], ...]  # words, column
    head_rows: tuple[int, ...] = ()
    beside: tuple[Cell, ...] = ()
    corner: str = ""

    @property
    def places(self) -> set[tuple[int, int]]:
        """Of the cells of a label two rows high, those of its words, and those below these."""
        cols = [col for _, col in self.heads]
        return {self.label.place, *((self.label.row + n, col) for n in (0, 1) for col in cols)}

    @property
    def grades(self) -> tuple[str, ...]:
        """Columns of which one is to be ticked («很满意 | 满意 | 一般»)."""
        # Under a day stands what is to be, but where the form asks which days suit («可服务时间 | 周一 | 周二»).
        days = "(?!)" if OFFERED.search(f"{self.corner}{self.label.text}") else "周|星期"
        found = tuple(name for name, _ in self.heads if GRADE.fullmatch(name) and not re.match(days, name))
        return found if len(found) > 1 and not self.measures else ()


def crossed_rows(cover: Cover, n_cols: int, headers: Sequence[Header]) -> dict[int, Crossed]:
    """Every such row by its number."""
    entries = {row: header for header in headers for row in header.rows}
    found: dict[int, Crossed] = {}
    for number in sorted(cover):
        is_heading = is_heading_row(cover[number], number, n_cols)
        if number in entries or (is_heading and not any(TOTAL.fullmatch(squeeze(c.text)) for c in cover[number])):
            continue
        if (one := crossed_at(number, cover, n_cols, entries, found)) is not None:
            found[number] = one
    return found


def crossed_at(
    number: int, cover: Cover, n_cols: int, entries: Mapping[int, Header], known: Mapping[int, Crossed]
) -> Crossed | None:
    own = [cell for cell in cover[number] if cell.row == number]
    filled = [cell for cell in own if not is_blank(cell.text)]
    side = [cell for cell in filled if cell.rowspan > 1 or ENTRY.fullmatch(squeeze(cell.text))]
    label = label_of([cell for cell in filled if cell not in side])
    if label is None or is_picture(label.text):
        return None
    is_short = is_label(label.text) or TOTAL.fullmatch(clean(label.text)) or YEAR.fullmatch(squeeze(label.text))
    is_total = bool(TOTAL.fullmatch(squeeze(clean(label.text)))) and sum(is_blank(c.text) for c in own) > 1
    # «月份 | 1月 | 2月» over «人次 |  |  »: what is counted is the row's label where nothing else is.
    is_count = label is own[0] and bool(COUNTED.fullmatch(squeeze(label.text)))
    if not (is_short or is_count or tells(label.text)):
        return None
    behind = [cell for cell in own if cell.col > label.col]
    measures = list(takewhile(lambda c: is_told(c.text, behind), behind))
    start = max(c.col + c.colspan for c in (label, *measures))
    # «合计 |   | 押金：____元»
    beside = [c for c in behind if TOTAL.fullmatch(squeeze(clean(label.text))) and labelled_pieces(c.text)]
    places = [cell for cell in behind if cell.col >= start and cell not in beside]
    if any(
        not is_value_place(cell.text) and not SUM.fullmatch(cell.text.strip()) and not NOTHING.fullmatch(cell.text)
        for cell in places
    ):
        return None
    if any(cell.row < number and cell.col >= start for cell in cover[number]):
        return None
    heads, head_rows = heads_above(number, label, start, n_cols, cover, entries, known)
    taken = [*beside, *(c for c in places if c.text.strip() and NOTHING.fullmatch(c.text))]
    n_heads = len(heads)
    heads = [one for one in heads if not any(c.col <= one[1] < c.col + c.colspan for c in taken)]
    # A cell that reaches over several words is one place for all of them, and no crossing.
    wide = any(sum(c.col <= col < c.col + c.colspan for _, col in heads) > 1 for c in places)
    if (
        not heads
        or n_heads < (2 if (is_short or is_count) and not is_total else 1)
        or wide
        or len({name for name, _ in heads}) < len(heads)
    ):
        return None
    over = [c.text for n in head_rows[-1:] for c in cover[n] if c.col <= label.col < c.col + c.colspan]
    return Crossed(label, tuple(measures), tuple(heads), tuple(head_rows), tuple(beside), "".join(over))


def tall_rows(cover: Cover) -> dict[int, list[Crossed]]:
    """By the row of its places: a label two rows high beside words over places («营业收入 | 2021年 | 2022年», «可服务时段（打√） | 周六 | 周日»). Words that are
    labels by themselves («联系人 | 姓名 | 电话») are no such ones."""
    found: dict[int, list[Crossed]] = {}
    for number, row in cover.items():
        for label in row:
            if label.row != number - 1 or label.rowspan != 2 or not tells(label.text) or is_picture(label.text):
                continue
            heads: list[tuple[str, int]] = []
            end = label.col + label.colspan
            for head in cover[label.row]:
                below = next(
                    (c for c in row if c.row == number and (c.col, c.colspan) == (head.col, head.colspan)), None
                )
                if (
                    head.col != end
                    or head.rowspan > 1
                    or below is None
                    or not (is_head(head.text) and is_blank(below.text))
                ):
                    continue
                heads.append((clean(head.text), head.col))
                end = head.col + head.colspan
            by_itself = sum(bool(guess(name)) for name, _ in heads)
            if len({name for name, _ in heads}) == len(heads) > 1 and (
                2 * by_itself < len(heads) or TICKED.search(label.text)
            ):
                found.setdefault(number, []).append(Crossed(label, (), tuple(heads)))
    return found


def is_head(text: str) -> bool:
    name = squeeze(text)
    is_words = bool(YEAR.fullmatch(name)) or not is_value_place(text)
    return 0 < len(name) <= LONGEST_HEAD and is_words and not re.search("[_＿:：]", name)


def is_told(text: str, cells: Sequence[Cell]) -> bool:
    """In what is counted, or what the form tells of the row beside its places («标准展位 | 3m×3m | 6,800元/个 |    |    »)."""
    if SUM.fullmatch(text.strip()):
        return False
    is_price = bool(re.search(r"\d", text)) and not is_value_place(text) and any(is_blank(c.text) for c in cells)
    return is_price or is_measure(text)


def label_of(filled: Sequence[Cell]) -> Cell | None:
    """What the row is about: of several texts side by side («组织管理 | 有专职人员») the last one before what is counted or left free."""
    texts = list(takewhile(lambda cell: tells(cell.text) and not is_measure(cell.text), filled))
    texts = [one for one in texts if one is texts[0] or not re.match(r"\d", one.text.strip())]  # «36㎡起租»
    return texts[-1] if texts else next(iter(filled), None)


def is_measure(text: str) -> bool:
    return bool(MEASURE.fullmatch(squeeze(text)))


def tells(text: str) -> bool:
    """«年开放天数不少于200天»: what a row is about may be a short sentence with numbers."""
    name = re.sub(r"^其中:(?=[\u4e00-\u9fff]{1,6}$)", "其中", squeeze(text))
    is_told = 2 <= len(name) <= LONGEST_TOLD and bool(re.search(r"[\u4e00-\u9fff]{2}", name) or ORDINAL.fullmatch(name))
    return is_told and not re.search("[:_＿]", name) and not is_value_place(text)


def heads_above(
    number: int,
    label: Cell,
    start: int,
    n_cols: int,
    cover: Cover,
    entries: Mapping[int, Header],
    known: Mapping[int, Crossed],
) -> tuple[list[tuple[str, int]], list[int]]:
    """The words above the places of a row, and their rows: the nearest row that is neither one of entries nor another of these."""
    above = [row for row in sorted(cover) if row < number]
    while above and (
        above[-1] in known
        or numbers_columns(cover[above[-1]])
        or is_heading_row(cover[above[-1]], above[-1], n_cols)
        or is_alike(cover[above[-1]], above[-1], cover[number], number, start)
    ):
        above.pop()
    if not above:
        return [], []
    header = entries.get(above[-1])
    if header is not None:
        if not TOTAL.fullmatch(squeeze(clean(label.text))):
            return [], []
        own = words_over(header.rows[: header.deep], start, cover)
        # «合计 | 2件 (over four columns) | 580»: a wide place is one value, of its first column.
        wide = [c for c in cover[number] if c.row == number and c.col >= start and c.colspan > 1]
        own = [one for one in own if not any(c.col < one[1] < c.col + c.colspan for c in wide)]
        first = {c.col for c in wide}
        summed = [one for one in own if one[1] in first or is_summed(header, one[1], cover)]
        return [one for one in own if summed and (one in summed or NOTES.search(one[0]))], []
    last = above[-1]
    deep = [last - 1, last] if divides(last, start, cover) else [last]
    corner = [c for c in cover[last] if c.col <= label.col < c.col + c.colspan]
    heads = words_over(deep, start, cover)
    right = [cell for cell in cover[last] if cell.col >= start]
    end = max(
        (c.col + c.colspan for c in right if not is_blank(c.text)), default=n_cols
    )  # a sheet's frame may be wider
    covered = all(
        any(c.col <= col < c.col + c.colspan and not is_blank(c.text) for c in cover[last]) for col in range(start, end)
    )
    is_corner = bool(corner) and (is_blank(corner[0].text) or corner[0].col not in {col for _, col in heads})
    is_plain = all(
        not re.search("[_＿]|(?<!其中)[：:]", c.text) and len(squeeze(c.text)) <= LONGEST_HEAD for c in right
    )
    if covered and is_corner and is_plain:
        return heads, deep
    # Words with places of their own («导师：____ | 学员：____») between the rows do not end what stands above all of them.
    before = known[max(known)] if known else None
    cols = [cell.col for cell in cover[number] if cell.row == number and cell.col >= start]
    if before and not is_plain and len(cols) > 1 and cols == [col for _, col in before.heads]:
        return list(before.heads), list(before.head_rows)
    return [], []


def is_alike(above: Sequence[Cell], n_above: int, cells: Sequence[Cell], number: int, start: int) -> bool:
    """Another row of values, whatever its label: it is divided in the same way, and nothing is printed in its places."""
    one = [cell for cell in above if cell.row == n_above]
    other = [cell for cell in cells if cell.row == number]
    is_free = all(is_blank(cell.text) for cell in one if cell.col >= start)
    return is_free and [(c.col, c.colspan) for c in one] == [(c.col, c.colspan) for c in other]


def is_summed(header: Header, col: int, cover: Cover) -> bool:
    """Whether a column of entries is one of numbers, by the words above it or by what they are counted in («发放资料（份）»)."""
    over = [c.text for row in header.rows[: header.deep] for c in cover[row] if c.col <= col < c.col + c.colspan]
    return any(SUMMED.search(clean(text)) or COUNTED.fullmatch(squeeze(note_of(text))) for text in over)


def divides(row: int, start: int, cover: Cover) -> bool:
    """Whether the words of *row* stand below wide cells that belong to them («数量» over «合计 | 城市»)."""
    wide = [c for c in cover.get(row - 1, ()) if c.colspan > 1 and c.rowspan == 1]
    own = [cell for cell in cover[row] if cell.row == row and cell.col >= start]
    is_told = any(is_label(c.text) and not re.search("[：:]$", c.text.strip()) and c.col >= start for c in wide)
    return is_told and all(any(w.col <= c.col < w.col + w.colspan for w in wide) for c in own)


def is_heading_row(cells: Sequence[Cell], number: int, n_cols: int) -> bool:
    """«一、科普人员» across the table, or with its places crossed out."""
    own = [cell for cell in cells if cell.row == number]
    filled = [cell for cell in own if not is_blank(cell.text)]
    is_numbered = len(filled) == 1 and bool(re.match(r"[一二三四五六七八九十]{1,3}[、.．]", filled[0].text.strip()))
    if len(filled) == 1 and filled[0].colspan > 1 and (filled[0].colspan >= n_cols or is_numbered):
        return True
    return (
        bool(filled)
        and filled[0] is own[0]
        and len(own) > 2
        and (
            any(NOTHING.fullmatch(cell.text) for cell in filled[1:])
            or (len(filled) == 1 and any(NOTHING.fullmatch(cell.text) for cell in own[1:]))
        )
    )


def words_over(rows: Sequence[int], start: int, cover: Cover) -> list[tuple[str, int]]:
    """The words of each column from *start* on: of the lowest row, with those above where they come twice."""
    stacks: list[tuple[int, list[Cell]]] = []
    for cell in cover[rows[-1]]:
        over = [c for row in rows[:-1] for c in cover[row] if c.col <= cell.col < c.col + c.colspan and c is not cell]
        told = [c for c in (*over, cell) if not is_blank(c.text)]
        if cell.col >= start and told:
            stacks.append((cell.col, told))
    low = [clean(cells[-1].text) for _, cells in stacks]
    return [
        ("".join(clean(c.text) for c in cells) if low.count(name) > 1 or differs(cells) else name, col)
        for name, (col, cells) in zip(low, stacks, strict=True)
    ]


def differs(cells: Sequence[Cell]) -> bool:
    """«比上年增减» over «绝对数 | 幅度», «人数» over «男 | 女»: the lower words alone do not tell what it is."""
    return len(cells) > 1 and (len(clean(cells[-1].text)) == 1 or bool(DIFFERENCE.search(cells[0].text)))


def labels_of(row: Crossed) -> Iterator[tuple[str, str]]:
    """The label of each place and the words above it."""
    words = clean(row.label.text)
    for name in (name for name, _ in row.heads if name not in row.grades):
        yield f"{words}（{re.sub('^其中[:：、]?', '', name)}）", name
