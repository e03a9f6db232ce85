"""What CSS hides, strikes out or sets in a symbol font, as far as office programs and web mail use it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.documents.docx_package import Element
from bot.documents.symbols import is_symbol_font

_GONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|text-decoration(?:-line)?\s*:[^;]*line-through",
    re.IGNORECASE,
)
_FONTS = re.compile(
    r"(?:^|;)\s*(?:font-family|mso-symbol-font-family|mso-ascii-font-family)\s*:\s*([^;]+)", re.IGNORECASE
)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?:[a-z]+\d?)?[.#][\w-]+")
_STRUCK_TAGS = {"s", "strike", "del"}
_MOST_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Look:
    """Inherited: ``gone`` hidden or struck out, ``font`` a symbol font or empty, ``keeps_space`` preformatted."""

    gone: bool = False
    font: str = ""
    keeps_space: bool = False


class Rules:
    """The style sheet inside the page: only rules for one class or id that hide, strike out or set a symbol font."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, str] = {}
        for sheet in sheets:
            plain = re.sub(r"/\*.*?\*/|<!--|-->|@[a-z-]+[^{;]*;", "", sheet[:500_000], flags=re.DOTALL)
            for selectors, body in _RULE.findall(plain):
                if not (_GONE.search(body) or _FONTS.search(body)):
                    continue
                for selector in selectors.split(","):
                    name = selector.strip().lower()
                    if _SELECTOR.fullmatch(name) and len(self._rules) < _MOST_RULES:
                        self._rules[name] = f"{self._rules.get(name, '')};{body}"

    def look(self, item: Element, tag: str, above: Look) -> Look:
        """The look of *item* inside something that looks like *above*."""
        look = above
        style = item.get("style", "")
        if self._rules and (item.get("class") or item.get("id")):
            names = [f".{name}" for name in item.get("class", "").lower().split()[:20]]
            names += [f"#{item.get('id', '').lower()}"] if item.get("id") else []
            found = [self._rules[key] for name in names for key in (name, tag + name) if key in self._rules]
            style = ";".join([*found, style])
        if style:
            look = _styled(look, style)
        if tag == "font" and item.get("face"):
            look = _fonted(look, item.get("face", ""))
        if tag in _STRUCK_TAGS or item.get("hidden") is not None:
            look = replace(look, gone=True)
        if tag in ("pre", "textarea", "listing", "xmp"):
            look = replace(look, keeps_space=True)
        return look


def _styled(look: Look, style: str) -> Look:
    if _GONE.search(style):
        look = replace(look, gone=True)
    fonts = _FONTS.findall(style)
    if fonts:
        look = _fonted(look, ",".join(fonts))
    if _PRE.search(style):
        look = replace(look, keeps_space=True)
    return look


def _fonted(look: Look, family: str) -> Look:
    """Only the first family counts, but Word names the symbol font in a property of its own."""
    names = [name.strip(" '\"") for name in family.split(",")]
    symbol = next((name for name in names if is_symbol_font(name)), "")
    return replace(look, font=symbol)
