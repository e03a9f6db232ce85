"""What CSS hides, strikes out or sets in a symbol font, as far as office programs and web mail use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.documents.shared.colours import WHITE, Colour, is_unseen, of_css
from bot.documents.shared.symbols import is_symbol_font
from bot.documents.shared.xml import Element

_GONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|text-decoration(?:-line)?\s*:[^;]*line-through"
    r"|(?:^|;)\s*opacity\s*:\s*0?\.?0+%?\s*(?:;|!|$)|(?:left|top|text-indent)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:^|;)\s*font-size\s*:\s*([\d.]+)\s*(px|pt|em|rem|%|)", re.IGNORECASE)
_INK = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:\s*([^;!]+)", re.IGNORECASE)
_FLOATING = re.compile(r"position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)", re.IGNORECASE)
_NO_GROUND = frozenset(
    "transparent none inherit initial unset repeat no-repeat repeat-x repeat-y scroll fixed left right top bottom center 0 0% 0px auto / 50%".split()  # noqa: SIM905 (one list of words)
)
_FONTS = re.compile(
    r"(?:^|;)\s*(?:font-family|mso-symbol-font-family|mso-ascii-font-family)\s*:\s*([^;]+)", re.IGNORECASE
)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NOT_RULES = re.compile(r"<!--|-->|@[a-z-]{1,30}[^{};]{0,1000};", re.IGNORECASE)
_SELECTOR = re.compile(r"[a-z]+\d?|(?:[a-z]+\d?)?[.#][\w-]+")
_STRUCK_TAGS = {"s", "strike", "del"}
# What holds on dark or small screens only.
_CONDITIONAL = re.compile(
    r"@media[^{}]{0,100}?(?:prefers-|width|height|orientation)[^{}]{0,100}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}",
    re.IGNORECASE,
)
_MOST_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Look:
    """Inherited: ``gone`` hidden or struck out, ``font`` a symbol font or empty, ``keeps_space`` preformatted."""

    gone: bool = False
    font: str = ""
    keeps_space: bool = False
    ink: Colour | None = None
    ground: Colour | None = WHITE
    clear: bool = False
    tiny: bool = False

    @property
    def is_unseen(self) -> bool:
        """Whether nobody sees text in this look; what stands inside may look otherwise."""
        return self.clear or self.tiny or is_unseen(self.ink, self.ground)


class Rules:
    """The style sheet inside the page: only rules for one element name, class or id that change what is seen or set a symbol font."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, str] = {}
        self._ground: Colour | None = WHITE
        for sheet in sheets:
            for selectors, body in _rules(sheet[:500_000]):
                if not any(kind.search(body) for kind in (_GONE, _FONTS, _SIZE, _INK, _GROUND)):
                    continue
                for selector in selectors.split(","):
                    name = selector.strip().lower()
                    if _SELECTOR.fullmatch(name) and len(self._rules) < _MOST_RULES:
                        self._rules[name] = f"{self._rules.get(name, '')};{body}"
                    elif _GROUND.search(body):
                        self._ground = None  # it colours something, and which is not known

    def root(self) -> Look:
        """What the page begins with."""
        return Look(ground=self._ground)

    def look(self, item: Element, tag: str, above: Look) -> Look:
        """The look of *item* inside something that looks like *above*."""
        look = above
        style = item.get("style", "")
        if self._rules and (item.get("class") or item.get("id") or tag in self._rules):
            names = [f".{name}" for name in item.get("class", "").lower().split()[:20]]
            names += [f"#{item.get('id', '').lower()}"] if item.get("id") else []
            found = [self._rules[key] for name in names for key in (name, tag + name) if key in self._rules]
            style = ";".join([self._rules.get(tag, ""), *found, style])
        if item.get("bgcolor") or item.get("background"):
            look = replace(look, ground=of_css(item.get("bgcolor", "")))
        if tag == "font" and item.get("color"):
            look = replace(look, ink=of_css(item.get("color", "")), clear=False)
        if style:
            look = _styled(look, style)
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


def _styled(look: Look, style: str) -> Look:
    if _GONE.search(style):
        look = replace(look, gone=True)
    sizes = _SIZE.findall(style)
    if sizes:
        number, unit = float(sizes[-1][0].strip(".") or 0), sizes[-1][1].lower()
        look = replace(look, tiny=number == 0 or (unit in ("px", "pt") and number <= 1))
    inks, grounds = _INK.findall(style), _GROUND.findall(style)
    if inks and inks[-1].strip().lower() != "inherit":
        look = replace(look, ink=of_css(inks[-1]), clear=inks[-1].strip().lower() == "transparent")
    if grounds and not set(grounds[-1].lower().split()) <= _NO_GROUND:
        look = replace(look, ground=_ground(grounds[-1]))
    elif _FLOATING.search(style):
        look = replace(look, ground=None)  # it may lie over anything
    fonts = _FONTS.findall(style)
    if fonts:
        look = _fonted(look, ",".join(fonts))
    if _PRE.search(style):
        look = replace(look, keeps_space=True)
    return look


def _ground(background: str) -> Colour | None:
    """The colour of a ``background``; None for pictures, gradients and colours that are not known."""
    if "(" in background and not background.strip().lower().startswith("rgb"):
        return None
    found = _COLOUR.search(background)
    words = [word for word in background.lower().split() if word not in _NO_GROUND]
    return of_css(found.group() if found else words[0])


def _fonted(look: Look, family: str) -> Look:
    """Only the first family counts, but Word names the symbol font in a property of its own."""
    names = [name.strip(" '\"") for name in family.split(",")]
    symbol = next((name for name in names if is_symbol_font(name)), "")
    return replace(look, font=symbol)
