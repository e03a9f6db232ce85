"""What lies under a drawn shape of a sheet cannot be seen, where that is certain; seals, logos and frames hide nothing."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from typing import Any

import openpyxl
import pytest
from PIL import Image, ImageDraw

from bot.documents.model import Document
from tests.documents.conftest import Converted, document_of, to_convert

SPACES = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
STYLE = '<xdr:style><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></xdr:style>'


def marker(name: str, column: int, across: int, row: int, down: int) -> str:
    return f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>{across}</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:{name}>"


CELL = marker("from", 1, 0, 1, 0) + marker("to", 2, 0, 2, 0)  # B2


def shape(fill: str, place: str = CELL, *, form: str = "rect", rest: str = "", text: str = "", frame: str = "") -> str:
    body = f"<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody>" if text else ""
    kind = "oneCellAnchor" if "<xdr:ext " in place else "twoCellAnchor"
    return (
        f'<xdr:{kind}>{place}<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="r"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>{frame}'
        f'<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>{fill}</xdr:spPr>{rest}{body}</xdr:sp><xdr:clientData/></xdr:{kind}>'
    )


def image(place: str = CELL, inside: str = "") -> str:
    return (
        f'<xdr:twoCellAnchor>{place}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="p"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip r:embed="rId1">{inside}</a:blip><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>'
    )


def stored(picture: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def seal(mode: str = "RGBA") -> Image.Image:
    picture = Image.new(mode, (200, 200), (255, 255, 255, 0) if mode == "RGBA" else (255, 255, 255))
    ImageDraw.Draw(picture).ellipse((5, 5, 195, 195), outline=(220, 20, 20), width=12)
    return picture


def workbook(drawn: str, picture: bytes = b"", **looks: Any) -> bytes:
    """«填报单位 / 晋江市科协, 人数 / 300» with *drawn* over it."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "汇总"
    sheet.append(["填报单位", "晋江市科协"])
    sheet.append(["人数", 300, "人"])
    if looks.get("merged"):
        sheet.merge_cells("B2:B4")
    if looks.get("wide"):
        sheet.column_dimensions["B"].width = 30
    plain = io.BytesIO()
    book.save(plain)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    rels = f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{{}}</Relationships>'
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                element = f'<drawing xmlns:r="{relation}" r:id="rId1"/></worksheet>'.encode()
                content = content.replace(b"</worksheet>", element)
            if name == "[Content_Types].xml":
                kinds = (
                    b'<Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
                    b'<Default Extension="png" ContentType="image/png"/></Types>'
                )
                content = content.replace(b"</Types>", kinds)
            target.writestr(name, content)
        target.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            rels.format(f'<Relationship Id="rId1" Type="{relation}/drawing" Target="../drawings/drawing1.xml"/>'),
        )
        target.writestr("xl/drawings/drawing1.xml", f"{head}<xdr:wsDr {SPACES}>{drawn}</xdr:wsDr>")
        target.writestr(
            "xl/drawings/_rels/drawing1.xml.rels",
            rels.format(f'<Relationship Id="rId1" Type="{relation}/image" Target="../media/image1.png"/>'),
        )
        target.writestr("xl/media/image1.png", picture)
    return out.getvalue()


def cells(document: Document) -> list[str]:
    (table,) = document.tables()
    return [cell.text for cell in table.cells if cell.text]


ALL = ["填报单位", "晋江市科协", "人数", "300", "人"]
LEFT = [text for text in ALL if text != "300"]
NAME = marker("from", 0, 300_000, 0, 0) + marker("to", 3, 0, 9, 0)  # over the unit's name and below


@pytest.mark.parametrize(
    ("drawn", "options"),
    [
        (shape(WHITE), {}),
        (shape("", rest=STYLE), {}),
        (shape(WHITE, text="500"), {}),
        (shape(WHITE, marker("from", 1, 30_000, 1, 10_000) + marker("to", 1, 2_050_000, 1, 180_000)), {"wide": True}),
        (shape(WHITE, marker("from", 1, 0, 1, 0) + '<xdr:ext cx="620000" cy="190500"/>'), {}),
        (shape(WHITE, marker("from", 1, 0, 1, 0) + marker("to", 2, 0, 4, 0)), {"merged": True}),
        (image(), {"picture": stored(Image.new("RGB", (40, 20), "white"))}),
        (image(inside="<a:extLst/>"), {"picture": stored(Image.new("RGB", (40, 20), "white"), "JPEG")}),
    ],
)
def test_a_covered_cell_is_not_read_and_named(drawn: str, options: dict[str, Any]) -> None:
    document = document_of(workbook(drawn, **options), "汇总.xlsx")
    assert cells(document) == LEFT
    (problem,) = document.problems
    assert "工作表“汇总”的B2被图形遮住" in problem.message and not problem.is_error


CLEAR = '<a:solidFill><a:srgbClr val="FFFF00"><a:alpha val="40000"/></a:srgbClr></a:solidFill>'


@pytest.mark.parametrize(
    ("drawn", "options"),
    [
        (shape("<a:noFill/>", rest=STYLE), {}),
        (shape(""), {}),
        (shape(CLEAR), {}),
        (shape(WHITE, form="ellipse"), {}),
        (shape(WHITE, frame='<a:xfrm rot="2700000"/>'), {}),
        (shape(WHITE, marker("from", 1, 300_000, 1, 0) + marker("to", 2, 0, 2, 0)), {}),
        (shape(WHITE, marker("from", 1, 0, 1, 0) + marker("to", 1, 600_000, 2, 0)), {"wide": True}),
        (shape(WHITE, marker("from", 1, 0, 1, 0) + '<xdr:ext cx="620000" cy="190500"/>'), {"wide": True}),
        (shape(WHITE), {"merged": True}),
        (image(NAME), {"picture": stored(seal())}),
        (image(NAME), {"picture": stored(seal("RGB"))}),
        (image(NAME), {"picture": stored(Image.new("RGBA", (9, 9), (255, 255, 255, 0)))}),
        (image(inside="<a:alphaModFix/>"), {"picture": stored(Image.new("RGB", (40, 20), "white"))}),
        (image(), {"picture": b"broken"}),
    ],
)
def test_what_hides_nothing(drawn: str, options: dict[str, Any]) -> None:
    document = document_of(workbook(drawn, **options), "汇总.xlsx")
    assert cells(document) == ALL
    assert document.problems == ()


DRAWN = {
    "white": (shape(WHITE), LEFT),
    "text": (shape(WHITE, text="500"), LEFT),
    "frame": (shape("<a:noFill/>", rest=STYLE), ALL),
    "clear": (shape(CLEAR), ALL),
    "round": (shape(WHITE, form="ellipse"), ALL),
    "half": (shape(WHITE, marker("from", 1, 300_000, 1, 0) + marker("to", 2, 0, 2, 0)), ALL),
    "seal": (image(NAME), ALL),
}
ASIDE = marker("from", 1, 500_000, 1, 0) + marker("to", 5, 0, 3, 0)
for title, (drawn, _) in DRAWN.items():
    to_convert(f"{title}.xlsx", partial(lambda one: workbook(one, stored(seal())), drawn), "xls")
to_convert("aside.xlsx", lambda: workbook(shape(WHITE, ASIDE, text="另附名单")), "fods")


@pytest.mark.slow
def test_the_same_in_xls(converted: Converted) -> None:
    for name, (_, expected) in DRAWN.items():
        document = document_of(converted("xls", name), "汇总.xls")
        assert cells(document) == expected, name
        assert ["B2被图形遮住" in problem.message for problem in document.problems] == [True] * (expected is LEFT), name


@pytest.mark.slow
def test_a_text_box_hung_on_a_cell_of_ods(converted: Converted) -> None:
    """LibreOffice keeps it inside the cell's element; it is a text beside the table, not part of the number."""
    document = document_of(converted("fods", "aside"), "汇总.fods")
    assert cells(document) == ALL
    assert [block.text for block in document.paragraphs()] == ["另附名单"]
