"""Pages as .docx in the ways that Word and WPS write ticks; plain XML, so that each technique is exactly what it is."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from tests.factory.page import BOX, TICK, Area, Grid, Page

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
    '<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>'
    "</Types>"
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="character" w:styleId="Marks"><w:name w:val="Marks"/><w:rPr><w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
)


def run(text: str, properties: str = "") -> str:
    parts = text.split("\n")
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in parts)
    return f"<w:r><w:rPr>{properties}</w:rPr>{body}</w:r>"


def _field(instruction: str, result: str = "") -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _control(ticked: bool) -> str:
    # Word's own default glyph for «ticked» is a crossed box.
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(ticked)}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        f'<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent>{run("☒" if ticked else "☐")}'
        "</w:sdtContent></w:sdt>"
    )


def _legacy(ticked: bool) -> str:
    state = "<w:checked/>" if ticked else ""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Box"/><w:enabled/>'
        f'<w:checkBox><w:sizeAuto/><w:default w:val="0"/>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


_FONT = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'
# technique -> (ticked, empty) as XML
TECHNIQUES: dict[str, tuple[str, str]] = {
    "typed": (run("☑"), run("☐")),
    "symbol": (
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
        '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>',
    ),
    "symbol_low": (
        '<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>',
        '<w:r><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>',
    ),
    "font": (run("R", _FONT.format("Wingdings 2")), run("£", _FONT.format("Wingdings 2"))),
    "font_private": (run("\uf0fe", _FONT.format("Wingdings")), run("\uf0a8", _FONT.format("Wingdings"))),
    "style": (run("R", '<w:rStyle w:val="Marks"/>'), run("£", '<w:rStyle w:val="Marks"/>')),
    "control": (_control(True), _control(False)),
    "legacy": (_legacy(True), _legacy(False)),
    "circled": (_field(r"eq \o\ac(□,√)"), run("☐")),
}


def docx_bytes(page: Page, technique: str = "symbol", **parts: str) -> bytes:
    """*page* as a package; *parts* are further parts of ``word/`` as XML (``header1``, ``numbering``)."""
    return package(body_xml(page, technique), **parts)


def body_xml(page: Page, technique: str = "symbol") -> str:
    return "".join(
        _grid(block, technique) if isinstance(block, Grid) else paragraph(block, technique) for block in page
    )


def package(body: str, **parts: str) -> bytes:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId9"/></w:sectPr>'
        if "header1" in parts
        else "<w:sectPr/>"
    )
    names = {"styles": STYLES, **parts}
    kinds = {"header1": "header"} | {name: "control" for name in names if name.startswith("activeX")}
    relations = "".join(
        f'<Relationship Id="{"rId9" if name == "header1" else name}" Type="{_RELATION}/{kinds.get(name, name)}" Target="{name}.xml"/>'
        for name in names
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'{head}<Relationships {space}><Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"{head}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"
        )
        archive.writestr("word/_rels/document.xml.rels", f"{head}<Relationships {space}>{relations}</Relationships>")
        for name, xml in names.items():
            archive.writestr(f"word/{name}.xml", head + xml)
    return out.getvalue()


def paragraph(text: str, technique: str = "symbol", properties: str = "") -> str:
    ticked, empty = TECHNIQUES[technique]
    pieces = re.split(f"({re.escape(TICK)}|{re.escape(BOX)})", text)
    body = "".join(ticked if piece == TICK else empty if piece == BOX else run(piece) for piece in pieces if piece)
    return f"<w:p><w:pPr>{properties}</w:pPr>{body}</w:p>"


def _grid(grid: Grid, technique: str) -> str:
    owner: dict[tuple[int, int], tuple[int, int, Area]] = {}
    for row, column, area in grid.placed():
        for down in range(area.rows):
            owner[row + down, column] = (row, column, area)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths)
    rows = ""
    for number in range(len(grid.rows)):
        cells = "".join(
            _cell(area, sum(grid.widths[column : column + area.cols]), technique, continued=row != number)
            for (at, column), (row, _, area) in sorted(owner.items())
            if at == number
        )
        rows += f"<w:tr>{cells}</w:tr>"
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return f'<w:tbl><w:tblPr><w:tblW w:w="{sum(grid.widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'


def _cell(area: Area, width: int, technique: str, continued: bool) -> str:
    span = f'<w:gridSpan w:val="{area.cols}"/>' if area.cols > 1 else ""
    merge = "<w:vMerge/>" if continued else '<w:vMerge w:val="restart"/>' if area.rows > 1 else ""
    lines = [""] if continued else area.text.split("\n")
    body = "".join(paragraph(line, technique) for line in lines)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}</w:tcPr>{body}</w:tc>'
