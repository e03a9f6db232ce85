"""What a run or paragraph inherits: hidden, struck, symbol font, heading, list — and the counters of the lists."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from msgspec import Struct

from bot.documents.errors import Damaged
from bot.documents.formats.docx.ground import has_no_ink, ink_of, is_shade, paper_of, shading_of
from bot.documents.shared.colours import UNKNOWN, Colour, Ground, is_unseen
from bot.documents.shared.lists import Level, ListCounters, ListRule
from bot.documents.shared.ooxml import VAL, W, optional_root
from bot.documents.shared.symbols import is_symbol_font
from bot.documents.shared.xml import Element, of_equal_bytes, parse_xml

_OFF = {"0", "false", "off", "none"}
_MAX_CHAIN = 20


def child(element: Element | None, name: str) -> Element | None:
    """The first one of that name. Looked for here: asked a thousand times for a form, and what lxml makes for a search costs more."""
    tag = _tag(name)
    for one in () if element is None else element:
        if one.tag == tag:
            return one
    return None


@cache
def _tag(name: str) -> str:
    return f"{W}{name}"


def value(element: Element | None, name: str, default: str = "") -> str:
    """``w:val`` of a child; *default* where the child is missing."""
    found = child(element, name)
    return found.get(VAL, default) if found is not None else default


def switch(element: Element | None, name: str) -> bool | None:
    """An on/off property: None where it is not set, true where ``w:val`` is absent."""
    found = child(element, name)
    return None if found is None else found.get(VAL, "true").lower() not in _OFF


def integer(text: str | None, default: int = 0) -> int:
    try:
        return int(float(text)) if text else default
    except (ValueError, OverflowError):
        return default


class RunLook(Struct, frozen=True):
    """``font``: the font of Latin letters and symbols. ``ink`` None is the automatic colour, ``paper`` None what lies behind the run."""

    hidden: bool = False
    struck: bool = False
    font: str = ""
    ink: Colour | None = None
    paper: Ground | None = None

    @property
    def gone(self) -> bool:
        return self.hidden or self.struck

    def is_unseen(self, behind: Ground) -> bool:
        """Whether nobody sees the run where *behind* lies behind it."""
        return is_unseen(self.ink, (self.paper or behind).colour)


class ParagraphLook(Struct, frozen=True):
    """``goes_on``: its mark was deleted, the next one is part of it. ``list_id`` is empty where it is in no list, ``level`` from 0 to 8; ``printed``
    is the number that stands in the file itself. ``ground`` None is what lies behind the paragraph."""

    style: str = ""
    is_heading: bool = False
    goes_on: bool = False
    list_id: str = ""
    level: int = 0
    printed: str | None = None
    ground: Ground | None = None


class _Style(Struct, frozen=True):
    parent: str
    hidden: bool | None
    struck: bool | None
    font: str
    level: int
    list_id: str
    list_level: int | None
    name: str
    ink: Colour | None
    sets_ink: bool
    paper: Ground | None
    ground: Ground | None
    is_shaded: bool


class Styles:
    """``word/styles.xml`` (empty where there is none), read once; works without it."""

    def __init__(self, data: bytes) -> None:
        self._styles, self._default_paragraph = _sheet_of(data)
        self._looks: dict[tuple[str, str], RunLook] = {}
        self._asked: dict[tuple[object, ...], RunLook] = {}
        self._paragraphs: dict[tuple[object, ...], ParagraphLook] = {}

    def look(self, properties: Element | None, paragraph_style: str) -> RunLook:
        """The look of a run with these ``w:rPr`` in a paragraph of that style."""
        if properties is None or not len(properties):
            return self._inherited("", paragraph_style)
        # Most runs of a document look like one before them.
        key = (paragraph_style, *map(_key_of, properties))
        if key not in self._asked:
            self._asked[key] = self._look(properties, paragraph_style)
        return self._asked[key]

    def _look(self, properties: Element, paragraph_style: str) -> RunLook:
        above = self._inherited(value(properties, "rStyle"), paragraph_style)
        hidden, struck, font = _hidden(properties), _struck(properties), _font(properties)
        ink, sets_ink = ink_of(properties)
        return RunLook(
            above.hidden if hidden is None else hidden,
            above.struck if struck is None else struck,
            font or above.font,
            ink if sets_ink else above.ink,
            paper_of(properties) or above.paper,
        )

    def paragraph(self, properties: Element | None) -> ParagraphLook:
        """The look of a paragraph with these ``w:pPr``."""
        # Most paragraphs of a document look like one before them, too.
        key = () if properties is None else tuple(map(_key_of, properties))
        if key not in self._paragraphs:
            self._paragraphs[key] = self._paragraph(properties)
        return self._paragraphs[key]

    def _paragraph(self, properties: Element | None) -> ParagraphLook:
        printed = properties.find(f"{W}listPr/{{*}}t") if properties is not None else None
        told = (
            [str(text) for name, text in printed.attrib.items() if str(name).endswith("}val")]
            if printed is not None
            else []
        )
        mark = child(properties, "rPr")
        own = shading_of(properties)
        for style in self._chain(value(properties, "pStyle") or self._default_paragraph) if own is None else ():
            own = own or style.ground
        return ParagraphLook(
            value(properties, "pStyle"),
            self._is_heading(properties),
            child(mark, "del") is not None or child(mark, "moveFrom") is not None,
            *self._list_of(properties),
            next(iter(told), "") if printed is not None else None,
            own,
        )

    def table_ground(self, properties: Element | None, behind: Ground) -> Ground:
        """What lies behind the cells of a table with these ``w:tblPr``; unknown where its style shades some of them."""
        own = shading_of(properties)
        if own is None and any(style.is_shaded for style in self._chain(value(properties, "tblStyle"))):
            return UNKNOWN
        return own or behind

    def _inherited(self, run_style: str, paragraph_style: str) -> RunLook:
        key = (run_style, paragraph_style)
        if key not in self._looks:
            hidden: bool | None = None
            struck: bool | None = None
            font = ""
            ink: Colour | None = None
            sets_ink = False
            paper: Ground | None = None
            for start in (run_style, paragraph_style or self._default_paragraph):
                for style in self._chain(start):
                    hidden = style.hidden if hidden is None else hidden
                    struck = style.struck if struck is None else struck
                    font = font or style.font
                    ink, sets_ink = (ink, True) if sets_ink else (style.ink, style.sets_ink)
                    paper = paper or style.paper
            self._looks[key] = RunLook(bool(hidden), bool(struck), font, ink, paper)
        return self._looks[key]

    def _is_heading(self, properties: Element | None) -> bool:
        level = value(properties, "outlineLvl")
        if level:
            return integer(level, 9) < 9
        for style in self._chain(value(properties, "pStyle")):
            if style.level < 9 or style.name.lower() in ("title", "标题"):
                return True
        return False

    def _list_of(self, properties: Element | None) -> tuple[str, int]:
        """List id and level (0…8) of a paragraph; the id is empty where it is not in a list."""
        numbering = child(properties, "numPr")
        level = _level(numbering)
        identity = value(numbering, "numId")
        for style in self._chain(value(properties, "pStyle") or self._default_paragraph):
            if identity:
                break  # a level that is set above the list's own place still holds
            level = style.list_level if level is None else level
            identity = style.list_id
        return ("", 0) if identity in ("", "0") else (identity, level or 0)

    def _chain(self, identity: str) -> list[_Style]:
        chain: list[_Style] = []
        while identity in self._styles and len(chain) < _MAX_CHAIN:
            chain.append(self._styles[identity])
            identity = chain[-1].parent
        return chain


def _key_of(element: Element) -> tuple[object, ...]:
    """By what all that it holds is told from others."""
    return (element.tag, *element.items(), *map(_key_of, element))


def _read_sheet(data: bytes) -> tuple[Mapping[str, _Style], str]:
    """Every style by its id, and the id of the default paragraph style. A broken sheet is none."""
    styles: dict[str, _Style] = {}
    default_paragraph = ""
    with suppress(Damaged):
        for style in parse_xml(data).iter(f"{W}style") if data else ():
            identity = style.get(f"{W}styleId", "")
            styles[identity] = _read_style(style)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default", "0").lower() not in _OFF:
                default_paragraph = identity
    return styles, default_paragraph


_sheet_of = of_equal_bytes(_read_sheet)  # the blank form's is 350 kB


def _read_style(style: Element) -> _Style:
    run, paragraph = child(style, "rPr"), child(style, "pPr")
    numbering = child(paragraph, "numPr")
    return _Style(
        parent=value(style, "basedOn"),
        hidden=_hidden(run),
        struck=_struck(run),
        font=_font(run),
        level=integer(value(paragraph, "outlineLvl", "9"), 9),
        list_id=value(numbering, "numId"),
        list_level=_level(numbering),
        name=value(style, "name"),
        ink=ink_of(run)[0],
        sets_ink=ink_of(run)[1],
        paper=paper_of(run),
        ground=shading_of(paragraph),
        is_shaded=style.get(f"{W}type") == "table" and any(is_shade(one) for one in style.iter(f"{W}shd")),
    )


def _level(numbering: Element | None) -> int | None:
    found = child(numbering, "ilvl")
    return integer(found.get(VAL), 0) if found is not None else None


def _hidden(properties: Element | None) -> bool | None:
    """Hidden, or in letters of at most one point: nobody reads these."""
    hidden = True if has_no_ink(properties) else switch(properties, "vanish")
    size = value(properties, "sz")
    return True if size and 0 < integer(size, 24) <= 2 else hidden


def _struck(properties: Element | None) -> bool | None:
    single, double = switch(properties, "strike"), switch(properties, "dstrike")
    return single if double is None else bool(single) or double


def _font(properties: Element | None) -> str:
    fonts = child(properties, "rFonts")
    if fonts is None:
        return ""
    for kind in ("ascii", "hAnsi", "h-ansi", "cs"):
        name = fonts.get(f"{W}{kind}", "")
        if is_symbol_font(name):
            return name
    return fonts.get(f"{W}ascii", "") or fonts.get(f"{W}hAnsi", "")


def read_numbering(data: bytes) -> ListCounters:
    """``word/numbering.xml`` (empty where there is none); lists by ``w:numId``. Lists of one abstract definition go on counting."""
    return ListCounters(_lists_of(data))


def _read_lists(data: bytes) -> Mapping[str, ListRule]:
    lists: dict[str, ListRule] = {}
    root = optional_root(data)
    if root is not None:
        abstract = {one.get(f"{W}abstractNumId", ""): one for one in root.iter(f"{W}abstractNum")}
        by_style = {value(one, "styleLink"): one for one in abstract.values() if value(one, "styleLink")}
        for number in root.iter(f"{W}num"):
            key = value(number, "abstractNumId")
            definition = abstract.get(key)
            definition = by_style.get(value(definition, "numStyleLink"), definition)
            if definition is not None:
                lists[number.get(f"{W}numId", "")] = _read_list(number, definition, key)
    return lists


_lists_of = of_equal_bytes(_read_lists)


def _read_list(number: Element, definition: Element, key: str) -> ListRule:
    levels = {integer(one.get(f"{W}ilvl")): _read_level(one) for one in definition.iterfind(f"{W}lvl")}
    starts: dict[int, int] = {}
    for override in number.iterfind(f"{W}lvlOverride"):
        place = integer(override.get(f"{W}ilvl"))
        replaced = child(override, "lvl")
        if replaced is not None:
            levels[place] = _read_level(replaced)
        if child(override, "startOverride") is not None:
            starts[place] = integer(value(override, "startOverride"), 1)
    return ListRule(levels, key, starts)


def _read_level(level: Element) -> Level:
    return Level(
        start=integer(value(level, "start"), 1),
        style=value(level, "numFmt", "decimal"),
        text=value(level, "lvlText"),
        restart=integer(value(level, "lvlRestart"), -1),
        font=_font(child(level, "rPr")),
        plain=bool(switch(level, "isLgl")),
    )
