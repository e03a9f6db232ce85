"""What a run or paragraph inherits: hidden, struck, symbol font, heading, list — and the counters of the lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.documents.docx_package import Element
from bot.documents.numerals import list_number
from bot.documents.symbols import EMPTY, MARKS, is_symbol_font, symbol_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
_OFF = {"0", "false", "off", "none"}
_MAX_CHAIN = 20


def child(element: Element | None, name: str) -> Element | None:
    return element.find(f"{W}{name}") if element is not None else None


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


@dataclass(frozen=True, slots=True)
class RunLook:
    """``gone``: hidden or struck through; ``font``: the font of Latin letters and symbols."""

    gone: bool = False
    font: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    hidden: bool | None
    struck: bool | None
    font: str
    level: int
    list_id: str
    list_level: int
    name: str


class Styles:
    """``word/styles.xml``, read once; works without it."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default_paragraph = ""
        for style in root.iter(f"{W}style") if root is not None else ():
            identity = style.get(f"{W}styleId", "")
            self._styles[identity] = _read_style(style)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default", "0").lower() not in _OFF:
                self._default_paragraph = identity

    def look(self, properties: Element | None, paragraph_style: str) -> RunLook:
        """The look of a run with these ``w:rPr`` in a paragraph of that style."""
        run_style = value(properties, "rStyle")
        hidden, struck = switch(properties, "vanish"), _struck(properties)
        font = _font(properties)
        for start in (run_style, paragraph_style or self._default_paragraph):
            for style in self._chain(start):
                hidden = style.hidden if hidden is None else hidden
                struck = style.struck if struck is None else struck
                font = font or style.font
        return RunLook(bool(hidden) or bool(struck), font)

    def is_heading(self, properties: Element | None) -> bool:
        level = value(properties, "outlineLvl")
        if level:
            return integer(level, 9) < 9
        for style in self._chain(value(properties, "pStyle")):
            if style.level < 9 or style.name.lower() in ("title", "标题"):
                return True
        return False

    def list_of(self, properties: Element | None) -> tuple[str, int]:
        """List id and level (0…8) of a paragraph; the id is empty where it is not in a list."""
        numbering = child(properties, "numPr")
        if numbering is not None:
            identity = value(numbering, "numId")
            level = integer(value(numbering, "ilvl"), 0)
            if identity:
                return ("", 0) if identity == "0" else (identity, level)
        for style in self._chain(value(properties, "pStyle") or self._default_paragraph):
            if style.list_id:
                return ("", 0) if style.list_id == "0" else (style.list_id, style.list_level)
        return "", 0

    def _chain(self, identity: str) -> list[_Style]:
        chain: list[_Style] = []
        while identity in self._styles and len(chain) < _MAX_CHAIN:
            chain.append(self._styles[identity])
            identity = chain[-1].parent
        return chain


def _read_style(style: Element) -> _Style:
    run, paragraph = child(style, "rPr"), child(style, "pPr")
    numbering = child(paragraph, "numPr")
    return _Style(
        parent=value(style, "basedOn"),
        hidden=switch(run, "vanish"),
        struck=_struck(run),
        font=_font(run),
        level=integer(value(paragraph, "outlineLvl", "9"), 9),
        list_id=value(numbering, "numId"),
        list_level=integer(value(numbering, "ilvl"), 0),
        name=value(style, "name"),
    )


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


@dataclass(slots=True)
class _Level:
    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int = -1
    font: str = ""
    plain: bool = False  # w:isLgl: all numbers in it are printed as 1, 2, 3
    suffix: str = "tab"


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    shared: str  # lists of one abstract definition go on counting
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """``word/numbering.xml`` with its running counters: ``label`` is called once for each paragraph, in order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()
        if root is None:
            return
        abstract = {one.get(f"{W}abstractNumId", ""): one for one in root.iter(f"{W}abstractNum")}
        by_style = {value(one, "styleLink"): one for one in abstract.values() if value(one, "styleLink")}
        for number in root.iter(f"{W}num"):
            key = value(number, "abstractNumId")
            definition = abstract.get(key)
            linked = value(definition, "numStyleLink")
            if linked in by_style:
                definition = by_style[linked]
            if definition is not None:
                self._lists[number.get(f"{W}numId", "")] = _read_list(number, definition, key)

    def label(self, identity: str, level: int) -> str:
        """The number or box in front of this paragraph as printed (``（一）``, ``1.``, ``☐``); empty for plain bullets."""
        found = self._lists.get(identity)
        if found is None or level not in found.levels:
            return ""
        rule = found.levels[level]
        if rule.style == "bullet":
            mark = symbol_text(rule.text, rule.font)
            return (EMPTY if mark == "□" else mark) if mark in MARKS else ""
        counters = self._counters.setdefault(found.shared, {})
        for deeper in [one for one in counters if one > level]:
            limit = found.levels[deeper].restart if deeper in found.levels else -1
            if limit != 0 and (limit < 0 or level < limit):
                del counters[deeper]
        self._count(counters, found, identity, level)
        for upper in range(level):
            counters.setdefault(upper, self._start(found, upper))
        text = rule.text
        for place in range(9, 0, -1):
            if f"%{place}" in text:
                shown = found.levels.get(place - 1, rule)
                style = "decimal" if rule.plain else shown.style
                text = text.replace(f"%{place}", list_number(counters.get(place - 1, shown.start), style))
        return text.strip()

    def _count(self, counters: dict[int, int], found: _List, identity: str, level: int) -> None:
        if level in found.starts and (identity, level) not in self._restarted:
            self._restarted.add((identity, level))
            counters[level] = found.starts[level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = self._start(found, level)

    @staticmethod
    def _start(found: _List, level: int) -> int:
        return found.levels[level].start if level in found.levels else 1


def _read_list(number: Element, definition: Element, key: str) -> _List:
    levels = {integer(one.get(f"{W}ilvl")): _read_level(one) for one in definition.iterfind(f"{W}lvl")}
    starts: dict[int, int] = {}
    for override in number.iterfind(f"{W}lvlOverride"):
        place = integer(override.get(f"{W}ilvl"))
        replaced = child(override, "lvl")
        if replaced is not None:
            levels[place] = _read_level(replaced)
        if child(override, "startOverride") is not None:
            starts[place] = integer(value(override, "startOverride"), 1)
    return _List(levels, key, starts)


def _read_level(level: Element) -> _Level:
    return _Level(
        start=integer(value(level, "start"), 1),
        style=value(level, "numFmt", "decimal"),
        text=value(level, "lvlText"),
        restart=integer(value(level, "lvlRestart"), -1),
        font=_font(child(level, "rPr")),
        plain=bool(switch(level, "isLgl")),
        suffix=value(level, "suff", "tab"),
    )


def with_label(label: str, text: str) -> str:
    """*label* in front of *text*; a space keeps ``1.`` and ``2023`` apart, full-width marks need none."""
    if not label or not text:
        return label or text
    return f"{label} {text}" if label[-1].isascii() or label[-1].isalnum() else f"{label}{text}"
