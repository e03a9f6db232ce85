"""Pages as HTML and web archives: as a mail program, as Word, and as a web form would write them."""

from __future__ import annotations

import base64
from html import escape

from tests.factory.page import BOX, TICK, Grid, Page

# technique -> (ticked, empty)
TECHNIQUES = {
    "typed": ("☑", "☐"),
    "input": ('<input type="checkbox" checked>', '<input type="checkbox">'),
    "font": (
        "<span style='font-family:\"Wingdings 2\";mso-char-type:symbol'>R</span>",
        "<span style='font-family:\"Wingdings 2\";mso-char-type:symbol'>£</span>",
    ),
    "face": ('<font face="Wingdings">þ</font>', '<font face="Wingdings">¨</font>'),
}


def html_text(page: Page, technique: str = "input", charset: str = "utf-8") -> str:
    body = "".join(
        _table(block, technique) if isinstance(block, Grid) else f"<p>{_inline(block, technique)}</p>\n"
        for block in page
    )
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>表</title></head><body>\n{body}</body></html>'


def html_bytes(page: Page, technique: str = "input", charset: str = "utf-8", codec: str = "") -> bytes:
    return html_text(page, technique, charset).encode(codec or charset, "xmlcharrefreplace")


def mht_bytes(page: Page, technique: str = "font") -> bytes:
    """As Word saves «single file web page»: GB2312 in Base64."""
    data = base64.encodebytes(html_bytes(page, technique, "gb2312", "gb18030")).decode()
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="----=_NextPart_01"\n\n'
    part = f'------=_NextPart_01\nContent-Location: file:///C:/form.htm\nContent-Transfer-Encoding: base64\nContent-Type: text/html; charset="gb2312"\n\n{data}\n'
    return (head + part + "------=_NextPart_01--\n").encode()


def _inline(text: str, technique: str) -> str:
    ticked, empty = TECHNIQUES[technique]
    return (
        escape(text, quote=False)
        .replace(TICK, ticked)
        .replace(BOX, empty)
        .replace("\n", "<br>")
        .replace("  ", "&nbsp; ")
    )


def _table(grid: Grid, technique: str) -> str:
    rows = ""
    for row in grid.rows:
        cells = ""
        for area in row:
            spans = (f' rowspan="{area.rows}"' if area.rows > 1 else "") + (
                f" colspan={area.cols}" if area.cols > 1 else ""
            )
            cells += f"<td{spans}><p>{_inline(area.text, technique)}</p></td>"
        rows += f"<tr>{cells}</tr>\n"
    return f"<table border=1 cellspacing=0>{rows}</table>\n"
