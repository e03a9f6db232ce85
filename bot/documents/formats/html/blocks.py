"""The element tree of a page -> blocks: paragraphs as a browser breaks them, tables as grids, boxes as marks."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.base.list_numbers import list_number
from bot.documents.errors import TooLarge
from bot.documents.formats.html.style import Look, Rules
from bot.documents.model import Block, Cell, Paragraph, Table
from bot.documents.shared.counted import Counted
from bot.documents.shared.grid import settled, table_text
from bot.documents.shared.numbers import plain_number
from bot.documents.shared.symbols import CONTROL, EMPTY, MARKS, TICKED, picture_mark, symbol_text
from bot.documents.shared.xml import Element, inner_text

_UNREAD = frozenset(
    ("script style head title template noframes iframe object svg rt rp datalist xml o:p_").split()  # noqa: SIM905 (one word a line would hide what belongs together)
)
_BLOCKS_WORDS = (
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary "
    "ul caption listing xmp"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LIST_STYLES = {
    "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting",
    "lower-alpha": "lowerLetter",
}
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f"
# A source line that was wrapped inside Chinese text; with a space at the wrap, somebody wanted the space.
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_WIDE}])\r?\n(?=[{_WIDE}])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 200
_MOST_TABLES_DEEP = 20
_WIDEST = 1000


class Found(Struct):
    """What lies beside the text: links, and pictures as written in ``src``."""

    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


class Page:
    """Walks a tree once. One object serves one page."""

    def __init__(self, rules: Rules, limits: Limits) -> None:
        self.found = Found()
        self._rules, self._limits = rules, limits
        self._length = self._cells = self._tables_deep = 0
        self._counted = Counted(limits)

    def blocks(self, root: Element) -> list[Block]:
        flow = _Flow()
        self._element(root, self._rules.root(), flow, 0)
        flow.end()
        return flow.blocks

    def _children(self, item: Element, look: Look, flow: _Flow, depth: int) -> None:
        is_closed = item.tag == "details" and item.get("open") is None  # only its summary is shown
        self._text("" if is_closed else item.text, look, flow)
        counter = _Counter(item) if item.tag in ("ol", "ul", "menu", "dir") else None
        for inner in item:
            if isinstance(inner.tag, str) and not (is_closed and inner.tag != "summary"):
                if counter is not None and inner.tag == "li":
                    flow.end()
                    flow.label = counter.next(inner)
                self._element(inner, look, flow, depth + 1)
            self._text("" if is_closed else inner.tail, look, flow)

    def _element(self, item: Element, above: Look, flow: _Flow, depth: int) -> None:
        tag = item.tag
        if tag in _UNREAD:
            return
        look = self._rules.look(item, tag, above)
        if look.gone or (look.hidden and tag in ("input", "select", "img")):
            return
        if depth > _DEEPEST:
            self._text(inner_text(item), look, flow)
            return
        if tag == "br":
            flow.add("\n")
        elif tag == "table":
            self._table_into(item, look, flow, depth)
        elif tag == "input":
            flow.add(_input_text(item))
        elif tag == "select":
            flow.add(_selected(item))
        elif tag == "img":
            self._image(item, flow)
        elif tag in _BLOCKS or tag in ("tr", "td", "th"):
            flow.end()
            flow.heading = tag in _HEADINGS
            self._children(item, look, flow, depth)
            flow.end()
        else:
            if tag == "a":
                self._link(item.get("href", ""))
            self._children(item, look, flow, depth)

    def _text(self, text: str | None, look: Look, flow: _Flow) -> None:
        if not text or look.is_unseen:
            return
        self._length += len(text)
        if self._length > 4 * self._limits.max_text:
            raise TooLarge(f"more than {4 * self._limits.max_text} characters")
        if not look.keeps_space:
            text = _SPACE.sub(" ", _BREAK_IN_CHINESE.sub("", text))
        flow.add(symbol_text(text, look.font), keeps_space=look.keeps_space)

    def _image(self, item: Element, flow: _Flow) -> None:
        source = item.get("src", "")
        if source and len(self.found.pictures) < 500:
            self.found.pictures.append(source)
        small = all(size.rstrip("px").isdigit() and int(size.rstrip("px")) <= 60 for size in _sizes(item))
        alternative = item.get("alt", "")
        if small and len(alternative) <= 12:
            flow.add(alternative.strip() if alternative.strip() in MARKS else picture_mark(alternative))

    def _link(self, target: str) -> None:
        if target.lower().startswith(("http://", "https://", "ftp://")) and len(self.found.links) < 500:
            self.found.links.append(target.strip()[:4000])

    # tables

    def _table_into(self, item: Element, look: Look, flow: _Flow, depth: int) -> None:
        if self._tables_deep >= _MOST_TABLES_DEEP:
            return
        self._tables_deep += 1
        grid = _Grid(_hidden_columns(item))
        for caption in item.iterchildren("caption"):
            self._element(caption, look, flow, depth + 1)
        flow.end()
        self._rows_of(item, look, grid, depth)
        self._tables_deep -= 1
        # A table of one cell with tables in it only places them on the page.
        holders = [cell for cell in grid.cells if cell.text or cell.nested]
        if len(holders) == 1 and holders[0].nested:
            flow.blocks.extend(grid.inner[holders[0].row, holders[0].col])
        elif grid.cells:
            flow.blocks.append(grid.table())

    def _rows_of(self, item: Element, above: Look, grid: _Grid, depth: int) -> None:
        """``tr`` at any depth below row groups (also below a form that was put between)."""
        row: Element
        for row in item:
            tag = row.tag
            if not isinstance(tag, str) or tag in _UNREAD or tag == "caption":
                continue
            look = self._rules.look(row, tag, above)
            if look.gone:
                continue
            if tag == "tr":
                self._counted.row()
                grid.begin_row()
                self._cells_of(row, look, grid, depth + 1)
            elif tag in ("thead", "tbody", "tfoot", "form", "div", "span") and depth < _DEEPEST:
                self._rows_of(row, look, grid, depth + 1)
                grid.end_group()

    def _cells_of(self, row: Element, above: Look, grid: _Grid, depth: int) -> None:
        for item in row:
            if item.tag in ("td", "th"):
                look = self._rules.look(item, item.tag, above)
                if look.gone:
                    continue
                flow = _Flow()
                self._children(item, look, flow, depth + 1)
                flow.end()
                self._cells += 1
                if self._cells > 20 * self._limits.max_rows:
                    raise TooLarge(f"more than {20 * self._limits.max_rows} table cells")
                grid.add(flow.blocks, _exact_number(item), _span(item, "rowspan"), _span(item, "colspan"))
            elif item.tag in ("form", "span", "div") and depth < _DEEPEST:
                self._cells_of(item, self._rules.look(item, item.tag, above), grid, depth + 1)


class _Flow:
    """Text on its way into paragraphs."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.heading = False
        self.label = ""
        self._pieces: list[str] = []
        self._collapsing = True

    def add(self, text: str, keeps_space: bool = False) -> None:
        if not text:
            return
        if not keeps_space and self._collapsing and text[0] == " ":
            text = text[1:]
        if text:
            self._pieces.append(text)
            self._collapsing = text[-1] in " \n"

    def end(self) -> None:
        """Close the paragraph. Source line breaks between Chinese characters of neighbouring elements go, too."""
        text = CONTROL.sub("", "".join(self._pieces).replace("\r\n", "\n").replace("\r", "\n"))
        text = "\n".join(line.strip(" \t") for line in text.split("\n")).strip("\n")
        if text.strip(" \xa0\u3000\n\t"):
            self.blocks.append(Paragraph(f"{self.label}{text}", heading=self.heading))
            self.label = ""
        self._pieces, self._collapsing, self.heading = [], True, False


class _Counter:
    """Numbers of an ordered list; nothing for other lists."""

    def __init__(self, item: Element) -> None:
        self._value = _integer(item.get("start"), 1) - 1
        self._style = _LISTS.get(item.get("type", "1"), "decimal") if item.tag == "ol" else ""
        declared = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", item.get("style", ""), re.IGNORECASE)
        if declared and self._style:
            kind = declared.group(1).lower()
            self._style = "" if kind in ("none", "disc", "circle", "square") else _LIST_STYLES.get(kind, self._style)

    def next(self, item: Element) -> str:
        self._value = _integer(item.get("value"), self._value + 1)
        if not self._style or ("list-style" in item.get("style", "") and "none" in item.get("style", "")):
            return ""
        number = list_number(self._value, self._style)
        return f"{number}、" if self._style == "chineseCounting" else f"{number}. "


class _Grid:
    """Cells at their places as HTML lays them: a cell takes the first free column, spans from above keep theirs."""

    def __init__(self, hidden_columns: frozenset[int]) -> None:
        self.cells: list[Cell] = []
        self.inner: dict[tuple[int, int], list[Block]] = {}
        self._row = -1
        self._column = 0
        self._hidden = hidden_columns
        self._taken: dict[int, int] = {}  # column -> last row that a span from above covers

    def begin_row(self) -> None:
        self._row += 1
        self._column = 0

    def end_group(self) -> None:
        """A row span ends with its row group."""
        self._taken = {column: last for column, last in self._taken.items() if last < self._row}

    def add(self, blocks: list[Block], exact: float | None, rowspan: int, colspan: int) -> None:
        while self._taken.get(self._column, -1) >= self._row:
            self._column += 1
        if self._column >= _WIDEST:
            return
        width = 1
        while width < colspan and self._taken.get(self._column + width, -1) < self._row:
            width += 1
        if width == 1 and self._column in self._hidden:
            self._column += 1
            return
        text = "\n".join(table_text(block) if isinstance(block, Table) else block.text for block in blocks)
        if exact is not None and re.fullmatch(r"[\d.]+E\+?\d+|#+", text.strip(), re.IGNORECASE):
            text = plain_number(exact)
        nested = tuple(block for block in blocks if isinstance(block, Table))
        self.cells.append(Cell(self._row, self._column, text, rowspan, width, nested, exact))
        if nested:
            self.inner[self._row, self._column] = blocks
        if rowspan > 1:
            for column in range(self._column, self._column + width):
                self._taken[column] = self._row + rowspan - 1
        self._column += width

    def table(self) -> Table:
        return settled(self.cells, self._row + 1)


def _hidden_columns(table: Element) -> frozenset[int]:
    """Excel keeps the cells of a hidden column and hides its ``col``."""
    hidden: set[int] = set()
    column = 0
    for item in table.iterdescendants("col", "tr"):
        if item.tag == "tr" or column >= _WIDEST:
            break
        width = _span(item, "span")
        if re.search(r"display\s*:\s*none", item.get("style", ""), re.IGNORECASE):
            hidden.update(range(column, column + width))
        column += width
    return frozenset(hidden)


def _span(item: Element, name: str) -> int:
    value = _integer(item.get(name), 1)
    if value == 0 and name == "rowspan":
        return 65_534  # HTML: to the end of the row group
    return max(1, min(value, 65_534 if name == "rowspan" else _WIDEST))


def _integer(text: str | None, default: int) -> int:
    match = re.match(r"\s*(-?\d{1,7})", text or "", re.ASCII)
    return int(match.group(1)) if match else default


def _exact_number(item: Element) -> float | None:
    """Excel writes the value behind a shortened one into ``x:num`` (``1.39598E+10``)."""
    written = item.get("x:num")
    try:
        return float(written) if written else None
    except ValueError:
        return None


def _input_text(item: Element) -> str:
    kind = item.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return TICKED if item.get("checked") is not None else EMPTY
    if kind in ("text", "tel", "email", "number", "date", "url", "search", "datetime-local", "time", "month"):
        return item.get("value", "")
    return ""


def _selected(item: Element) -> str:
    """What was chosen; nothing where nobody chose (browsers then show the first entry)."""
    chosen = [one for one in item.iter("option") if one.get("selected") is not None]
    return "、".join(" ".join(str(text) for text in one.itertext()).strip() for one in chosen[:50])


def _sizes(item: Element) -> list[str]:
    return [item.get(name, "0") for name in ("width", "height")]
