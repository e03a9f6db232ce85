"""One story of a WordprocessingML document (body, header, footnotes …) -> blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.formats.docx.covers import covering
from bot.documents.formats.docx.fields import Fields, box_of, form_field_text
from bot.documents.formats.docx.ground import filling_of, shading_of
from bot.documents.formats.docx.styles import ParagraphLook, RunLook, Styles, child, integer, switch, value
from bot.documents.formats.docx.tree import (
    DELETED,
    PROPERTIES,
    branch_of,
    cells_of,
    grid_before,
    hexadecimal,
    in_unread_branch,
    is_deletion,
    is_hidden_drawing,
    is_within,
    mark_of_picture,
    merge_of,
    rows_of,
)
from bot.documents.formats.docx.widths import TOLERANCE, edges_by_width, width_of
from bot.documents.model import Block, Paragraph, Table
from bot.documents.shared.activex import control_text
from bot.documents.shared.colours import PAPER, Ground
from bot.documents.shared.counted import Counted
from bot.documents.shared.grid import RowCell, build_table, table_text
from bot.documents.shared.lists import ListCounters, with_label
from bot.documents.shared.ooxml import BLIP, MC, VML, Package, R, W
from bot.documents.shared.symbols import CONTROL, symbol, symbol_text
from bot.documents.shared.xml import Element

_OLE_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_PROMPT = re.compile(r"(?:单击|点击|请?选择|请?输入|请?填写|click|choose|enter)", re.IGNORECASE)
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_OF_FIELDS = {f"{W}fldChar", f"{W}instrText", f"{W}sym"}
_SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_TOO_MANY_NESTED = 30
_WIDEST_ROW = 1000


class Found(Struct):
    """What lies beside the text: relation ids of pictures and embedded files, with the part that names them; links."""

    pictures: list[tuple[str, str]] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)  # what stands before each cell whose text a shape hides
    notes: set[tuple[str, str | None]] = field(
        default_factory=set
    )  # («footnote» or «endnote», id) that are referred to


class Line(Struct):
    """A paragraph while it is read: its text pieces and the text boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    def text(self) -> str:
        return CONTROL.sub("", "".join(self.pieces))


class Story:
    """Walks one part in reading order. One ``ListCounters`` and one ``Found`` serve all stories of a document."""

    def __init__(
        self, package: Package, part: str, styles: Styles, numbering: ListCounters, found: Found, limits: Limits
    ) -> None:
        self.package, self.part = package, part
        self.styles, self.numbering, self.found = styles, numbering, found
        self.ground: Ground = (
            PAPER  # behind the paragraph that comes next; *self._behind* behind the runs of the one in hand
        )
        self._behind = self.ground
        self._fields = Fields()
        self._kept: str = ""  # text of a paragraph whose mark was deleted: it goes on in the next one
        self._depth = 0
        self._counted = Counted(limits)

    def blocks(self, container: Element) -> Iterator[Block]:
        """Paragraphs and tables below *container*, text boxes after the paragraph that anchors them."""
        for item in container:
            tag = item.tag
            if tag == f"{W}p":
                yield from self._paragraph(item)
            elif tag == f"{W}tbl":
                table = self._table(item)
                if table.cells:
                    yield table
            elif tag == f"{W}altChunk":
                yield from self.alternative_chunk(item.get(f"{R}id", ""))
            elif tag == f"{W}sdt":
                yield from self._block_control(item)
            elif tag == f"{MC}AlternateContent":
                yield from self.blocks(branch_of(item))
            elif tag in DELETED or tag in PROPERTIES or is_deletion(item):
                continue
            elif isinstance(tag, str) and len(item):
                yield from self.blocks(item)

    def alternative_chunk(self, relation: str) -> Iterator[Block]:
        """Blocks of a foreign file that is merged in here (``w:altChunk``); the reader of the whole overrides it."""
        return iter(())

    # paragraphs

    def _paragraph(self, item: Element) -> Iterator[Block]:
        properties = child(item, "pPr")
        line = Line()
        look = self.styles.paragraph(properties)
        self._behind = look.ground or self.ground
        self._inline(item, line, look.style)
        self._fields.end_paragraph()
        text = self._kept + line.text()
        self._kept = ""
        self._counted.text(len(text))
        if look.goes_on:
            self._kept = text
        else:
            text = with_label(self._label(properties, look), text)
            yield Paragraph(text.rstrip(), heading=look.is_heading)
        for box in line.boxes:
            yield from self._inside(box)

    def _label(self, properties: Element | None, look: ParagraphLook) -> str:
        if look.printed is not None:  # Word 2003 XML stores the printed number itself
            return look.printed if re.search(r"\w", look.printed) else ""
        if not look.list_id or self._look(child(properties, "rPr"), look.style).gone:
            return ""
        return self.numbering.label(look.list_id, look.level)

    def _inside(self, box: Element) -> Iterator[Block]:
        """Blocks of a text box; its fields are its own."""
        if self._depth >= _TOO_MANY_NESTED:
            return
        outer, self._fields = self._fields, Fields()
        ground, self.ground = self.ground, filling_of(box)
        self._depth += 1
        try:
            yield from self.blocks(box)
        finally:
            self._fields, self.ground = outer, ground
            self._depth -= 1

    def _inline(self, parent: Element, line: Line, style: str) -> None:
        for item in parent:
            tag = item.tag
            if tag == f"{W}r":
                self._run(item, line, style)
            elif tag == f"{W}sdt":
                self._inline_control(item, line, style)
            elif tag == f"{W}hyperlink":
                self._link(item.get(f"{R}id", ""))
                self._inline(item, line, style)
            elif tag == f"{W}fldSimple":
                shown = self._fields.simple(item.get(f"{W}instr", ""))
                if shown is None:
                    self._inline(item, line, style)
                else:
                    line.pieces.append(shown)
            elif tag == f"{MC}AlternateContent":
                self._inline(branch_of(item), line, style)
            elif tag == f"{W}p":  # a paragraph in a place where none may be
                line.pieces.append("\n")
                self._inline(item, line, style)
            elif tag == _MATH_TEXT:
                line.pieces.append(item.text or "")
            elif tag in DELETED or tag in PROPERTIES or is_deletion(item):
                continue
            elif isinstance(tag, str) and len(item):
                self._inline(item, line, style)

    def _inline_control(self, item: Element, line: Line, style: str) -> None:
        text = self._control_text(item)
        content = child(item, "sdtContent")
        if text is not None:
            line.pieces.append(text)
        elif content is not None:
            self._inline(content, line, style)

    def _block_control(self, item: Element) -> Iterator[Block]:
        text = self._control_text(item)
        content = child(item, "sdtContent")
        if text is not None:
            if text:
                yield Paragraph(text)
        elif content is not None:
            yield from self.blocks(content)

    @staticmethod
    def _control_text(item: Element) -> str | None:
        """What a content control shows if that is not its content: a box by its state, nothing for a placeholder."""
        properties = child(item, "sdtPr")
        box = box_of(properties)
        if box:
            return box
        if switch(properties, "showingPlcHdr") and _is_placeholder(child(item, "sdtContent")):
            return ""
        return None

    # runs

    def _run(self, run: Element, line: Line, style: str) -> None:
        look = self._look(child(run, "rPr"), style)
        for item in run:
            self._run_item(item, line, look, style)

    def _look(self, properties: Element | None, style: str) -> RunLook:
        """The look of a run; one that has the colour of its ground is hidden."""
        look = self.styles.look(properties, style)
        return replace(look, hidden=True) if look.is_unseen(self._behind) else look

    def _run_item(self, item: Element, line: Line, look: RunLook, style: str) -> None:
        if item.tag in _OF_FIELDS:
            self._field_item(item, line, look)
        elif not look.gone and self._fields.showing:
            self._shown_item(item, line, look, style)

    def _field_item(self, item: Element, line: Line, look: RunLook) -> None:
        """What belongs to a field is followed even where it is hidden: its end may be seen again."""
        if item.tag == f"{W}fldChar":
            line.pieces.append(self._fields.mark(item.get(f"{W}fldCharType", ""), form_field_text(item), look.gone))
        elif item.tag == f"{W}instrText":
            self._fields.instruction(symbol_text(item.text or "", look.font))
        else:
            shown = symbol(hexadecimal(item.get(f"{W}char")), item.get(f"{W}font", "") or look.font)
            if self._fields.in_instruction:
                self._fields.instruction(shown)
            elif not look.gone and self._fields.showing:
                line.pieces.append(shown)

    def _shown_item(self, item: Element, line: Line, look: RunLook, style: str) -> None:
        tag = item.tag
        if tag == f"{W}t":
            line.pieces.append(symbol_text(item.text or "", look.font))
        elif tag in _SIGNS:
            line.pieces.append(_SIGNS[tag])
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self.found.notes.add((tag.removeprefix(W).removesuffix("Reference"), item.get(f"{W}id")))
        elif tag == f"{W}ruby":
            base = child(item, "rubyBase")
            if base is not None:
                self._inline(base, line, style)
        elif tag == f"{MC}AlternateContent":
            for inner in branch_of(item):
                self._run_item(inner, line, look, style)
        elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            self._drawing(item, line)

    def _drawing(self, item: Element, line: Line) -> None:
        if is_hidden_drawing(item):
            return
        for control in item.iterfind(f"{W}control"):
            line.pieces.append(self._active_x(control.get(f"{R}id", "")))
        for inner in item.iter(BLIP, f"{VML}imagedata", _OLE_OBJECT, f"{W}txbxContent"):
            if inner.tag == BLIP:
                relation = inner.get(f"{R}embed", "")
                self.found.pictures.append((self.part, relation))
                line.pieces.append(mark_of_picture(inner))
            elif inner.tag == f"{VML}imagedata":
                self.found.pictures.append((self.part, inner.get(f"{R}id", "") or inner.get("src", "")))
            elif inner.tag == _OLE_OBJECT:
                self.found.objects.append((self.part, inner.get(f"{R}id", "")))
            elif (
                inner.tag == f"{W}txbxContent"
                and not is_within(inner, item, f"{W}txbxContent")
                and not in_unread_branch(inner, item)
            ):
                line.boxes.append(inner)

    def _active_x(self, relation: str) -> str:
        target = self.package.target(self.part, relation)
        binary = self.package.related(target, "activeXControlBinary") if target else ""
        return control_text(self.package.optional_xml(target), lambda: self.package.optional_data(binary))

    def _link(self, relation: str) -> None:
        target = self.package.relations(self.part).get(relation) if relation else None
        if target is not None and target.external and len(self.found.links) < 500:
            self.found.links.append(target.target)

    # tables

    def _table(self, item: Element) -> Table:
        self._depth += 1
        try:
            if self._depth > _TOO_MANY_NESTED:
                return Table(())
            rows: list[list[RowCell]] = []
            widths: list[list[int]] = []
            ground = self.styles.table_ground(child(item, "tblPr"), self.ground)
            for row in rows_of(item):
                cells, sizes = self._row(row, ground)
                rows.append(cells)
                widths.append(sizes)
            moved = edges_by_width(rows, widths)
            return build_table(rows) if moved is None else build_table(moved, tolerance=TOLERANCE)
        finally:
            self._depth -= 1

    def _row(self, row: Element, ground: Ground) -> tuple[list[RowCell], list[int]]:
        """The cells of a row and their widths; *ground* lies behind cells without their own."""
        self._counted.row()
        place = grid_before(row)
        cells: list[RowCell] = []
        widths: list[int] = []
        for item in islice(cells_of(row), _WIDEST_ROW):
            properties = child(item, "tcPr")
            span = max(1, min(integer(value(properties, "gridSpan"), 1), 200))
            text, nested = self._cell(item, shading_of(properties) or ground)
            cover = covering(item, self.package, self.part) if text else None
            if cover is not None:
                text = "\n".join(self._text_on(cover))
                self.found.covered += [] if text else [cells[-1].text if cells else ""]
            if value(properties, "hMerge") == "continue" and cells:
                last = cells.pop()
                widths[-1] += width_of(properties)
                cells.append(
                    RowCell(last.left, place + span, last.text, last.nested, last.joins_above, last.opens_merge)
                )
            else:
                merge = merge_of(properties)
                opens = merge == "restart"
                widths.append(width_of(properties))
                cells.append(RowCell(place, place + span, text, nested, merge == "continue", opens))
            place += span
        return cells, widths

    def _cell(self, item: Element, ground: Ground) -> tuple[str, tuple[Table, ...]]:
        shown = self._control_around(item)
        if shown is not None:
            return shown, ()
        lines: list[str] = []
        nested: list[Table] = []
        outer, self._fields = self._fields, Fields()
        outside, self.ground = self.ground, ground
        for block in self.blocks(item):
            if isinstance(block, Table):
                nested.append(block)
                lines.append(table_text(block))
            else:
                lines.append(block.text)
        self._fields, self.ground = outer, outside
        lines.extend(filter(None, [self._kept]))
        self._kept = ""
        return "\n".join(lines).strip("\n"), tuple(nested)

    def _text_on(self, drawing: Element) -> Iterator[str]:
        for box in drawing.iter(f"{W}txbxContent"):
            if not in_unread_branch(box, drawing):
                yield from (block.text for block in self._inside(box) if isinstance(block, Paragraph) and block.text)

    def _control_around(self, item: Element) -> str | None:
        """What a content control shows that holds the whole cell."""
        content = item.getparent()
        control = content.getparent() if content is not None and content.tag == f"{W}sdtContent" else None
        return self._control_text(control) if control is not None else None


def _is_placeholder(content: Element | None) -> bool:
    """Word gives a placeholder its own character style; other editors leave the flag on a control that was filled in."""
    if content is None:
        return True
    texts = "".join(text.text or "" for text in content.iter(f"{W}t")).strip()
    return content.find(f".//{W}rStyle") is not None or not texts or bool(_PROMPT.match(texts))
