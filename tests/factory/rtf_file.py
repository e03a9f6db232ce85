"""Pages as RTF, as Word (Unicode with fallback) and as older programs (GBK bytes) write it."""

from __future__ import annotations

import re

from tests.factory.page import BOX, TICK, Area, Grid, Page

_FORM = "{{\\field{{\\*\\fldinst{{ FORMCHECKBOX {{\\*\\formfield{{\\fftype1\\ffres{0}\\fftypetxt0\\ffhps20{{\\*\\ffname B}}\\ffdefres0}}}}}}}}{{\\fldrslt}}}}"
# technique -> (ticked, empty)
TECHNIQUES = {
    "typed": ("☑", "☐"),
    "symbol": (r"{\f2\'fe}", r"{\f2\'a8}"),
    "private": (r"{\f2\u-3842?}", r"{\f2\u-3928?}"),
    "legacy": (_FORM.format(1), _FORM.format(25)),
    "field": (
        r'{\field{\*\fldinst SYMBOL 254 \\f "Wingdings" \\s 12}{\fldrslt\f2 x}}',
        r'{\field{\*\fldinst SYMBOL 168 \\f "Wingdings"}{\fldrslt\f2 x}}',
    ),
    "circled": (r"{\field{\*\fldinst eq \\o\\ac(\u9633?,\u8730?)}{\fldrslt}}", r"\u9744?"),
}


def rtf_bytes(page: Page, technique: str = "symbol", gbk: bool = False) -> bytes:
    """*gbk*: Chinese as code page bytes, else as ``\\u`` with a fallback."""
    body = "".join(
        _grid(block, technique, gbk)
        if isinstance(block, Grid)
        else f"\\pard\\plain {_text(block, technique, gbk)}\\par\n"
        for block in page
    )
    return (
        "{\\rtf1\\ansi\\ansicpg936\\deff0\\deflang1033{\\fonttbl{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}"
        "{\\f1\\froman\\fcharset0 Times New Roman;}{\\f2\\fnil\\fcharset2 Wingdings;}}{\\colortbl;\\red0\\green0\\blue0;}"
        "{\\info{\\title \\'b1\\'ed}{\\author nobody}}{\\*\\generator Factory;}\\uc1 " + body + "}"
    ).encode("ascii")


def _text(text: str, technique: str, gbk: bool) -> str:
    ticked, empty = TECHNIQUES[technique]
    if technique == "typed":
        text, ticked, empty = text.replace(TICK, ticked).replace(BOX, empty), "", ""
    pieces = re.split(f"({re.escape(TICK)}|{re.escape(BOX)})", text)
    return "".join(ticked if piece == TICK else empty if piece == BOX else _escaped(piece, gbk) for piece in pieces)


def _escaped(text: str, gbk: bool) -> str:
    shown = ""
    for character in text:
        if character == "\n":
            shown += "\\line "
        elif character in "\\{}":
            shown += "\\" + character
        elif character.isascii():
            shown += character
        elif gbk and _in_gbk(character):
            shown += "".join(f"\\'{byte:02x}" for byte in character.encode("gbk"))
        else:
            code = ord(character)
            shown += f"\\u{code - 65536 if code > 32767 else code}?"
    return shown


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _grid(grid: Grid, technique: str, gbk: bool) -> str:
    owner: dict[tuple[int, int], tuple[int, Area]] = {}
    for row, column, area in grid.placed():
        for down in range(area.rows):
            owner[row + down, column] = (row, area)
    text = ""
    for number in range(len(grid.rows)):
        cells = [(column, row, area) for (at, column), (row, area) in sorted(owner.items()) if at == number]
        definition = "\\trowd\\trgaph108\\trleft-108"
        for column, row, area in cells:
            merge = "" if area.rows == 1 else "\\clvmgf" if row == number else "\\clvmrg"
            definition += f"{merge}\\clbrdrt\\brdrs\\cellx{sum(grid.widths[: column + area.cols]) - 108}"
        body = ""
        for _, row, area in cells:
            body += f"\\pard\\plain\\intbl {{{_text(area.text, technique, gbk) if row == number else ''}}}\\cell\n"
        text += f"{definition}\n{body}{{{definition}\\row}}\n"
    return text + "\\pard\n"
