"""Characters that are none: ticks and boxes that a file stores as symbol fonts, circled-character fields or pictures, and control characters."""

from __future__ import annotations

import re
from functools import lru_cache

# Characters that no text shows: programs leave them behind, and what is stored must not hold them.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TICKED, EMPTY, CROSSED = "☑", "☐", "☒"
MARKS = frozenset("☑☐☒✓✗■●○◉√×□")

# Code (low byte) -> character. A ticked, an empty and a crossed *box* become the model's three marks; a bare tick or cross
# stays one. Codes not named here are pictures without meaning for a form and are dropped.
PRIVATE = re.compile("[\ue000-\uf8ff]")
_CIRCLED = {
    0x80: "⓪",
    **{0x81 + n: chr(0x2460 + n) for n in range(10)},
    **{0x8C + n: chr(0x2776 + n) for n in range(10)},
}
_WINGDINGS = {
    **_CIRCLED,
    **dict.fromkeys((0x6F, 0x70, 0x71, 0x72, 0xA8), EMPTY),
    0xFE: TICKED,
    **dict.fromkeys((0xFD, 0x78), CROSSED),
    0xFC: "✓",
    0xFB: "✗",
    0x6E: "■",
    0x6C: "●",
    **dict.fromkeys((0x6D, 0xA1), "○"),
    **dict.fromkeys((0xA4, 0xA2), "◉"),
    0xA7: "▪",
    **dict.fromkeys((0x9E, 0x9F), "·"),
    0x2A: "✉",
    **dict.fromkeys((0x28, 0x29), "☎"),
    0xE0: "→",
    0xE8: "→",
    0xF0: "⇨",
    0x20: " ",
}
_WINGDINGS_2 = {
    **{0x69 + n: chr(0x2460 + n) for n in range(10)},
    **dict.fromkeys((0x2A, 0x30, 0xA3), EMPTY),
    0x52: TICKED,
    **dict.fromkeys((0x51, 0x53, 0x54), CROSSED),
    0x50: "✓",
    **dict.fromkeys((0x4F, 0x55, 0x56), "✗"),
    0xA2: "■",
    **dict.fromkeys((0x96, 0x97, 0x98), "●"),
    **dict.fromkeys((0x99, 0x9A), "○"),
    **dict.fromkeys((0x9B, 0x9D, 0x9E), "◉"),
    0x20: " ",
}
_WEBDINGS = {0x61: "✓", 0x63: EMPTY, 0x67: "■", 0x6E: "●", 0x72: "✗", 0x20: " "}
_SYMBOL = {
    **{code: chr(code) for code in b" !%&()+,./0123456789:;<=>?[]_{|}"},
    0x2D: "−",
    0xB7: "•",
    0xD6: "√",
    0xB4: "×",
    0xB1: "±",
    0xB0: "°",
    0xA3: "≤",
    0xB3: "≥",
    0xB9: "≠",
    0xA5: "∞",
    0xAE: "→",
    0xDE: "⇒",
    0x61: "α",
    0x62: "β",
    0x67: "γ",
    0x6D: "μ",
    0x70: "π",
    0x57: "Ω",
    0x44: "Δ",
}
_MARLETT = {0x61: "✓", 0x62: "✓", 0x72: "✗", 0x6E: "●", 0x20: " "}
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
    "marlett": _MARLETT,
    "wingdings3": {0x20: " "},
}


def is_symbol_font(font: str) -> bool:
    """Whether *font* shows pictures instead of letters."""
    return _key(font) in _FONTS


def symbol(code: int, font: str) -> str:
    """The character that *font* shows for *code* (``0xF0FE`` and ``0xFE`` are the same); empty where it has no meaning here.

    For a font that is no symbol font: the character itself, private-use codes dropped.
    """
    table = _FONTS.get(_key(font))
    if table is None:
        if 0xE000 <= code < 0xF900 or not 0x20 <= code < 0x110000 or 0xD800 <= code < 0xE000:
            return ""
        return chr(code)
    if 0xF000 <= code <= 0xF0FF or code < 0x100:
        return table.get(code & 0xFF, "")
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xF900 else ""


def symbol_text(text: str, font: str) -> str:
    """*text* as *font* shows it: letters and private-use codes through the font's table, other scripts unchanged.

    Word takes Chinese from the East Asian font of the run, so only codes below U+0100 and U+F000–F0FF are the symbol font's.
    """
    if not is_symbol_font(font):
        return plain_private_use(text) if PRIVATE.search(text) else text
    return "".join(symbol(ord(c), font) if c < "\u0100" or "\uf000" <= c <= "\uf0ff" else c for c in text)


def plain_private_use(text: str) -> str:
    """Private-use codes without a known font: Word means Wingdings or Symbol by U+F0xx; read the ones that are marks."""
    return "".join(_lone(c) if "\ue000" <= c <= "\uf8ff" else c for c in text)


def _lone(character: str) -> str:
    code = ord(character)
    if not 0xF020 <= code <= 0xF0FF:
        return ""
    found = _WINGDINGS_2.get(code & 0xFF, "") if code & 0xFF in (0x52, 0xA3) else _WINGDINGS.get(code & 0xFF, "")
    return found if found in MARKS else ""


@lru_cache(maxsize=1000)
def _key(font: str) -> str:
    return re.sub(r"[\s_-]+", "", font.lower().strip("'\" "))


_ENCLOSE = re.compile(r"\\o\s*(?:\\a[clrd]\s*)?[(（](.*)[)）]\s*$", re.IGNORECASE | re.DOTALL)
_FORMAT_SWITCH = re.compile(r'\\\*\s*(?:"[^"]*"|[\w.]+)')
_RAISED = re.compile(r"\\s\s*\\(?:up|do)\s*-?\d*\s*[(（][^()（）]*[)）]\s*[,，]?", re.IGNORECASE)
_BOXES = "□▢◻☐口囗"
_TICK_SIGNS = "√✓✔☑vVＶｖ∨■●×✗✘☒╳xX"


def equation_text(instruction: str) -> str | None:
    r"""What ``eq \o\ac(□,√)`` shows; None where *instruction* is no such field.

    A tick over a box is ``☑``, a cross over it ``☒``; a number in a circle is the circled number; else all parts in order.
    """
    if not re.match(r"\s*eq\b", instruction, re.IGNORECASE):
        return None
    instruction = _FORMAT_SWITCH.sub("", instruction)
    if _RAISED.search(instruction) and re.search(r"\\o\b|\\o\\", instruction, re.IGNORECASE):
        instruction = _RAISED.sub("", instruction)  # a reading printed above its characters (拼音指南)
    match = _ENCLOSE.search(instruction.strip())
    if not match:
        return re.sub(
            r"\\(?:up|do|ai|di|fo|ba|hi)\s*-?\d+|\\[a-z]+\d*|[()（）]", "", instruction.strip()[2:], flags=re.IGNORECASE
        ).strip()
    body = re.sub(r"\\[a-z]+\s*\d*\s*", "", match.group(1).replace("（", "(").replace("）", ")"), flags=re.IGNORECASE)
    parts = [part.strip().strip("()").strip() for part in re.split(r"[,，;；]", body) if part.strip(" ()")]
    boxes = [part for part in parts if part in _BOXES]
    inner = [part for part in parts if part not in _BOXES]
    if boxes:
        if not inner:
            return EMPTY
        if all(part in _TICK_SIGNS for part in inner):
            return CROSSED if all(part in "×✗✘☒╳xX" for part in inner) else TICKED
        return "".join(inner)
    circles = [part for part in parts if part in "○〇◯Oo"]
    rest = [part for part in parts if part not in circles]
    if circles and len(rest) == 1:
        if rest[0].isdigit() and 1 <= int(rest[0]) <= 20:
            return chr(0x2460 + int(rest[0]) - 1)
        if rest[0] in "√✓✔●":
            return "◉"
    return "".join(rest if circles and rest else parts)


_SYMBOL_FIELD = re.compile(r"^\s*symbol\s+(0x[0-9a-f]+|\d+|\S)(.*)$", re.IGNORECASE | re.DOTALL)


def symbol_field_text(instruction: str) -> str | None:
    r"""What ``SYMBOL 254 \f "Wingdings"`` shows; None where *instruction* is another field."""
    match = _SYMBOL_FIELD.match(instruction)
    if not match:
        return None
    number, switches = match.group(1), match.group(2)
    font = re.search(r'\\f\s*"?([^"\\]+)"?', switches, re.IGNORECASE)
    try:
        code = int(number, 0) if len(number) > 1 or number.isdigit() else ord(number)
    except ValueError:
        return None
    if not 0 <= code < 0x110000:
        return ""
    return symbol(code, font.group(1) if font else "Symbol")


def field_text(instruction: str) -> str | None:
    """The text of a field that shows what its own code says, whatever result is stored; None for any other field."""
    found = equation_text(instruction)
    if found is None:
        found = symbol_field_text(instruction)
    if found is None:
        button = re.match(r"\s*macrobutton\s+\S+\s+(.*)$", instruction, re.IGNORECASE | re.DOTALL)
        found = button.group(1).strip() if button else None
    return found


_TICK_WORDS = re.compile(r"[√✓✔☑]|勾选|打勾|对勾|对号|\b(?:check(?:ed|mark)?|tick(?:ed)?)\b", re.IGNORECASE)


def picture_mark(description: str) -> str:
    """``✓`` where the alternative text of a small picture says that it is a tick, else empty."""
    return "✓" if _TICK_WORDS.search(description) else ""
