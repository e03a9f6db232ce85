"""Values into the places of a blank form, whatever its format: which cell or line gets which text. Nothing is written here.

Used to try a definition on its own blank (``campaign check``) and to print stored values on the office's form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Block, Cell, Document, Paragraph, Table
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.fields.collect import LONE_DAY, Collector
from bot.forms.labels.headers import Header
from bot.forms.labels.index import fields_of, members
from bot.forms.labels.places import Region, regions_of
from bot.forms.labels.raw import Found, Line, RawForm, covering
from bot.forms.labels.templates import filled_line, values_in
from bot.forms.learn.beside import heads_labels
from bot.forms.learn.printed import MEASURED, OR, SIGNER
from bot.forms.rows.entries import body_of, entries_header, tables_of
from bot.forms.values.tick_marks import EMPTIES

TICK = "☑"
STAMP = re.compile(r"章|签|年\s*月")
BOX = f"[{re.escape(EMPTIES)}]"
GAP = r"[\s_＿]*"
DATE_FRAME = re.compile(r"(?:20\d{0,2})?[ \t\u3000_＿]*年[\s_＿]*月[\s_＿]*日")
SPAN_FRAME = re.compile(
    r"(?:[ \u3000_＿]*[自从]?(?:20)?[ \u3000_＿]*年|[ \u3000_＿]{2,}月)[\s_＿年月日时分至到起止—~～-]*"
)
Where = tuple[int, int, int, int]  # table, row, column, paragraph
Texts = Mapping[str, str]
Ticked = Mapping[str, Sequence[str]]


class Filling(Struct, frozen=True):
    """*new* instead of *old* in a cell of table number ``table`` (from 1; ``row`` and ``col`` from 0), or in paragraph number ``paragraph``.

    ``copied``: the row that is printed for entries and is to be copied for this one, -1 for none.
    """

    old: str
    new: str
    table: int = 0
    row: int = -1
    col: int = -1
    paragraph: int = 0
    copied: int = -1


def fillings(
    blank: Document, definition: FormDefinition, texts: Texts, ticked: Ticked, entries: Sequence[Texts] = ()
) -> list[Filling]:
    """What is to be written where. *texts* and *ticked* (the labels of the chosen options) by field key; *entries* by column key."""
    regions = regions_of(blank)
    found = list(of_fields(blank, regions, definition, texts, ticked))
    done: dict[Where, Filling] = {}
    for one in found:
        where = (one.table, one.row, one.col, one.paragraph)
        done[where] = one
    return [*done.values(), *of_entries(regions, definition, entries)]


def of_fields(
    blank: Document, regions: Sequence[Region], definition: FormDefinition, texts: Texts, ticked: Ticked
) -> Iterator[Filling]:
    raw = labels_in(blank, regions, definition)
    written: dict[Where, str] = {}
    times: Counter[tuple[Where, str]] = Counter()
    for one in raw.found:
        if (
            (spec := definition.spec(one.target)) is not None
            and spec.kind == "choice"
            and ticked.get(spec.key)
            and not one.columns
        ):
            yield from ticks_below(one, spec, regions, ticked[spec.key], written)
            continue
        is_printed = bool(one.pieces and one.at) and squeeze(one.pieces[0].text) in squeezed(definition.printed)
        place = one.at if is_printed or not one.pieces else one.pieces[0].place
        if place is None:
            continue
        if one.columns:
            chosen = {squeeze(label) for label in ticked.get(one.target, ())}
            yield from (Filling("", TICK, at.table, at.row, at.col) for name, at in one.columns if name in chosen)
            continue
        where = (place.table, place.row, place.col, place.paragraph)
        old = text_at(regions, where)
        spec = definition.spec(one.target)
        beside = beside_label(regions, one, where, old, squeeze(spec.hint) if spec else "")
        if beside is not None:
            where, old = beside, text_at(regions, beside) or ""
        if old is None or (beside is None and heads(regions, where)):
            continue
        now = written.get(where, old)
        nth = times[where, one.label]  # «教练员1：  电话：  教练员2：  电话：»
        times[where, one.label] += 1
        new = filled_line(now, definition, texts) if definition.lines else now
        new = (
            new
            if new != now or (where in written and values_in(now, definition))
            else filled_text(
                now,
                one,
                definition,
                texts,
                is_whole=beside is not None or (bool(one.pieces and place.table) and one.pieces[0].text == old),
                nth=nth,
            )
        )
        if new != now:
            written[where] = new
            yield Filling(old, new, *where)


def labels_in(blank: Document, regions: Sequence[Region], definition: FormDefinition) -> RawForm:
    """Every label of the blank form with the place of its value; one form, however often a label comes."""
    collector = Collector(definition.model_copy(update={"anchor_times": 9, "printed": (), "closings": ()}))
    for at, region in enumerate(regions):
        if isinstance(region.block, Paragraph):
            collector.paragraphs([Line(line, region.place, None, at) for line in region.block.text.split("\n")])
        elif definition.layout == "rows":
            header = header_in(region.block, definition)
            cells = region.block.cells
            own = {} if header is None else covering(cells)
            last = max(body_of(own, header, definition), default=header.last) if header else -1
            kept = cells if header is None else [c for c in cells if c.row < header.first or c.row > last]
            if header is not None:
                top = [c for c in cells if header.first <= c.row <= header.last]
                summed = collector.crossed([*top, *(c for c in cells if c.row > last)], region)
                kept = [c for c in kept if id(c) not in summed]
            collector.table(replace(region.block, cells=tuple(kept)), region)
        else:
            collector.table(region.block, region)
    first = collector.forms[0]
    for form in collector.forms[1:]:
        for found in form.found:
            first.put(found)
    return first


def text_at(regions: Sequence[Region], where: Where) -> str | None:
    table, row, col, paragraph = where
    for region in regions:
        block = region.block
        if isinstance(block, Table) and table and region.place.table == table:
            return next((cell.text for cell in block.cells if cell.place == (row, col)), "")
        if isinstance(block, Paragraph) and paragraph and region.place.paragraph == paragraph:
            return block.text
    return None


def beside_label(regions: Sequence[Region], found: Found, where: Where, old: str | None, hint: str) -> Where | None:
    """The cell that is empty, or holds the *hint* alone, to the right of a label that has its row to itself, or below one in a row of labels."""
    name = squeeze(found.label)
    if not where[0] or old is None or not name or squeeze(old) != name or name.endswith(":"):
        return None
    for region in regions:
        if isinstance(region.block, Table) and region.place.table == where[0]:
            own = next((c for c in region.block.cells if c.place == where[1:3]), None)
            end = own.col + own.colspan if own else -1
            right = next((c for c in region.block.cells if own and c.row == own.row and c.col == end), None)
            below = next(
                (c for c in region.block.cells if own and c.col == own.col and c.row == own.row + own.rowspan), None
            )
            free = [c for c in (right, below) if c is not None and squeeze(c.text) in ("", hint)]
            place = next(iter(free), None)
            return (where[0], *place.place, 0) if place else None
    return None


def ticks_below(
    found: Found, spec: FieldSpec, regions: Sequence[Region], chosen: Sequence[str], written: dict[Where, str]
) -> Iterator[Filling]:
    """The ticks of a list of options, wherever its lines stand; a letter in the brackets of the question where the options have no boxes."""
    places = [piece.place for piece in found.pieces] or ([found.at] if found.at else [])
    for place in dict.fromkeys((p.table, p.row, p.col, p.paragraph) for p in places):
        old = text_at(regions, place)
        if old is None:
            continue
        now = written.get(place, old)
        letters = [letter for letter, one in zip("ABCDEFGH", spec.choices, strict=False) if one.label in chosen]
        new = with_ticks(now, chosen, is_list=bool(place[0]) or squeeze(spec.label) in squeeze(now))
        if new == now and not place[0] and letters and squeeze(spec.label) in squeeze(old):
            new = re.sub(r"([（(])[\s_＿]*([)）])", rf"\g<1>{'、'.join(letters)}\g<2>", old, count=1)
        if new != now:
            written[place] = new
            yield Filling(old, new, *place)


def heads(regions: Sequence[Region], where: Where) -> bool:
    """A label that reaches down along labels of lower height: the place of its value is somewhere else."""
    table = next(
        (r.block for r in regions if isinstance(r.block, Table) and where[0] and r.place.table == where[0]), None
    )
    cell = next((c for c in table.cells if c.place == where[1:3]), None) if table else None
    return table is not None and cell is not None and cell.rowspan > 1 and heads_labels(cell, covering(table.cells))


def filled_text(old: str, found: Found, definition: FormDefinition, texts: Texts, *, is_whole: bool, nth: int) -> str:
    """*old* with the values of the label that was found there, but ticks."""
    keys = members(found.target)
    if keys:
        for spec in (spec for key in keys if (spec := definition.spec(key)) and texts.get(key)):
            words = "|".join(re.escape(word) for word in sorted((*spec.names, *spec.inline), key=len, reverse=True))
            old = put_behind(rf"(?:{words})", rf"{GAP}(?!\d)", f" {texts[spec.key]} ", old)
        return old
    spec = definition.spec(found.target)
    if spec is None or spec.kind == "choice":
        return old
    value = texts.get(spec.key, "")
    *above, last = old.split("\n")
    if value and not is_whole and above and STAMP.search(last) and squeeze(found.label) not in squeeze(old):
        # Below what is asked beside the opinion, above its signature.
        above = [line for line in above if line.strip()]
        return with_signature("\n".join([*above, value, last]), spec, definition, texts)
    printed, old = old, with_signature(old, spec, definition, texts)
    if not value:
        return old
    if is_whole and old != printed and LONE_DAY.fullmatch(old):
        return f"{value}\n{old.strip()}"  # who signed or what was said, above its day
    if is_whole:
        if is_blank(re.sub(r"[\W_\d自至到年月日时分]", "", old)) or OR.fullmatch(squeeze(old)):
            return value
        if squeeze(old) == squeeze(spec.hint) and not STAMP.search(old):
            return value
        if MEASURED.fullmatch(old):
            return re.sub(r"^[\s_＿]+", value, old)
        return f"{value}\n{old}"
    if not found.label:
        return old
    _, _, rest = old.partition(found.label)
    if not found.label.rstrip().endswith(("：", ":")) and re.fullmatch(r"\s*(?:[（(][^（）()]*[)）])?\s*", rest):
        return f"{old}\n{value}"  # «1.项目背景（限300字）», with its text below it in the same frame
    return behind_label(old, found.label, value, nth)


def with_signature(old: str, opinion: FieldSpec, definition: FormDefinition, texts: Texts) -> str:
    """What is printed below an opinion, signed and dated."""
    for spec in (spec for spec in definition.field if spec.of == opinion.key and texts.get(spec.key)):
        if spec.kind == "text":
            n = int(spec.label[-2])  # «1.    2.    3.»
            old = re.sub(
                rf"((?:^|(?<=\s)){n}[)）.、．]|{'①②③④⑤⑥⑦⑧⑨'[n - 1]})[ \u3000_＿]*",
                rf"\g<1>{texts[spec.key]}  ",
                old,
                count=1,
            )
        elif spec.kind == "date":
            old = DATE_FRAME.sub(texts[spec.key], old, count=1)
        else:
            old = re.sub(
                rf"(签\s*[字名]人?\s*(?:[（(]盖章[)）])?\s*[)）]?\s*[:：]?|{SIGNER.pattern})[ \u3000_＿]*",
                rf"\g<1>{texts[spec.key]} ",
                old,
                count=1,
            )
    return old


def behind_label(old: str, label: str, value: str, nth: int = 0) -> str:
    """*value* behind the label in a line, where it stands there the *nth* time; the line to write on, or the frame of a date, makes room."""
    places = list(re.finditer(rf"(?<![\u4e00-\u9fff]){re.escape(label)}", old)) or list(
        re.finditer(re.escape(label), old)
    )
    if not places:
        return old
    end = places[min(nth, len(places) - 1)].end()
    if (answer := re.compile(r"\s*[（(](?P<gap>[ \t\u3000]+)[)）]").match(old, end)) is not None:
        return f"{old[: answer.start('gap')]} {value} {old[answer.end('gap') :]}"  # «有无病史：（    ）»
    frame = DATE_FRAME.match(old, end) or SPAN_FRAME.match(old, end) or re.compile(r"[_＿]+|[ \u3000]*").match(old, end)
    rest = old[frame.end() if frame else end :]
    return f"{old[:end]}{value}{'  ' if rest and not rest[0].isspace() else ''}{rest}"


def with_ticks(old: str, chosen: Sequence[str], *, is_list: bool = False) -> str:
    """The boxes of the chosen options ticked, in a list without boxes (*is_list*) a tick behind each; what was noted («其他：…») behind its option."""
    for text in chosen:
        label, _, note = text.partition("：")
        letters = r"\s*".join(map(re.escape, label))
        box = re.search(rf"(?P<box>{BOX}|[(（【\[]\s+[)）】\]])(?=\s*(?:[A-H][.、．)）])?\s*{letters})", old)
        box = box or re.search(rf"{letters}\s?(?P<box>{BOX}|[(（【\[]\s+[)）】\]])", old)
        if box:
            tick = TICK if len(box["box"]) == 1 else "（√）"
            old = f"{old[: box.start('box')]}{tick}{old[box.end('box') :]}"
            old = with_note(old, box.start("box"), letters, note) if note else old
        elif is_list and not re.search(BOX, old):
            bare = rf"(?:^|(?<=[\s：:①-⑩【.、．)）/]))({letters})(?=[\s①-⑩】/，,；;]|$)"
            old = re.sub(bare, r"\1√", old, count=1)
    return old


def with_note(old: str, at: int, letters: str, note: str) -> str:
    """*note* in the gap that is printed for it («是，面积约____平方米»), else behind the option that was ticked at *at*."""
    following = re.compile(BOX).search(old, at + 1)
    end = following.start() if following else len(old)
    gap = re.compile(r"[_＿]{2,}|(?<=[（(:：])[ \u3000]+(?=[)）])").search(old, at, end)
    if gap is None:
        return put_behind(rf"(?:{TICK}|（√）)\s*{letters}|{letters}\s?{TICK}", "", f"：{note}", old)
    printed = re.match(r"[\u4e00-\u9fff㎡]*", old[gap.end() : end])
    return f"{old[: gap.start()]}{note.removesuffix(printed[0] if printed else '')}{old[gap.end() :]}"


def put_behind(pattern: str, instead: str, text: str, old: str) -> str:
    """*old* with *text* behind the first match of *pattern*, in the place of *instead*."""
    found = re.search(f"({pattern}){instead}", old)
    return f"{old[: found.end(1)]}{text}{old[found.end() :]}" if found else old


# -- entries -----------------------------------------------------------------------------------------------


def header_in(table: Table, definition: FormDefinition) -> Header | None:
    cover = covering(table.cells)
    whole = entries_header(cover, table.n_cols, definition)
    return whole or entries_header(cover, table.n_cols, definition, titled=True)


def fullest(regions: Sequence[Region], definition: FormDefinition) -> tuple[Region, Table, Header] | None:
    """The table with most of the columns: another form of the document may share some."""
    found = [
        (region, region.block, header)
        for region in regions
        if isinstance(region.block, Table) and (header := header_in(region.block, definition))
    ]
    return max(found, key=lambda one: len(one[2].targets), default=None)


def of_entries(regions: Sequence[Region], definition: FormDefinition, entries: Sequence[Texts]) -> Iterator[Filling]:
    """Each entry in the next row below the header of its table; the last printed row is copied where there are more."""
    tables = [definition] if definition.layout == "rows" else list(tables_of(definition))
    for one in tables:
        keys = {spec.key for spec in one.column}
        own = [entry for entry in entries if keys & {key for key, text in entry.items() if text}]
        place = fullest(regions, one)
        if own and place is not None:
            yield from of_table(*place, definition, own)


def of_table(
    region: Region, table: Table, header: Header, definition: FormDefinition, entries: Sequence[Texts]
) -> Iterator[Filling]:
    cover = covering(table.cells)
    free = [row for row in body_of(cover, header, definition) if is_free(cover[row], row)]
    starts = {min(col for col, t in header.columns.items() if t == target): target for target in header.targets}
    last = free[-1] if free else header.last
    for i, entry in enumerate(entries):
        row = free[i] if i < len(free) else last + 1 + i - len(free)
        copied = -1 if i < len(free) else last
        cells = dict(starts)
        if header.number >= 0:
            yield Filling("", str(i + 1), region.place.table, row, header.number, copied=copied)
        for col, target in sorted(cells.items()):
            keys = fields_of(target)
            text = " ".join(entry[key] for key in keys if entry.get(key))
            if text:
                yield Filling("", text, region.place.table, row, col, copied=copied)


def is_free(cells: Sequence[Cell], row: int) -> bool:
    return all(is_blank(c.text) or re.fullmatch(r"\s*(?:\d{1,3}|[.…]+)\s*", c.text) for c in cells if c.row == row)


# -- tried on a document ----------------------------------------------------------------------------------------


def filled_document(blank: Document, todo: Sequence[Filling]) -> Document:
    """*blank* with *todo* written into it, as a clerk would send it back."""
    cells = {(one.table, one.row, one.col): one.new for one in todo if one.table}
    lines = {one.paragraph: one.new for one in todo if one.paragraph}
    tables = paragraphs = 0
    blocks: list[Block] = []
    for block in blank.blocks:
        if isinstance(block, Paragraph):
            paragraphs += 1
            blocks.append(replace(block, text=lines.get(paragraphs, block.text)))
            continue
        tables += 1
        own = {(row, col): text for (table, row, col), text in cells.items() if table == tables}
        kept = [replace(cell, text=own.pop(cell.place, cell.text)) for cell in block.cells]
        kept += [Cell(row, col, text) for (row, col), text in own.items()]
        blocks.append(replace(block, cells=tuple(sorted(kept, key=lambda cell: (cell.row, cell.col)))))
    return replace(blank, blocks=tuple(blocks))


def said_text(spec: FieldSpec, value: object) -> str:
    """A stored value (plain JSON) as it is written into a form."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", str(value)) if spec.kind == "date" else None
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else str(value)
