"""What CSS hides, strikes out or sets in a symbol font, as far as office programs and web mail use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.formats.html.selectors import Declared, Selectors, merge
from bot.documents.shared.colours import WHITE, Colour, is_clear, is_unseen, of_css
from bot.documents.shared.symbols import is_symbol_font
from bot.documents.shared.xml import Element

_SIZE = re.compile(r"([\d.]+)\s*(px|pt|em|rem|%|)", re.IGNORECASE)
_FAR_OUT = re.compile(r"-\d{4,}")
_NOUGHT = re.compile(r"0?\.?0+(?:%|px|pt|em)?")
_CLIPPED = re.compile(
    r"rect\(\s*([01])(?:px)?(?:[\s,]+\1(?:px)?){3}\s*\)|inset\(\s*(?:[5-9]\d|100)%\s*\)|circle\(\s*0(?:px|%)?\s*\)",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([^)]*\)", re.IGNORECASE)
_NO_GROUND = frozenset(
    "transparent none inherit initial unset repeat no-repeat repeat-x repeat-y scroll fixed left right top bottom center 0 0% 0px auto / 50%".split()  # noqa: SIM905 (one list of words)
)
# Properties that are judged, and those whose last one counts whichever of them it is.
_ONE = {
    "background-color": "background",
    "background-image": "background",
    "text-decoration-line": "text-decoration",
    "margin-left": "left",
    "margin-top": "top",
}
_FONTS = ("font-family", "mso-symbol-font-family", "mso-ascii-font-family")
_JUDGED = frozenset(
    "display visibility mso-hide text-decoration opacity left top text-indent font-size color background position white-space clip clip-path overflow width height max-height".split()  # noqa: SIM905 (one list of words)
) | {*_FONTS}
_NOT_RULES = re.compile(r"<!--|-->|@[a-z-]{1,30}[^{};]{0,1000};", re.IGNORECASE)
# What takes no width and height of its own, or cannot be smaller than what stands in it.
_NEVER_CUT = {"td", "th", "tr", "table"}
_INLINE = {"span", "b", "i", "u", "em", "strong", "font", "a", "small", "big", "label"}
_STRUCK_TAGS = {"s", "strike", "del"}
# What holds on dark or small screens only.
_CONDITIONAL = re.compile(
    r"@media[^{}]{0,100}?(?:prefers-|width|height|orientation)[^{}]{0,100}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}",
    re.IGNORECASE,
)


class Look(Struct, frozen=True):
    """Inherited: ``gone`` hidden or struck out, ``hidden`` unless something inside is made visible again, ``font`` a symbol font or empty, ``keeps_space`` preformatted."""

    gone: bool = False
    font: str = ""
    keeps_space: bool = False
    ink: Colour | None = None
    ground: Colour | None = WHITE
    clear: bool = False
    tiny: bool = False
    hidden: bool = False

    @property
    def is_unseen(self) -> bool:
        """Whether nobody sees text in this look; what stands inside may look otherwise."""
        return self.hidden or self.clear or self.tiny or is_unseen(self.ink, self.ground)


class Rules:
    """The style sheet inside the page: the rules that change what is seen or set a symbol font."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._selectors = Selectors()
        for sheet in sheets:
            for selectors, body in _rules(sheet[:500_000]):
                declared = _declared(body)
                if declared:
                    self._selectors.add(selectors, declared)

    def root(self) -> Look:
        """What the page begins with."""
        return Look(ground=WHITE if self._selectors.is_whole else None)

    def look(self, item: Element, tag: str, above: Look) -> Look:
        """The look of *item* inside something that looks like *above*."""
        look = above
        declared = self._selectors.declared(item, tag)
        if item.get("style"):
            merge(declared, _declared(item.get("style", "")))
        if item.get("bgcolor") or item.get("background"):
            look = replace(look, ground=of_css(item.get("bgcolor", "")))
        if tag == "font" and item.get("color"):
            look = replace(look, ink=of_css(item.get("color", "")), clear=False)
        if declared:
            look = _styled(look, {name: value for name, (value, _) in declared.items()}, tag)
        if tag == "font" and item.get("face"):
            look = _fonted(look, item.get("face", ""))
        if tag in _STRUCK_TAGS or item.get("hidden") is not None:
            look = replace(look, gone=True)
        if tag in ("pre", "textarea", "listing", "xmp"):
            look = replace(look, keeps_space=True)
        return look


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule, those inside of a block too; in one pass, whatever the sheet holds."""
    first, *others = sheet.split("/*")
    plain = first + "".join(part.partition("*/")[2] for part in others)
    for rule in _NOT_RULES.sub("", _CONDITIONAL.sub("", plain)).split("}"):
        before, brace, body = rule.rpartition("{")
        if brace:
            yield before.rpartition("{")[2], body


@lru_cache(maxsize=2_000)
def _parsed(body: str) -> tuple[tuple[str, str, bool], ...]:
    found: list[tuple[str, str, bool]] = []
    for part in body.split(";")[:200]:
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        name = _ONE.get(name, name)
        if colon and name in _JUDGED:
            value, mark, word = value.partition("!")
            found.append((name, value.strip(), bool(mark) and word.strip().lower() == "important"))
    return tuple(found)


def _declared(body: str) -> Declared:
    total: Declared = {}
    for name, value, important in _parsed(body[:20_000]):
        merge(total, {name: (value, important)})
    return total


def _styled(look: Look, style: dict[str, str], tag: str) -> Look:
    if _is_gone(style, tag):
        look = replace(look, gone=True)
    visibility = style.get("visibility", "").lower()
    if visibility in ("hidden", "collapse", "visible"):
        look = replace(look, hidden=visibility != "visible")
    size = _SIZE.match(style.get("font-size", ""))
    if size:
        number, unit = float(size[1].strip(".") or 0) if size[1].count(".") < 2 else 1.0, size[2].lower()
        look = replace(look, tiny=number == 0 or (unit in ("px", "pt") and number <= 1))
    ink = style.get("color", "inherit")
    if ink.lower() != "inherit":
        look = replace(look, ink=of_css(ink), clear=ink.lower() == "transparent" or is_clear(ink))
    ground = style.get("background", "")
    if ground and not set(ground.lower().split()) <= _NO_GROUND:
        look = replace(look, ground=_ground(ground))
    elif style.get("position", "").lower() in ("absolute", "fixed"):
        look = replace(look, ground=None)  # it may lie over anything
    fonts = [style[name] for name in _FONTS if name in style]
    if fonts:
        look = _fonted(look, ",".join(fonts))
    if style.get("white-space", "").lower().startswith(("pre", "break-spaces")):
        look = replace(look, keeps_space=True)
    return look


def _is_gone(style: dict[str, str], tag: str) -> bool:
    """Whether nothing inside can be seen, whatever it says of itself."""
    if style.get("display", "").lower() == "none" or style.get("mso-hide", "").lower() == "all":
        return True
    if "line-through" in style.get("text-decoration", "").lower():
        return True
    if tag == "tr" and style.get("visibility", "").lower() == "collapse":
        return True
    if style.get("opacity") and _NOUGHT.fullmatch(style["opacity"]):
        return True
    if any(_FAR_OUT.match(style.get(name, "")) for name in ("left", "top", "text-indent")):
        return True
    is_loose = style.get("position", "").lower() in ("absolute", "fixed")
    if (is_loose and _CLIPPED.fullmatch(style.get("clip", ""))) or _CLIPPED.fullmatch(style.get("clip-path", "")):
        return True
    is_box = is_loose or style.get("display", "").lower() in ("block", "inline-block") or tag not in _INLINE
    return (
        is_box
        and tag not in _NEVER_CUT
        and style.get("overflow", "").lower() in ("hidden", "clip")
        and any(_NOUGHT.fullmatch(style.get(name, "")) is not None for name in ("width", "height", "max-height"))
    )


def _ground(background: str) -> Colour | None:
    """The colour of a ``background``; None for pictures, gradients and colours that are not known."""
    if "(" in background and not background.strip().lower().startswith(("rgb", "hsl")):
        return None
    found = _COLOUR.search(background)
    words = [word for word in background.lower().split() if word not in _NO_GROUND]
    return of_css(found.group() if found else words[0])


def _fonted(look: Look, family: str) -> Look:
    """Only the first family counts, but Word names the symbol font in a property of its own."""
    names = [name.strip(" '\"") for name in family.split(",")]
    symbol = next((name for name in names if is_symbol_font(name)), "")
    return replace(look, font=symbol)
