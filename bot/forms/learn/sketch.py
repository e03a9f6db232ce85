"""What a blank form prints: its labels with what stands in their values' places, its tables for entries, and the words that are neither. Nothing is guessed here.

A label is a short cell with a place for its value to the right (or below, in a row of nothing but labels), the words before a colon or
a line to write on. A row of labels above empty rows (or above nothing) is the header of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell, Document, Paragraph, Table
from bot.forms.labels.raw import covering
from bot.forms.learn.beside import heads_labels, measures, nearest_of, party_above, place_of
from bot.forms.learn.crossed import NOTHING, Crossed, crossed_rows, is_heading_row, labels_of, tall_rows
from bot.forms.learn.headers import Header, begins_sample, headers_of, is_sample
from bot.forms.learn.inside import (
    beside_opinion,
    beside_options,
    inside,
    is_hint,
    is_pledged,
    is_signing,
    is_starred,
    lone_day,
    signing_of,
)
from bot.forms.learn.lines import (
    HEADING,
    NUMBERED_HEADING,
    counted_in,
    is_period,
    is_title,
    read_line,
    read_period,
    read_title,
)
from bot.forms.learn.model import Entries, Found, Sketch
from bot.forms.learn.printed import (
    LONGEST_LABEL,
    OPINION,
    YEAR,
    clean,
    counted_phrases,
    is_label,
    is_picture,
    is_value_place,
    labelled_pieces,
    labels_all,
    note_of,
    options_in,
    signed_with,
)
from bot.forms.learn.sentences import parts_of, sentence_in, without
from bot.forms.learn.sheets import ANNEX, starts_anew

SHORT = 4  # characters of a label
SIGNED = re.compile(
    r"[（(]?\s*(?:签\s*[字名章]|[盖公]\s*章)|^[\s_＿]*(?:20\d{0,2})?[\s_＿]*年[\s_＿]*月[\s_＿]*日[\s_＿]*$|(?:负责人|领导|校长|院长|主任|经办人|代表人?)\s*[:：]"
)
PLEDGE = re.compile(r"承\s*诺|声\s*明")


def sketches_of(document: Document) -> list[Sketch]:
    """Each form of the document: a new one begins where a line says «附件2»; what stands in several tables is one form."""
    found = [Sketch()]
    has_table = any(document.tables())
    above = ""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for line in block.text.split("\n"):
                above = line if line.strip() else above
                if ANNEX.fullmatch(line.strip()) and found[-1].labels:
                    found.append(Sketch())
                else:
                    read_line(line, found[-1], framed=has_table)
        else:
            if starts_anew(block, found[-1]):
                found.append(Sketch())
            read_table(block, found[-1], above)
            above = ""
    return [sketch for sketch in found if sketch.labels > 1]


def read_table(table: Table, sketch: Sketch, above: str = "") -> None:
    cover = covering(table.cells)
    headers = headers_of(cover, table.n_cols)
    taken: dict[int, Header] = {row: header for header in headers for row in header.rows}
    crossed = crossed_rows(cover, table.n_cols, headers)
    numbered = NUMBERED_HEADING.match(above.strip()) and len(squeeze(above)) <= LONGEST_LABEL + 10
    heading, lone = clean(HEADING.sub("", above.strip())) if numbered else "", ""
    if headers and headers[0].first == min(cover) and (asked := sketch.given_back(above)):
        heading = asked
    of_heads = {row for one in crossed.values() for row in one.head_rows}
    tall = tall_rows(cover)
    of_tall = {place for rows in tall.values() for one in rows for place in one.places}
    for number in sorted(cover):
        below, lone = lone, ""
        if number in of_heads:
            continue
        if number in crossed:
            sketch.inner += crossed_in(crossed[number], number, cover, sketch)
            continue
        header = taken.get(number)
        if header is not None:
            read_header(header, number, cover, heading, sketch)
            continue
        for one in tall.get(number, ()):
            sketch.inner += crossed_in(one, number, cover, sketch)
        row = [cell for cell in cover[number] if cell.row == number and cell.place not in of_tall]
        filled = [cell for cell in row if not is_blank(cell.text) or is_period(cell.text)]
        if (
            numbered
            and len(table.cells) == 1
            and is_content_place(row[0].text)
            and not inside(row[0].text, declared=True)
        ):
            # «四、工作计划» above an empty frame.
            sketch.texts = [text for text in sketch.texts if clean(HEADING.sub("", text)) != heading]
            sketch.inner.append(Found(heading, row[0].text, below=bool(sketch.tables), is_long=True))
            continue
        if table.n_cols == 1 and len(row) == 1 and is_own_content(row[0].text):
            sketch.inner.append(Found(clean(row[0].text), is_long=True, below=bool(sketch.tables)))
            continue
        if (
            below
            and len(row) == 1
            and row[0].colspan >= table.n_cols
            and is_content_place(row[0].text)
            and not is_pledged(row[0].text)
        ):
            # «一、基地概况», and the place for it in the row below.
            sketch.texts = [text for text in sketch.texts if clean(HEADING.sub("", text)) != below]
            content = Found(below, row[0].text, below=bool(sketch.tables), is_long=True)
            sketch.inner += [content, *signing_of(content, row[0].text)]
            continue
        alone = len(filled) == 1 and filled[0] is row[0] and len(row) == len(cover[number])
        alone = alone and not any(NOTHING.fullmatch(cell.text) for cell in row)
        if is_heading_row(row, number, table.n_cols) and not alone:
            sketch.says(row[0].text)
            heading = clean(HEADING.sub("", row[0].text.strip()))
            continue
        if alone and (fills(row[0], table) if len(row) == 1 else is_heading(row[0], sketch) or inside(row[0].text)):
            heading = read_lone(row[0], sketch, heading)
            is_own = clean(HEADING.sub("", row[0].text.strip())) == heading and not ANNEX.fullmatch(row[0].text.strip())
            lone = heading if is_own else ""
            continue
        sketch.inner += cells_in(row, number, cover, table.n_cols, sketch, heading)
    for inner in (one for cell in table.cells for one in cell.nested):
        if headers_of(covering(inner.cells), inner.n_cols):
            read_table(inner, sketch)  # «论文著作 | ‹题目 | 刊物 | 排名›»


def read_header(header: Header, number: int, cover: Mapping[int, Sequence[Cell]], heading: str, sketch: Sketch) -> None:
    """One row of a table for entries."""
    own = [cell for cell in cover[number] if cell.row == number and not is_blank(cell.text)]
    if number in header.rows[header.deep :] and is_sample(own):
        sketch.samples += begins_sample(own)
    if number == header.first:
        columns = [
            Found(
                name,
                header.printed.get(name, ""),
                starred=starred,
                is_given=name in header.given,
                begun=header.begun.get(name, ()),
            )
            for name, starred in header.columns
        ]
        known = [{one.label for one in each.columns} for each in sketch.tables]
        if {one.label for one in columns} not in known:
            sketch.tables.append(Entries(heading, columns))


def is_heading(cell: Cell, sketch: Sketch) -> bool:
    """The title with an empty cell beside it; below the first labels such words are a label («物资清单»)."""
    return is_title(cell.text) and not sketch.labels


def crossed_in(row: Crossed, number: int, cover: Mapping[int, Sequence[Cell]], sketch: Sketch) -> Iterator[Found]:
    """A field for each place of the row."""
    words = clean(row.label.text)
    at_left = [clean(c.text) for c in cover[number] if c.col < row.label.col and c.rowspan > 1 and is_label(c.text)]
    yield from (replace(one, below=bool(sketch.tables)) for cell in row.beside for one in inside(cell.text))
    hint = " ".join(cell.text.strip() for cell in row.measures if not re.search(r"\d", cell.text))
    measure = note_of(row.label.text)
    if row.grades:
        # Under a day somebody may write what is to be («星期一 | 显微镜»).
        options = " ".join(f"□{name}____" if re.match("星期|周", name) else f"□{name}" for name in row.grades)
        yield Found(words, options, section=at_left[-1] if at_left else "", below=bool(sketch.tables), across=True)
    cols = [col for name, col in row.heads if name not in row.grades]
    for col, (label, under) in zip(cols, labels_of(row), strict=True):
        printed = next((c.text.strip() for c in cover[number] if c.col <= col < c.col + c.colspan), "")
        yield Found(
            label,
            section=at_left[-1] if at_left else "",
            below=bool(sketch.tables),
            words=words,
            hint=hint or (printed if printed.startswith(("（", "(")) else ""),  # «（公章）»
            under=under,
            measure=measure,
        )


def is_own_content(text: str) -> bool:
    """«1.项目背景与必要性（限300字）»: a label in a frame of its own, with its content to be written below it in the same cell."""
    line = text.strip()
    return (
        bool(NUMBERED_HEADING.match(line))
        and "\n" not in line
        and is_label(clean(line))
        and bool(re.search(r"[)）]$|^\d", line))
    )


def is_content_place(text: str) -> bool:
    return is_value_place(text) or (is_hint(text) and not is_label(text) and not is_title(text))


def fills(cell: Cell, table: Table) -> bool:
    """It is the whole row; in a sheet a line may stand in its first cell alone."""
    return cell.col == 0 and (cell.colspan >= table.n_cols or (bool(table.name) and not is_label(cell.text)))


def read_lone(cell: Cell, sketch: Sketch, heading: str) -> str:
    """A row of one cell: the title, the heading of a section, labels one after another, or words. Returns the heading that holds from here on."""
    text = cell.text
    if is_period(text):
        # «（2024年第__季度）» below the title.
        read_period(text, sketch)
        return heading
    if inner := inside(text) or inside(text, declared=True):
        for line in text.split("\n") if not inside(text) else ():
            if not labelled_pieces(line):
                sketch.says(line)
        sketch.inner += [replace(one, below=bool(sketch.tables)) for one in inner]
        return heading
    if is_title(text) and not sketch.labels:
        if not sketch.title:
            read_title(text, sketch)
        return heading
    if gaps := counted_in(text, sketch):
        sketch.inner += [replace(one, below=bool(sketch.tables)) for one in gaps]
    elif not ANNEX.fullmatch(text.strip()):
        sketch.says(text)
    is_heading = len(squeeze(text)) <= LONGEST_LABEL and not re.search(r"[。；]|[：:].*\d", text)
    return clean(HEADING.sub("", text.strip())) if is_heading else heading


def cells_in(
    row: Sequence[Cell], number: int, cover: Mapping[int, Sequence[Cell]], n_cols: int, sketch: Sketch, heading: str
) -> Iterator[Found]:
    """The labels of one row: each with its value's place to the right, or (in a row of labels alone) below."""
    # A cell that reaches down along the labels of several rows says whose they are.
    at_left = [c for c in cover[number] if c.rowspan > 1 and is_label(c.text) and heads_labels(c, cover)]
    section = clean(at_left[-1].text) if at_left else heading
    used = {id(cell) for cell in at_left}
    at_side = set(used)
    before, is_headed = "", False
    for i, cell in enumerate(row):
        if id(cell) not in used and is_period(cell.text):
            read_period(cell.text, sketch)
            continue
        if id(cell) in used or (is_blank(cell.text) and not options_in(cell.text)):
            continue
        section = nearest_of(at_left, cell) or section
        if (whose := party_above(cell, number, row, cover)) and (
            of_party := inside(cell.text, declared=True) or lone_day(cell.text)
        ):
            yield from (replace(one, section=whose, below=bool(sketch.tables)) for one in of_party)
            continue
        own = Found(clean(cell.text), "", False, whose or section, is_starred(cell.text), bool(sketch.tables), before)
        own.measure = note_of(cell.text)
        is_year = is_headed and bool(YEAR.fullmatch(squeeze(cell.text)))  # «近三年场次 | 2021年 | … | 2022年 | …»
        if not (is_label(cell.text) or is_year) or is_picture(cell.text):
            if is_picture(cell.text):
                sketch.others.append(own.label)
            inner = inside(cell.text) or (inside(cell.text, declared=True) if len(row) > 1 else [])
            inner = inner or counted_in(cell.text, sketch)
            yield from (replace(one, section=section, below=own.below) for one in inner)
            if not inner and not is_value_place(cell.text):
                sketch.says(cell.text)
            continue
        place = place_of(cell, i, row, number, cover, n_cols, [c for c in row if id(c) not in at_side])
        if place is None:
            # It heads the labels that follow in its row («申报单位 | 名称 | … | 地址 | …»).
            sketch.others.append(own.label)
            section, is_headed = own.label, True
            continue
        beside, printed = place
        used.update({id(beside)} if beside else ())
        measure = measures(row[i + 1 :], n_cols)
        if measure:
            used.update(id(one) for one in measure)
            yield replace(own, hint=" ".join(one.text.strip() for one in measure))
            continue
        within, printed = sentences_within(own, printed, sketch)
        yield from within
        listed = lists_in(printed) if within else []
        if listed or (within and not options_in(printed) and not signed_with(cell.text, printed)):
            sketch.others += [own.label] if all(one.is_within for one in within) else []
            yield from (replace(one, section=own.label, below=own.below, is_within=True) for one in listed)
            continue
        is_labelled = labels_all(printed)
        inner = (
            inside(printed) if is_labelled or not (OPINION.search(squeeze(cell.text)) or options_in(printed)) else []
        )
        # «我自愿参加。  签名：», «双方签名 | 甲方：____ | 乙方：____»
        is_said = PLEDGE.search(cell.text) or re.search("[。；]", printed) or all_signed(row[i + 1 :])
        if not inner and is_said and not is_value_place(printed):
            inner = inside(printed, declared=True)
        if inner:
            sketch.others.append(own.label)
            yield from (replace(one, section=own.label, below=own.below, is_within=True) for one in inner)
            continue
        asked, printed = beside_opinion(own.label, printed)
        if (
            asked
            or is_value_place(printed)
            or is_period(printed)
            or is_hint(printed)
            or (signed_with(cell.text, printed) and is_signing(printed))
        ):
            before = before or own.label
            if is_headed and (is_year or len(own.label) <= SHORT) and section not in own.label:
                # «领队 | 姓名 | … | 电话 | …»: by itself it would not be understood.
                own = replace(own, label=f"{section}{own.label}", words=own.label)
            yield replace(own, printed="" if asked else printed, is_long=own.is_long or bool(asked))
            yield from (
                replace(one, section=own.label, below=own.below, is_within=True)
                for one in (*asked, *beside_options(printed))
            )
            yield from signing_of(own, printed)
        else:
            # What is to stand there is printed already: a declaration, the office's own words.
            sketch.others.append(own.label)
            sketch.says(printed)


def lists_in(printed: str) -> list[Found]:
    """«是否收费：□免费 □收费», a line of its own below sentences with gaps."""
    lines = [(line, labelled_pieces(line)) for line in printed.split("\n")]
    own = [pieces for line, pieces in lines if pieces and squeeze(line).startswith(squeeze(pieces[0].label))]
    pieces = [piece for one in own for piece in one]
    return [Found(piece.label, piece.printed) for piece in pieces] if all(options_in(p.printed) for p in pieces) else []


def all_signed(cells: Sequence[Cell]) -> bool:
    """Several cells side by side, each a label and the place of a day."""
    return len(cells) > 1 and all(any(one.of for one in inside(cell.text)) for cell in cells)


def sentences_within(own: Found, printed: str, sketch: Sketch) -> tuple[list[Found], str]:
    """The gaps of the sentences in one cell, but what an opinion is signed with; and what is printed there without them."""
    found: list[Found] = []
    lines: list[str] = []
    for line in printed.split("\n"):
        gaps = sentence_in(line, own.label) if not SIGNED.search(line) else []
        counted = [phrase.words for phrase in counted_phrases(printed)]
        is_own = len(gaps) == 1 and gaps[0].label == own.label
        if gaps and not is_own and counted != [gap.label for gap in gaps]:
            sketch.lines.append(parts_of(line, gaps))
            found += [
                replace(
                    own,
                    label=gap.label,
                    printed=gap.printed,
                    section=own.label,
                    is_within=gap.label != own.label,
                    starred=own.starred and gap.label == own.label,
                )
                for gap in gaps
            ]
            line = without(line, gaps)
        lines.append(line)
    return found, "\n".join(lines)
