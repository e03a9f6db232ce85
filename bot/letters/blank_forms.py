"""The blank official forms as .docx, drawn from the form definitions so that next year's labels need no second source.

``python -m bot.letters.blank_forms templates/blank`` writes the files that ``templates/blank/`` holds. The same
definition always gives the same bytes: the date inside of the archive is fixed.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from bot.base.clean import xml_text
from bot.forms.definitions import FieldSpec, FormDefinition, GroupSpec, load_definitions

# What official documents are set in (GB/T 9704-2012), and what stands in where an office has not installed it.
TITLE_FONT, BODY_FONT, MARK_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
FALLBACKS = {TITLE_FONT: "宋体,SimSun,STSong", BODY_FONT: "仿宋,FangSong,STFangsong", MARK_FONT: "SimHei,STHeiti"}
SHORT_KINDS = {"person", "phone", "mobile", "email", "date", "daterange"}
FIXED_TIME = (2023, 8, 1, 0, 0, 0)
EMPTY_ROWS = 8
COLUMN_WIDTHS = {"person": 2.2, "phone": 3.6, "daterange": 4.0, "text": 4.6, "unit": 4.6}  # cm
WHITE_SPACE = "\N{NO-BREAK SPACE}"

Row = tuple[FieldSpec, ...] | GroupSpec


def blank_form(definition: FormDefinition, annex: str = "") -> bytes:
    """The blank form of *definition* (layout ``fields`` or ``rows``) as a .docx file.

    ``annex`` («附件1») is printed above the title. ValueError for ``prose``, which has no form.
    """
    if definition.layout == "prose":
        raise ValueError(f"{definition.name} has no printed form")
    document = begun(definition, outside_line(definition), annex)
    if definition.layout == "rows":
        draw_rows(document, definition)
    else:
        draw_fields(document, definition)
    return with_fixed_time(document)


def begun(definition: FormDefinition, above: str, annex: str) -> Any:
    """A new document with annex, title and what stands *above* the table."""
    wide = definition.layout == "rows"
    document = new_document()
    page(document, landscape=wide)
    if annex:
        paragraph(document, annex, MARK_FONT, 16)
    title = definition.title or definition.label
    width = 25 if wide else 16  # cm that a title of one line may take
    size = max(16, min(22, width * 28.35 // max(len(title), 1)))
    paragraph(document, title, TITLE_FONT, size, centre=True, space=Pt(12))
    paragraph(document, above, BODY_FONT, 14, space=Pt(4))
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = title
    return document


def page(document: Any, *, landscape: bool) -> None:
    section = document.sections[0]
    short, long = Cm(21), Cm(29.7)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = Cm(2.2 if landscape else 2.5)
    section.top_margin = section.bottom_margin = Cm(2.0)
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    style.paragraph_format.space_after = Pt(0)
    name_fallbacks(document)


def name_fallbacks(document: Any) -> None:
    """Other names for each font (``w:altName``), which Word and WPS try where the first is not installed."""
    part = next(p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def paragraph(
    place: Any, text: str, font: str = BODY_FONT, size: float = 14, *, centre: bool = False, space: Any = None
) -> Any:
    """A new paragraph in *place* (document or cell); a cell's own first empty paragraph is used first."""
    first = place.paragraphs[0] if hasattr(place, "_tc") and not place.text else None
    made = first if first is not None else place.add_paragraph()
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.LEFT
    if space is not None:
        made.paragraph_format.space_after = space
    run = made.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)
    return made


def outside_line(definition: FormDefinition) -> str:
    """What stands above the table: «填报单位：        填报日期：   年  月  日»."""
    said = []
    for spec in (s for s in definition.field if s.outside):
        stamp = "（章）" if definition.layout == "rows" and spec.kind == "unit" else ""
        blank = "   年  月  日" if spec.kind == "date" else " " * 27
        said.append(f"{spec.label}{stamp}：{blank}")
    return "".join(said).replace(" ", WHITE_SPACE)


def printed_rows(definition: FormDefinition) -> Iterator[Row]:
    """The fields as rows: short ones side by side, a printed group («参与人数») in place of its fields."""
    groups = {key: group for group in definition.group if group.printed for key in group.keys}
    waiting: FieldSpec | None = None
    done: set[str] = set()
    for spec in (s for s in definition.field if not s.outside):
        group = groups.get(spec.key)
        pairs = group is None and (spec.kind in SHORT_KINDS or (waiting is not None and spec.kind == "text"))
        if waiting is not None and pairs:
            yield (waiting, spec)
            waiting = None
            continue
        if waiting is not None:
            yield (waiting,)
            waiting = None
        if pairs:
            waiting = spec
        elif group is None:
            yield (spec,)
        elif group.label not in done:
            done.add(group.label)
            yield group
    if waiting is not None:
        yield (waiting,)


def draw_fields(document: Any, definition: FormDefinition, texts: Mapping[str, str] | None = None) -> None:
    """The table of labels; *texts*: what stands beside them by field key, else it is to be filled in by hand."""
    rows = list(printed_rows(definition))
    table = new_table(document, len(rows), (2.6, 5.4, 2.6, 5.4))
    for row, printed in zip(table.rows, rows, strict=True):
        cells = row.cells
        if not isinstance(printed, GroupSpec) and len(printed) == 2:
            for at, spec in enumerate(printed):
                label_cell(cells[2 * at], spec.label)
                write(cells[2 * at + 1], texts[spec.key] if texts else "")
            height(row, 1.3)
            continue
        wide = cells[1].merge(cells[3])
        if isinstance(printed, GroupSpec):
            label_cell(cells[0], printed.label)
            write(wide, group_line(definition, printed, texts))
            height(row, 1.3)
            continue
        spec = printed[0]
        label_cell(cells[0], spec.label, narrow=spec.kind == "longtext")
        if texts:
            write(wide, texts[spec.key])
        elif spec.kind == "choice":
            for line in choice_lines(spec):
                paragraph(wide, line, size=12).paragraph_format.line_spacing = 1.3
        if texts and spec.kind == "longtext":
            wide.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
        height(row, {"longtext": 8.5, "choice": 2.1}.get(spec.kind, 1.3))


def group_line(definition: FormDefinition, group: GroupSpec, texts: Mapping[str, str] | None) -> str:
    """«预计公众参与活动人数 500 人，组织工作人员 20 人。»"""
    specs = [spec for key in group.keys if (spec := definition.spec(key)) is not None]
    gaps = {spec.key: f" {texts[spec.key]} " if texts else WHITE_SPACE * 5 for spec in specs}
    return "，".join(f"{spec.label}{gaps[spec.key]}{'人' if spec.kind == 'count' else ''}" for spec in specs) + "。"


def write(cell: Any, text: str, *, centre: bool = False, size: float = 12) -> None:
    for line in xml_text(text).split("\n") if text else ():
        paragraph(cell, line, size=size, centre=centre)


def choice_lines(spec: FieldSpec, width: int = 28) -> list[str]:
    """Every option behind its box, as many on a line as fit into *width* full-width characters."""
    lines = [""]
    for choice in spec.choices:
        option = f"□{choice.label}{'（请注明）' if choice.noted else ''}"
        if lines[-1] and len(lines[-1].replace(WHITE_SPACE * 4, "  ")) + len(option) > width:
            lines.append("")
        lines[-1] += option + WHITE_SPACE * 4
    return [line.rstrip(WHITE_SPACE) for line in lines]


def draw_rows(document: Any, definition: FormDefinition) -> None:
    widths = (1.4, *(COLUMN_WIDTHS.get(spec.kind, 4.0) for spec in definition.column))
    table = new_table(document, EMPTY_ROWS + 2, widths)
    heads = ((definition.number_labels or ("序号",))[0], *(spec.label for spec in definition.column))
    head_row(table.rows[0], heads)
    for number, row in enumerate(table.rows[1:], 1):
        label_cell(row.cells[0], str(number) if number <= EMPTY_ROWS else "…")
        height(row, 1.2)


def head_row(row: Any, heads: Sequence[str]) -> None:
    """The headings, repeated on each page."""
    for cell, head in zip(row.cells, heads, strict=True):
        label_cell(cell, head)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    height(row, 1.2)


def new_table(document: Any, n_rows: int, widths: tuple[float, ...]) -> Any:
    """An empty grid with single lines and fixed column *widths* in cm."""
    table = document.add_table(n_rows, len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def label_cell(cell: Any, label: str, *, narrow: bool = False) -> None:
    """A label in the middle of its cell; ``narrow``: two characters a line, as beside a tall cell."""
    lines = [label[at : at + 2] for at in range(0, len(label), 2)] if narrow else [label]
    for line in lines:
        paragraph(cell, line, centre=True)


def height(row: Any, centimetres: float) -> None:
    row.height, row.height_rule = Cm(centimetres), WD_ROW_HEIGHT_RULE.AT_LEAST
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def with_fixed_time(document: Any) -> bytes:
    """The saved file, repacked with one date for every member."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            target.writestr(zipfile.ZipInfo(member.filename, FIXED_TIME), source.read(member), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def main(folder: Path) -> None:
    """Write the packaged definitions' blank forms to *folder*, as annexes in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    printed = [form for form in load_definitions().forms if form.layout != "prose"]
    for number, definition in enumerate(printed, 1):
        path = folder / f"{definition.name}.docx"
        path.write_bytes(blank_form(definition, f"附件{number}"))
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "templates/blank"))
