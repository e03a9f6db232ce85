"""``office:text`` and what may stand in it -> blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.formats.odt.package import (
    DRAW,
    LOEXT,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
    XML_ID,
    OdfStyles,
    control_marks,
    span,
)
from bot.documents.model import Block, Cell, Paragraph, Table
from bot.documents.shared.colours import UNKNOWN, Colour, Ground, is_unseen
from bot.documents.shared.counted import Counted
from bot.documents.shared.grid import settled, table_text
from bot.documents.shared.lists import ListCounters, ListRule, with_label
from bot.documents.shared.symbols import CONTROL, EMPTY, TICKED, symbol_text
from bot.documents.shared.xml import Element

_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_UNREAD = {
    f"{TEXT}{name}"
    for name in (
        "tracked-changes",
        "sequence-decls",
        "variable-decls",
        "user-field-decls",
        "note-citation",
        "placeholder",
        "label",
        "toc-mark",
        "ruby-text",
    )
} | {f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{OFFICE}forms", f"{OFFICE}event-listeners"}
_SPACE = re.compile(r"[ \t\r\n]+")
_DEEPEST = 25
_MOST_COLUMNS = 500


class Found(Struct):
    """What lies beside the text."""

    pictures: list[Element] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)


class _Look(Struct, frozen=True):
    gone: bool = False
    tiny: bool = False
    font: str = ""
    ink: Colour | None = None
    paper: Ground | None = None


class OdfText:
    """Reads one document; lists go on counting over all of it."""

    def __init__(self, root: Element, styles: OdfStyles, limits: Limits) -> None:
        self.found = Found()
        self._styles, self._limits = styles, limits
        self._controls = control_marks(root)
        self._lists: dict[str, ListRule] = {}
        self._counters = ListCounters(self._lists)
        self._list_keys: dict[str, str] = {}
        self._last_key: dict[str, str] = {}
        self._depth = 0
        self._counted = Counted(limits)
        self._boxes: list[Element] = []
        self._ground = styles.page_ground()
        self._behind = self._ground  # the runs of the paragraph in hand
        self._deletions = _deletions(root)
        self._deleting: set[str] = set()

    def blocks(self, container: Iterable[Element], ground: Ground | None = None) -> Iterator[Block]:
        """What stands in *container*; *ground* lies behind it where it is not the page."""
        outside, self._ground = self._ground, ground or self._ground
        for item in container:
            yield from self._block(item, None)
        self._ground = outside

    def _block(self, item: Element, label: str | None) -> Iterator[Block]:
        tag = item.tag
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            yield from self._paragraph(item, label or "")
        elif tag == f"{TABLE}table":
            table = self._table(item)
            if table.cells:
                yield table
        elif tag == f"{TEXT}list":
            yield from self._list(item, 0, "", item.get(f"{TEXT}style-name", ""))
        elif not isinstance(tag, str) or tag in _UNREAD or _is_hidden_section(item):
            return
        elif tag.startswith(DRAW):
            self._drawing(item, [])
            yield from self._take_boxes()
        elif self._depth < _DEEPEST * 4:
            self._depth += 1
            yield from self.blocks(item)
            self._depth -= 1

    def _paragraph(self, item: Element, label: str) -> Iterator[Block]:
        name = item.get(f"{TEXT}style-name", "")
        style = self._styles.look("paragraph", name)
        pieces: list[str] = []
        self._behind = style.ground or self._ground
        gone = bool(style.hidden) or bool(style.struck) or _is_hidden_paragraph(item)
        self._inline(item, _Look(gone, bool(style.tiny), style.font or "", style.ink, style.paper), pieces, 0)
        text = CONTROL.sub("", "".join(pieces)).strip(" ")
        self._counted.text(len(text))
        heading = item.tag == f"{TEXT}h" or style.heading
        boxes = list(self._take_boxes())
        yield Paragraph(with_label(label, text).rstrip(), heading=heading)
        yield from boxes

    def _take_boxes(self) -> Iterator[Block]:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            if self._depth < _DEEPEST:
                self._depth += 1
                yield from self.blocks(box, UNKNOWN)  # a frame has its own filling
                self._depth -= 1

    # inside a paragraph

    def _inline(self, item: Element, look: _Look, pieces: list[str], depth: int) -> None:
        self._put(item.text, look, pieces)
        for inner in item:
            if isinstance(inner.tag, str) and inner.tag not in _UNREAD and depth < 200:
                self._inline_item(inner, look, pieces, depth)
            self._put(inner.tail, look, pieces)

    def _inline_item(self, item: Element, look: _Look, pieces: list[str], depth: int) -> None:
        if item.tag == f"{TEXT}span":
            self._inline(item, self._span_look(item, look), pieces, depth + 1)
        elif item.tag in (f"{TEXT}change-start", f"{TEXT}change-end"):
            self._change(item)
        elif not self._is_gone(look):
            self._shown_item(item, look, pieces, depth)

    def _span_look(self, item: Element, look: _Look) -> _Look:
        style = self._styles.look("text", item.get(f"{TEXT}style-name", ""))
        gone = look.gone if style.hidden is None and style.struck is None else bool(style.hidden or style.struck)
        font = look.font if style.font is None else style.font
        ink = style.ink if style.sets_ink else look.ink
        tiny = look.tiny if style.tiny is None else style.tiny
        return _Look(gone, tiny, font, ink, style.paper or look.paper)

    def _change(self, item: Element) -> None:
        """The begin or the end of a tracked change; text within a deletion is gone."""
        identity = item.get(f"{TEXT}change-id", "")
        if item.tag == f"{TEXT}change-end":
            self._deleting.discard(identity)
        elif identity in self._deletions:
            self._deleting.add(identity)

    def _shown_item(self, item: Element, look: _Look, pieces: list[str], depth: int) -> None:
        tag = item.tag
        if tag == f"{TEXT}s":
            count = item.get(f"{TEXT}c", "1")
            pieces.append(" " * (min(int(count), 500) if count.isascii() and count.isdigit() else 1))
        elif tag == f"{TEXT}tab":
            pieces.append("\t")
        elif tag == f"{TEXT}line-break":
            pieces.append("\n")
        elif tag == f"{TEXT}note":
            body = item.find(f"{TEXT}note-body")
            if body is not None and len(self.found.notes) < 500:
                self.found.notes.extend(self.blocks(body))
        elif tag == f"{_FIELD}fieldmark":
            self._field_mark(item, look, pieces, depth)
        elif tag == f"{LOEXT}content-control" and item.get(f"{LOEXT}checkbox") == "true":
            pieces.append(TICKED if item.get(f"{LOEXT}checked") == "true" else EMPTY)
        elif tag == f"{LOEXT}content-control" and item.get(f"{LOEXT}showing-place-holder") == "true":
            return
        elif tag.startswith(DRAW):
            self._drawing(item, pieces)
        else:
            if tag == f"{TEXT}a" and item.get(f"{XLINK}href", "").startswith(("http", "ftp")):
                self.found.links.append(item.get(f"{XLINK}href", ""))
            if item.get(f"{TEXT}is-hidden") != "true":
                self._inline(item, look, pieces, depth + 1)

    def _field_mark(self, item: Element, look: _Look, pieces: list[str], depth: int) -> None:
        """A legacy form field: its box by the parameter, else what it holds."""
        if item.get(f"{_FIELD}type", "").endswith("FORMCHECKBOX"):
            states = [
                one.get(f"{_FIELD}value", "")
                for one in item.iter(f"{_FIELD}param")
                if one.get(f"{_FIELD}name") == "Checkbox_Checked"
            ]
            pieces.append(TICKED if states and states[0].lower() in ("true", "1") else EMPTY)
        else:
            self._inline(item, look, pieces, depth + 1)

    def _is_gone(self, look: _Look) -> bool:
        return (
            look.gone or look.tiny or bool(self._deleting) or is_unseen(look.ink, (look.paper or self._behind).colour)
        )

    def _put(self, text: str | None, look: _Look, pieces: list[str]) -> None:
        if text and not self._is_gone(look):
            shown = symbol_text(_SPACE.sub(" ", text), look.font)
            pieces.append(shown[1:] if shown[:1] == " " and (not pieces or pieces[-1][-1:] == "\n") else shown)

    def _drawing(self, item: Element, pieces: list[str]) -> None:
        """A frame, shape or control: text boxes wait for the paragraph's end, pictures and objects are noted."""
        if item.tag == f"{DRAW}control":
            pieces.append(self._controls.get(item.get(f"{DRAW}control", ""), ""))
            return
        for inner in item.iter(f"{DRAW}image", f"{DRAW}object", f"{DRAW}object-ole", f"{DRAW}text-box"):
            if inner.tag == f"{DRAW}image" and len(self.found.pictures) < 500:
                self.found.pictures.append(inner)
            elif inner.tag == f"{DRAW}text-box":
                if not any(parent.tag == f"{DRAW}text-box" for parent in _parents(inner, item)):
                    self._boxes.append(inner)
            elif inner.tag != f"{DRAW}image":
                self.found.objects.append(inner.get(f"{XLINK}href", "").removeprefix("./"))
        if item.tag not in (f"{DRAW}frame", f"{DRAW}a") and item.find(f"{TEXT}p") is not None:
            self._boxes.append(item)

    # lists

    def _list(self, item: Element, level: int, key: str, style: str) -> Iterator[Block]:
        style = item.get(f"{TEXT}style-name", "") or style
        if not key:
            key = self._list_key(item, style)
        if level > 12:
            return
        for entry in item:
            if entry.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            first = entry.tag == f"{TEXT}list-item"
            for inner in entry:
                if inner.tag == f"{TEXT}list":
                    yield from self._list(inner, level + 1, key, style)
                    continue
                label = ""
                if first and inner.tag in (f"{TEXT}p", f"{TEXT}h"):
                    first = False
                    label = self._counters.label(key, level)
                yield from self._block(inner, label)

    def _list_key(self, item: Element, style: str) -> str:
        """One counter for a list and those that say they continue it."""
        before = self._list_keys.get(item.get(f"{TEXT}continue-list", ""), "")
        if not before and item.get(f"{TEXT}continue-numbering") == "true":
            before = self._last_key.get(style, "")
        key = before or f"{style}/{len(self._lists)}"
        if key not in self._lists:
            rule = self._styles.rule(style, key)
            if rule is not None:
                self._lists[key] = rule
        self._list_keys[item.get(XML_ID, "")] = self._last_key[style] = key
        return key

    # tables

    def _table(self, item: Element) -> Table:
        look = self._styles.look("table", item.get(f"{TABLE}style-name", ""))
        if self._depth >= _DEEPEST or look.invisible:
            return Table(())
        self._depth += 1
        outside, self._ground = self._ground, look.ground or self._ground
        cells: list[Cell] = []
        row = 0
        for source in rows_of(item):
            self._counted.row()
            found = list(self._row(source, row))
            repeats = span(source, "number-rows-repeated", 1000 if any(cell.text for cell in found) else 1)
            for again in range(repeats):
                cells.extend(found if not again else [replace(cell, row=row + again) for cell in found])
            row += repeats
        self._depth -= 1
        self._ground = outside
        return settled(cells, row)

    def _row(self, row: Element, number: int) -> Iterator[Cell]:
        column = 0
        ground = self._styles.look("table-row", row.get(f"{TABLE}style-name", "")).ground or self._ground
        for item in row:
            if item.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            repeats = span(item, "number-columns-repeated", _MOST_COLUMNS)
            if column >= _MOST_COLUMNS:
                return
            if item.tag == f"{TABLE}table-cell":
                text, nested = self._cell(item, ground)
                height = span(item, "number-rows-spanned", self._limits.max_rows)
                width = span(item, "number-columns-spanned", _MOST_COLUMNS)
                for again in range(repeats):
                    yield Cell(number, column + again, text, height, width, nested)
            column += repeats

    def _cell(self, item: Element, ground: Ground) -> tuple[str, tuple[Table, ...]]:
        lines: list[str] = []
        nested: list[Table] = []
        own = self._styles.look("table-cell", item.get(f"{TABLE}style-name", "")).ground
        for block in self.blocks(item, own or ground):
            if isinstance(block, Table):
                nested.append(block)
                lines.append(table_text(block))
            else:
                lines.append(block.text)
        return "\n".join(lines).strip("\n"), tuple(nested)


def _is_hidden_section(item: Element) -> bool:
    """``text:display`` says so, alone or with a condition that always holds."""
    display = item.get(f"{TEXT}display", "true")
    always = item.get(f"{TEXT}condition", "").rpartition(":")[2].strip().strip("()").lower() in (
        "",
        "1",
        "true",
        "1==1",
    )
    return display == "none" or (display == "condition" and always) or item.get(f"{TEXT}is-hidden") == "true"


def _is_hidden_paragraph(item: Element) -> bool:
    return any(one.get(f"{TEXT}is-hidden") == "true" for one in item.iter(f"{TEXT}hidden-paragraph"))


def _deletions(root: Element) -> frozenset[str]:
    """Ids of tracked deletions. Mostly the deleted text is kept apart, but it may also stand in its place, between two marks."""
    found: set[str] = set()
    for region in root.iter(f"{TEXT}changed-region"):
        if region.find(f"{TEXT}deletion") is not None:
            found.update((region.get(f"{TEXT}id", ""), region.get(XML_ID, "")))
    return frozenset(found - {""})


def rows_of(table: Element) -> Iterator[Element]:
    """Rows at any depth of row groups, hidden ones left out."""
    for item in table:
        if item.tag == f"{TABLE}table-row":
            if item.get(f"{TABLE}visibility", "visible") == "visible":
                yield item
        elif (
            item.tag in (f"{TABLE}table-rows", f"{TABLE}table-header-rows", f"{TABLE}table-row-group")
            and item.get(f"{TABLE}display") != "false"
        ):
            yield from rows_of(item)


def _parents(item: Element, top: Element) -> Iterator[Element]:
    parent = item.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()
