"""Blank forms of offices, written as text, and clerks who fill them: what is printed, what was written, what a careful reader gets.

A file of ``blanks/`` is one form: a paragraph a line, a row of a table a line that begins with ``|`` (cells between bars, ``^`` a place that another
cell covers, ``@CxR`` behind a cell its columns and rows, ``⏎`` a line break). ``{label:kind}`` is a place for a value, ``{label:kind:printed}``
one where something is printed. ``*3|`` is a row for entries, printed three times; its labels stand in ``{…}`` as well; ``{label@option:ticked}``
is the place of an option that gets a tick. An empty line
between rows ends a table. Lines that begin with ``#!`` are settings: ``as xlsx``; ``edit LABEL KEY VALUE`` is what an admin changes in the learnt
definition; ``year 2025`` is the campaign's.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field

from bot.documents.model import Document
from tests.forms import facts
from tests.forms.build import document, grid

HERE = Path(__file__).parent / "blanks"
SLOT = re.compile(r"\{([^{}:]+):(\w+)(?::([^{}]*))?\}")
SPAN = re.compile(r"@(\d+)x(\d+)$")
Pair = tuple[str, Any]  # as written, as read


class Blank(Struct):
    """``lines`` as in the file; ``edits`` by label what an admin changes."""

    name: str
    lines: list[str]
    format: str = "docx"
    edits: list[tuple[str, str, Any]] = field(default_factory=list)
    year: int = 2024


class Filled(Struct):
    """A filled form: its document, the value of each label outside of the entries, and the entries."""

    document: Document
    fields: dict[str, Pair]
    rows: list[dict[str, Pair]]


def blanks() -> list[Blank]:
    return [read(path) for path in sorted(HERE.glob("*.txt"))]


def read(path: Path) -> Blank:
    blank = Blank(path.stem, [])
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#!"):
            blank.lines.append(line)
            continue
        word, _, rest = line[2:].strip().partition(" ")
        if word == "as":
            blank.format = rest
        elif word == "year":
            blank.year = int(rest)
        else:
            label, key, value = rest.split(" ", 2)
            blank.edits.append((label, key, json.loads(value)))
    return blank


def printed(blank: Blank) -> Document:
    """The form as the office sends it out."""
    return Clerk(blank, None).document()


def filled(blank: Blank, style: int, seed: int = 7) -> Filled:
    """*style* 0: neat, all places; 1: other ways of writing, some places left; 2: untidy."""
    clerk = Clerk(blank, Random(f"{blank.name}/{style}/{seed}"), style)
    return Filled(clerk.document(), clerk.fields, clerk.rows)


class Clerk:
    """Writes the form down, blank where there is no *r*."""

    def __init__(self, blank: Blank, r: Random | None, style: int = 0) -> None:
        self.blank, self.r, self.style = blank, r, style
        self.fields: dict[str, Pair] = {}
        self.rows: list[dict[str, Pair]] = []

    def document(self) -> Document:
        blocks: list[Any] = []
        rows: list[list[Any]] = []
        for line in [*self.blank.lines, ""]:
            if "|" in line[:4]:
                rows += self.table_rows(line)
                continue
            if rows:
                blocks.append(grid(rows))
                rows = []
            if line.strip():
                blocks.append(self.text(line, self.fields))
        name = f"{self.blank.name}.{self.blank.format}"
        return document(*blocks, path=name, format=self.blank.format)

    def table_rows(self, line: str) -> list[list[Any]]:
        times, _, rest = line.partition("|")
        cells = [cell.strip() for cell in rest.rstrip().removesuffix("|").split("|")]
        if not times:
            return [[self.cell(cell, self.fields) for cell in cells]]
        printed_rows = int(times.strip("*"))
        wanted = 0 if self.r is None else max(1, (printed_rows or 4) - self.style)
        made = []
        for number in range(1, max(printed_rows, wanted) + 1):
            entry: dict[str, Pair] = {}
            made.append([self.cell(cell.replace("#", str(number)), entry, blank=number > wanted) for cell in cells])
            if entry:
                self.rows.append(entry)
        return made

    def cell(self, cell: str, into: dict[str, Pair], *, blank: bool = False) -> Any:
        if cell == "^":
            return None
        span = SPAN.search(cell)
        text = SPAN.sub("", cell).replace("⏎", "\n")
        if "^" in text:
            text = text.replace("^", "")
        text = self.text(text, into, blank=blank, cell=True)
        return (text, int(span[1]), int(span[2])) if span else text

    def text(self, text: str, into: dict[str, Pair], *, blank: bool = False, cell: bool = False) -> str:
        only = bool(SLOT.fullmatch(text.strip())) and cell

        def put(match: re.Match[str]) -> str:
            label, kind, hint = match[1], match[2], match[3] or ""
            shown = hint.replace("⏎", "\n") if hint else ("" if cell else "________")
            if self.r is None or blank or self.left_out(kind, hint):
                if self.r is not None and not blank:
                    into[label] = ("", None)
                return shown
            if kind == "ticked":
                label, option = label.split("@")
                into[label] = ("√", (option,))
                return "√"
            written, value = self.value(kind, shown)
            into[label] = (written, value)
            if kind in {"tick", "ticks", "grades", "letters", "times", "framed", "size", "pair"}:
                return written
            if hint and not only:
                return f" {written} "
            if hint and only and not re.fullmatch(r"[_\s年月日/至]*", hint):
                # What is printed there stays: the clerk writes before it where it is a stamp's place, else behind it.
                return f"{written}\n{shown}" if "章" in hint or "签" in hint else f"{shown}{written}"
            return written

        return SLOT.sub(put, text)

    def left_out(self, kind: str, hint: str) -> bool:
        assert self.r is not None
        if kind in {"name", "unit", "person", "tick", "ticks", "ticked"}:
            return False
        return self.r.random() < (0, 0.12, 0.2)[self.style]

    def value(self, kind: str, shown: str) -> Pair:
        assert self.r is not None
        return VALUES[kind](self.r, self.style, shown)


# -- what is written, and what it is ------------------------------------------------------------------------


def one_of(*words: str) -> Any:
    return lambda r, style, shown: 2 * (r.choice(words),)


def person(r: Random, style: int, shown: str) -> Pair:
    name = facts.person(r)
    return (f" {name} " if style == 2 else name), name


def day(r: Random, style: int, shown: str) -> Pair:
    there = date(2024, r.randint(3, 6), r.randint(1, 28))
    ways = (
        f"{there.year}年{there.month}月{there.day}日",
        f"{there.year}.{there.month}.{there.day}",
        f"{there.year}-{there.month:02d}-{there.day:02d}",
    )
    return ways[style], there


def period(r: Random, style: int, shown: str) -> Pair:
    first, last = date(2024, 5, r.randint(3, 12)), date(2024, 5, r.randint(13, 28))
    ways = (
        f"2024年5月{first.day}日至{last.day}日",
        f"2024年5月{first.day}日-5月{last.day}日",
        f"5月{first.day}日至{last.day}日",
    )
    return 2 * (ways[style],)


def month(r: Random, style: int, shown: str) -> Pair:
    year, m = r.randint(1962, 2014), r.randint(1, 12)
    return 2 * ((f"{year}年{m}月", f"{year}.{m:02d}", f"{year}-{m:02d}")[style],)


def phone(r: Random, style: int, shown: str) -> Pair:
    number = f"0595-{r.choice('2368')}{r.randint(0, 9999999):07d}"
    return (number, number, number.replace("-", " - ") if style == 2 else number)[style], number


def mobile(r: Random, style: int, shown: str) -> Pair:
    number = f"13{r.randint(0, 999999999):09d}"
    return (number, f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}")[
        style
    ], number


def email(r: Random, style: int, shown: str) -> Pair:
    return 2 * (
        f"{r.choice(('kepu', 'chenxy', 'lab', 'office'))}{r.randint(1, 999)}@example.{r.choice(('com', 'cn'))}",
    )


def count(r: Random, style: int, shown: str) -> Pair:
    number = r.randint(2, 900)
    return (str(number), f"{number}人" if "人" not in shown and style else str(number), str(number))[style], number


def number(r: Random, style: int, shown: str) -> Pair:
    return 2 * (str(r.randint(1, 400)),)


def money(r: Random, style: int, shown: str) -> Pair:
    n = r.randint(1, 30)
    return 2 * ((f"{n}.5", f"{n}万元", f"{n},000元")[style],)


def id_card(r: Random, style: int, shown: str) -> Pair:
    head = f"3505{r.randint(1, 99):02d}{r.randint(1965, 2013)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 999):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    whole = head + "10X98765432"[sum(int(a) * b for a, b in zip(head, weights, strict=True)) % 11]
    return (f"{whole[:6]} {whole[6:14]} {whole[14:]}" if style == 2 else whole), whole


def contact(r: Random, style: int, shown: str) -> Pair:
    name, number = facts.person(r), mobile(r, 0, "")[0]
    written = (f"{name} {number}", f"{name}，{number}", f"{name}\n{number}")[style]
    return written, written


def code(r: Random, style: int, shown: str) -> Pair:
    return 2 * (str(r.randint(10**7, 10**10)),)


def unit(r: Random, style: int, shown: str) -> Pair:
    name = facts.unit(r)
    return (f"{name} " if style == 2 else name), name


def long_text(r: Random, style: int, shown: str) -> Pair:
    parts = r.sample(LONG, 1 + r.randint(1, 2))
    text = "\n".join(parts) if style else "".join(parts)
    return text, text


def tick(r: Random, style: int, shown: str, most: int = 1) -> Pair:
    boxes = [match.start() for match in re.finditer("□", shown)]
    labels = [re.sub(r"^[A-H][.、]|[（(].*|[_＿:：]+$", "", part).strip() for part in re.split(r"□", shown)[1:]]
    last = len(labels) - 1 if re.search(r"其他|其它", labels[-1]) else len(labels)
    chosen = sorted(r.sample(range(last), min(r.randint(1, most), last)))
    mark = ("√", "☑", "■")[style]
    text = "".join(mark if i in [boxes[c] for c in chosen] else c for i, c in enumerate(shown))
    return text, tuple(labels[c] for c in chosen)


def letter_of(*options: str) -> Any:
    """The letter of one of the options that are printed below the question."""
    return lambda r, style, shown: r.choice(
        [(letter, (option,)) for letter, option in zip("ABCD", options, strict=False)]
    )


def unboxed(*codes: str) -> Any:
    """An option of a list without boxes: ticked in the list, by its words, or by the letter or number before it (*codes*)."""

    def write(r: Random, style: int, shown: str) -> Pair:
        at = r.randrange(len(codes))
        words = re.split("|".join(map(re.escape, codes)), shown)[at + 1].strip()
        return (shown.replace(words, f"{words}√", 1), words, codes[at].strip("."))[style], (words,)

    return write


LONG = [
    "围绕青少年科学素质提升，组织开展实验展演和主题讲座。",
    "一、前期宣传发动，二、现场互动体验，三、总结评估成效。",
    "近三年累计服务群众一万二千余人次，得到社会各界好评！",
    "作品采用太阳能供电，能自动识别垃圾种类；准确率达到95%以上。",
    "主要从事海洋生物科普工作，获评省级优秀科技辅导员。",
]
VALUES: dict[str, Any] = {
    "person": person,
    "unit": unit,
    "date": day,
    "period": period,
    "month": month,
    "phone": phone,
    "mobile": mobile,
    "email": email,
    "count": count,
    "number": number,
    "money": money,
    "idcard": id_card,
    "code": code,
    "contact": contact,
    "long": long_text,
    "tick": tick,
    "ticks": lambda r, style, shown: tick(r, style, shown, most=3),
    "sex": one_of("男", "女"),
    "nation": one_of("汉族", "回族", "畲族"),
    "post": one_of("科长", "主任", "副主任", "教师", "科员", "秘书长"),
    "title": one_of("高级教师", "工程师", "副研究员", "主治医师"),
    "degree": one_of("本科", "硕士研究生", "大专", "博士"),
    "politics": one_of("中共党员", "群众", "共青团员"),
    "school": one_of("泉州市第五中学", "晋江市实验小学", "惠安第一中学", "南安市国光中学"),
    "grade": one_of("三年级2班", "高一（3）班", "初二5班", "六年级"),
    "name": one_of(
        "智能垃圾分类箱", "小小气象员", "海洋塑料去哪儿了", "红砖厝里的科学", "会思考的路灯", "茶园病虫害绿色防控"
    ),
    "address": one_of("泉州市丰泽区东海大街1号", "晋江市青阳街道长兴路12号", "惠安县螺城镇建设大街88号"),
    "place": one_of("泉州市科技馆二楼报告厅", "学校操场", "社区党群服务中心"),
    "postcode": one_of("362000", "362200", "362100"),
    "field": one_of("生物学", "海洋科学", "人工智能", "环境保护"),
    "day_hour": one_of("11月4日14时", "5月9日9时"),
    "word": one_of("合格", "一等奖", "省级", "城东片区", "二组"),
    "url": one_of("https://example.com/v/12", "http://example.cn/kepu"),
    "sign": one_of("陈志明", "林美华"),
    "opinion": one_of("同意推荐。", "情况属实，同意申报。", "同意"),
    "remark": one_of("已参加去年活动", "需要投影仪", "团体"),
    "schooling": letter_of("小学及以下", "初中", "高中或中专"),
    "channel": letter_of("电视", "手机", "报纸"),
    "grades": lambda r, style, shown: ((shown.replace("良好", "良好√"), "良好", "√良好")[style], ("良好",)),
    "post_code": one_of("展教辅导员（2024003）", "讲解员（2）"),
    "wan": lambda r, style, shown: (("3.5", "3.5万", "3.5万元")[style], ("3.5", "3.5", "3.5万元")[style]),
    "reach": one_of("13900000000，kepu@example.com"),
    "letters": unboxed("A.", "B.", "C."),
    "times": unboxed("①", "②", "③"),
    "framed": lambda r, style, shown: (("【是】【否√】", ("否",)), ("【√是】【否】", ("是",)), ("不需要", ("否",)))[
        style
    ],
    "meeting": one_of("5月9日（星期四）上午9时30分"),
    "size": lambda r, style, shown: ((shown.replace("M", "M√"), "M", "√M")[style], ("M",)),
    "pair": lambda r, style, shown: ((shown.replace("不愿意", "不愿意√"), "不愿意", "√不愿意")[style], ("不愿意",)),
    "order": one_of("A、C、B", "CAB", "B＞A＞C"),
    "year": lambda r, style, shown: (f"{2022 + style}年", str(2022 + style)),
    "yes": lambda r, style, shown: (
        (("是", "是"), ("是√ / 否", "是"), ("是 / 否√", "否"))[style] if shown else one_of("是", "否")(r, style, shown)
    ),
}
