"""The header rows of tables for entries on a blank form."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.labels.headers import numbers_columns, stacked
from bot.forms.learn.printed import COUNTED, YEAR, clean, is_label, is_picture, is_value_place, options_in

NUMBER = re.compile(r"序号|编号|序|no\.?", re.IGNORECASE)
ENTRY = re.compile(r"\d{1,3}|[.…]+|[一二三四五六七八九十]|例|示例")
# «第1站», «A组»: what a printed row is about.
ORDINAL = re.compile(
    r"第[\d一二三四五六七八九十]{1,2}(?:[-—–~至、]\d{1,2})?[\u4e00-\u9fff]{1,3}|[a-z甲乙丙丁]组|[\u4e00-\u9fff]\d{1,2}"
)
SAMPLE = re.compile(r"[(（\[【]?(?:填[写报表])?(?:示?例|样例|范例|示范|如)\d?(?:[)）\]】:：]|如|$)")
MASKED = re.compile(r"[×xX*＊]{2}|某")
STAMP = re.compile(r"[（(]\s*(?:盖|公|签)\s*章|年\s+月\s+日|签[字名]")
SIGNING = re.compile(r"[（(]\s*(?:[盖公签]\s*章|签\s*[字名])\s*[)）]\s*$|[:：]\s*$")  # each with a place of its own
PART = re.compile(rf"[\u4e00-\u9fff]|{YEAR.pattern}")  # «男 | 女» below «人数», «2022年 | 2023年» below «销售额»
OPEN = re.compile("其[他它]")
LEAST = 3  # columns
MOSTLY = 0.8  # of the rows that the form has begun to fill
MOST_CROSSED = 12  # places that are better fields of their own
MOST_DEEP = 2  # rows
Cover = Mapping[int, Sequence[Cell]]


class Header(Struct, frozen=True):
    """A header with its empty rows: ``rows`` all of them, the first ``deep`` are the header; ``columns`` the words of each and whether it is
    starred, ``given`` those whose words the form prints in each row (``begun``: these words where it leaves some rows open), ``printed`` what stands in the places of the others."""

    first: int
    rows: tuple[int, ...]
    columns: tuple[tuple[str, bool], ...]
    deep: int = 1
    given: frozenset[str] = frozenset()
    printed: Mapping[str, str] = field(default_factory=dict)
    begun: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def headers_of(cover: Cover, n_cols: int) -> list[Header]:
    found: list[Header] = []
    numbers = sorted(cover)
    at = 0
    while at < len(numbers):
        header = header_at(numbers, at, cover, n_cols)
        if header is not None:
            found.append(header)
            at = numbers.index(header.rows[-1])
        at += 1
    return found


def header_at(numbers: Sequence[int], at: int, cover: Cover, n_cols: int) -> Header | None:
    """Labels side by side with nothing between them: above two empty rows, above one that is numbered, or as a table's last row."""
    row = numbers[at]
    own = without_free_end([cell for cell in cover[row] if cell.row == row])
    reaching = [cell for cell in cover[row] if cell.row < row]
    labels = [cell for cell in own if names_column(cell.text)]
    if len(labels) < LEAST or len(labels) < len(own) or is_torn(own, n_cols, reaching):
        return None
    if all(SIGNING.search(cell.text) for cell in labels):
        return None
    side = section_cells(own)
    labels = [cell for cell in labels if cell not in side]
    deep = depth(numbers, at, cover, labels)
    below = numbers[at + deep :]
    numbering = below[: bool(below) and numbers_columns([c for c in cover[below[0]] if c.row == below[0]])]
    below = below[len(numbering) :]
    header_rows = numbers[at : at + deep]
    if at and are_divided(cover[numbers[at - 1]], numbers[at - 1], labels):
        header_rows = numbers[at - 1 : at + deep]
    empty = 0
    while empty < len(below) and is_entry(cover[below[empty]], below[empty], labels):
        empty += 1
    if not empty and (listed := catalogue(header_rows, below, cover, side)) is not None:
        return listed
    if below and any(STAMP.search(c.text) for c in cover[below[0]] if c.row == below[0]):
        return None  # opinions side by side, with their stamps below
    if len(below) > 1 and all(ORDINAL.fullmatch(squeeze(first_text(cover[n], n))) for n in below[:2]):
        return None
    numbered = any(NUMBER.fullmatch(squeeze(cell.text)) for cell in labels)
    is_last = not below or all(not any(names_column(c.text) for c in cover[n] if c.row == n) for n in below)
    # Nothing but a title above: three columns are enough for a list.
    is_alone = all(len([c for c in cover[n] if not is_blank(c.text)]) <= 1 for n in numbers[:at])
    wanted = LEAST if numbered or is_alone else LEAST + 1
    if not (empty >= 2 or (empty and numbered) or (not empty and is_last and len(labels) >= wanted)):
        return None
    columns = tuple(columns_of(header_rows, cover, side))
    if len(columns) < 2:
        return None
    printed = options_below(cover[header_rows[-1]], cover[below[0]], side) if empty else {}
    return Header(
        header_rows[0], (*header_rows, *numbering, *below[:empty]), columns, len(header_rows), printed=printed
    )


def options_below(heads: Sequence[Cell], cells: Sequence[Cell], side: Sequence[Cell]) -> dict[str, str]:
    """What is to be ticked in each entry («□具备 □不具备»), by the words of its column."""
    found = {clean(head.text): cell_over(cells, head.col) for head in heads if head not in side}
    return {name: cell.text for name, cell in found.items() if cell is not None and options_in(cell.text)}


def catalogue(header_rows: Sequence[int], below: Sequence[int], cover: Cover, side: Sequence[Cell]) -> Header | None:
    """A header above rows that the form has begun to fill («检查项目 | 检查内容 | 是否合格 | 备注»): each is an entry once something is written into it."""
    heads = [cell for cell in cover[header_rows[-1]] if cell not in side and not is_blank(cell.text)]
    rows: list[int] = []
    for number in below:
        cells = {head.col: cell_over(cover[number], head.col) for head in heads}
        texts = [squeeze(cell.text) if cell else "" for cell in cells.values()]
        if (
            not any(texts)
            or any(re.fullmatch("[合总小共]计|总数", text) for text in texts[:2])
            or len(set(cells.values())) < len(heads)
        ):
            break
        rows.append(number)
    filled = {head.col: [squeeze(cell.text) for n in rows if (cell := cell_over(cover[n], head.col))] for head in heads}
    # Below «其他费用（请列明）» the form leaves the words of the row to whoever fills it.
    left = [
        i
        for i, n in enumerate(rows)
        if (c := cell_over(cover[n], heads[0].col)) and c.rowspan > 1 and OPEN.match(squeeze(c.text))
    ]
    begun = [i for i in range(len(rows)) if i not in left]
    given = [h for h in heads if begun and sum(is_told(filled[h.col][i]) for i in begun) >= MOSTLY * len(begun)]
    # «单位 | 条 | 件»
    measured = [h for h in heads if rows and sum(map(is_measure, filled[h.col])) >= MOSTLY * len(rows)]
    free = [h for h in heads if h not in measured and all(not t or is_value_place(t) for t in filled[h.col])]
    is_open = any(OPEN.match(text) for head in given[-1:] for text in filled[head.col])
    is_told_why = any(re.search("依据|说明|备注", head.text) for head in free)
    # «主持人 | … », «成员 | … » over several rows: in which part each entry stands
    is_parted = given == heads[:1] and any(c.rowspan > 1 for n in rows for c in cover[n] if c.col == given[0].col)
    if (
        len(rows) < LEAST
        or len(free) < 2
        or len(rows) * len(free) <= MOST_CROSSED
        or not (len(given) > 1 or is_parted or (given and is_open and is_told_why))
    ):
        return None
    if len({filled[given[-1].col][i] for i in begun}) < len(begun) and not is_parted:
        return None
    told = [
        head
        for head in heads
        if head in (*given, *measured)
        or sum(bool(t) and not is_value_place(t) for t in filled[head.col]) >= MOSTLY * len(rows)
    ]
    names = frozenset(clean(head.text) for head in told)
    places = {clean(head.text): filled[head.col][0] for head in free}
    columns = tuple(columns_of(header_rows, cover, side))
    begun_words = {clean(h.text): tuple(dict.fromkeys(filter(None, filled[h.col]))) for h in told if left}
    return Header(header_rows[0], (*header_rows, *rows), columns, len(header_rows), names, places, begun_words)


def is_measure(text: str) -> bool:
    return bool(COUNTED.fullmatch(text) or re.fullmatch(r"[a-z]{1,2}[23²³]?", text))


def cell_over(cells: Sequence[Cell], col: int) -> Cell | None:
    return next((cell for cell in cells if cell.col <= col < cell.col + cell.colspan), None)


def is_told(text: str) -> bool:
    """Words, and neither a number nor in what is counted."""
    return bool(re.search(r"[\u4e00-\u9fff]{2}", text)) and not is_value_place(text)


def first_text(cells: Sequence[Cell], number: int) -> str:
    return next((cell.text for cell in cells if cell.row == number), "")


def names_column(text: str) -> bool:
    name = squeeze(clean(text))
    is_count = len(name) > 1 and bool(COUNTED.fullmatch(name)) and not re.match(r"[ \u3000_＿]{2}", text)  # «    公里»
    return is_label(text) or bool(NUMBER.fullmatch(name)) or is_count or name in {"是", "否"}


def without_free_end(own: Sequence[Cell]) -> list[Cell]:
    """A sheet may have a frame around more columns than it uses."""
    last = max((i for i, cell in enumerate(own) if not is_blank(cell.text)), default=-1)
    return list(own[: last + 1])


def is_torn(own: Sequence[Cell], n_cols: int, reaching: Sequence[Cell]) -> bool:
    """Whether places are left free between the labels: these are of another kind."""
    covered = sum(cell.colspan for cell in (*own, *reaching))
    return covered < n_cols - 2 or any(b.col > a.col + a.colspan + 1 for a, b in itertools.pairwise(own))


def section_cells(own: Sequence[Cell]) -> list[Cell]:
    """A cell that reaches down along the entries («主要成员») is no column."""
    tallest = max(cell.rowspan for cell in own)
    lowest = min(cell.rowspan for cell in own)
    first = own[0]
    return [first] if first.rowspan == tallest > max(lowest, MOST_DEEP) else []


def are_divided(above: Sequence[Cell], number: int, labels: Sequence[Cell]) -> bool:
    """Labels that come twice, below wide ones that say whose they are («队员信息 | 指导教师信息» over «姓名 | 电话 | 姓名 | 电话»)."""
    names = [clean(cell.text) for cell in labels]
    wide = [cell for cell in above if cell.row == number and names_column(cell.text)]
    is_under = all(any(w.col <= cell.col < w.col + w.colspan for w in wide) for cell in labels)
    return len(set(names)) < len(names) and len(wide) > 1 and len(wide) == len(above) and is_under


def depth(numbers: Sequence[int], at: int, cover: Cover, labels: Sequence[Cell]) -> int:
    """2 where the row below divides wide labels."""
    if at + 1 >= len(numbers):
        return 1
    below = [cell for cell in cover[numbers[at + 1]] if cell.row == numbers[at + 1]]
    wide = [cell for cell in labels if cell.colspan > 1 and cell.rowspan == 1]
    under = [
        c
        for c in below
        if (names_column(c.text) or PART.fullmatch(squeeze(c.text)))
        and any(w.col <= c.col < w.col + w.colspan for w in wide)
    ]
    return 2 if wide and len(under) >= 2 and len(under) == len([c for c in below if not is_blank(c.text)]) else 1


def is_entry(cells: Sequence[Cell], number: int, labels: Sequence[Cell]) -> bool:
    """Empty but for its number and what is to be ticked, and divided as the header is."""
    own = [cell for cell in cells if cell.row == number]
    divided = len(own) >= 0.6 * len(labels) or not own
    return divided and (
        is_sample(own) or all(is_blank(c.text) or ENTRY.fullmatch(squeeze(c.text)) or options_in(c.text) for c in own)
    )


def is_sample(own: Sequence[Cell]) -> bool:
    """A row that shows how to fill the table («（例）张三», «138××××××××»)."""
    filled = [cell.text for cell in own if not is_blank(cell.text)]
    return (
        any(SAMPLE.match(squeeze(text)) for text in filled[:2]) or sum(bool(MASKED.search(text)) for text in filled) > 1
    )


def begins_sample(own: Sequence[Cell]) -> list[str]:
    """How a row begins that shows how to fill the table; behind a «示例» in a cell of its own, both, with a blank between."""
    texts = [" ".join(cell.text.split()) for cell in own]
    told = [text for text in texts if not (ENTRY.fullmatch(squeeze(text)) or SAMPLE.fullmatch(squeeze(text)))][:1]
    if not told or not SAMPLE.fullmatch(squeeze(texts[0])):
        return told
    return [f"{texts[0]} {told[0]}", *(told if MASKED.search(told[0]) else ())]


def columns_of(rows: Sequence[int], cover: Cover, side: Sequence[Cell]) -> list[tuple[str, bool]]:
    """The words of each column: of the lower row, with the upper one's where they come twice."""
    stacks: list[list[Cell]] = []
    for _, cells in sorted(stacked(rows, cover).items()):
        cells = [cell for cell in cells if cell not in side and not is_blank(cell.text) and cell.row >= rows[0]]
        if cells and cells not in stacks:
            stacks.append(cells)
    counted = Counter(clean(cells[-1].text) for cells in stacks)
    found: dict[str, bool] = {}
    for cells in stacks:
        low = clean(cells[-1].text)
        name = "".join(clean(cell.text) for cell in cells) if counted[low] > 1 or PART.fullmatch(low) else low
        if name and not NUMBER.fullmatch(squeeze(name)) and not is_picture(name):
            found.setdefault(name, any("*" in squeeze(cell.text) or "必填" in cell.text for cell in cells))
    return list(found.items())
