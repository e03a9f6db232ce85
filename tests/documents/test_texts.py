"""Text documents: what stands now and only that, in the order a person reads it."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from bot.documents.context import ReadContext
from bot.documents.errors import Encrypted
from bot.documents.model import Document
from tests.documents.conftest import Converted, document_of, opened, shape, to_convert
from tests.factory import docx_file
from tests.factory.layouts import LAYOUTS
from tests.factory.odd import FIRST_TABLE, ODD_DOCX, PARAGRAPHS, SECOND_TABLE


def lines(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs() if paragraph.text.strip()]


def grids(document: Document) -> list[list[tuple[int, int, int, int, str]]]:
    return [[(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells] for table in document.tables()]


def test_odd_docx() -> None:
    document = document_of(ODD_DOCX, "怪.docx")
    assert lines(document) == PARAGRAPHS
    assert grids(document) == [FIRST_TABLE, SECOND_TABLE]
    (nested,) = next(document.tables()).cells[2].nested
    assert [cell.text for cell in nested.cells] == ["内1", "内2"]
    assert [paragraph.text for paragraph in document.paragraphs() if paragraph.heading] == ["标题一"]


FORMS = ("doc", "rtf", "odt", "fodt", "docx")
to_convert("odd.docx", lambda: ODD_DOCX, *FORMS)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_odd_document_in_other_formats(converted: Converted, form: str) -> None:
    document = document_of(converted(form, "odd"), f"怪.{form}")
    assert sorted(lines(document)) == sorted(PARAGRAPHS)
    first, second = grids(document)[:2]
    assert [cell[4] for cell in first] == [cell[4] for cell in FIRST_TABLE]
    assert [cell[:4] for cell in first] == [cell[:4] for cell in FIRST_TABLE]
    assert [cell[4] for cell in second if cell[4]] == [cell[4] for cell in SECOND_TABLE]
    assert any(paragraph.heading and paragraph.text == "标题一" for paragraph in document.paragraphs())


def repacked(data: bytes, edit: dict[bytes, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            for old, new in edit.items():
                content = content.replace(old, new)
            target.writestr(info.filename, content)
    return out.getvalue()


def test_strict_docx() -> None:
    strict = repacked(
        ODD_DOCX,
        {
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/": b"http://purl.oclc.org/ooxml/wordprocessingml/",
            b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
        },
    )
    assert shape(document_of(strict, "怪.docx")) == shape(document_of(ODD_DOCX, "怪.docx"))


def flat_opc(data: bytes) -> bytes:
    parts = ""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.filename != "[Content_Types].xml":
                xml = re.sub(r"^<\?xml[^>]*\?>", "", archive.read(info).decode())
                parts += f'<pkg:part pkg:name="/{info.filename}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>'
    head = '<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{parts}</pkg:package>'.encode()


def test_flat_docx() -> None:
    assert shape(document_of(flat_opc(ODD_DOCX), "怪.xml")) == shape(document_of(ODD_DOCX, "怪.docx"))


def word_2003(data: bytes) -> bytes:
    """The body under Word 2003's names: the elements that this form uses are the same otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
    body = re.search(r"<w:body>.*</w:body>", xml, re.DOTALL)
    assert body is not None
    text = body.group().replace("<w:vMerge", "<w:vmerge").replace("w:hAnsi=", "w:h-ansi=")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
    return (
        f'{head}<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
        f' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint">{text}</w:wordDocument>'
    ).encode()


@pytest.mark.parametrize("technique", ["symbol", "font", "legacy", "circled"])
@pytest.mark.parametrize("name", ["表.xml", "表.doc"])
def test_word_2003_xml(technique: str, name: str) -> None:
    data = docx_file.docx_bytes(LAYOUTS["wps_grid"](), technique)
    assert shape(document_of(word_2003(data), name)) == shape(document_of(data, "表.docx"))


def docx_of(inner: str) -> Document:
    return document_of(docx_file.package(inner), "表.docx")


INLINE = [
    ("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>", "甲\t乙\n丙"),
    ('<w:p><w:fldSimple w:instr=" DATE "><w:r><w:t>2023年</w:t></w:r></w:fldSimple></w:p>', "2023年"),
    ('<w:p><w:fldSimple w:instr="eq \\o\\ac(□,×)"/><w:r><w:t>项</w:t></w:r></w:p>', "☒项"),
    (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>eq \\o</w:instrText></w:r><w:r><w:t>丢失</w:t></w:r></w:p><w:p><w:r><w:t>后文</w:t></w:r></w:p>',
        "后文",
    ),
    (
        '<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rStyle w:val="P"/></w:rPr><w:t>单击输入</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>空</w:t></w:r></w:p>',
        "空",
    ),
    (
        "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>庄晓东</w:t></w:r></w:sdtContent></w:sdt></w:p>",
        "庄晓东",
    ),
    (
        "<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt></w:p>",
        "☑",
    ),
    (
        '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>',
        "前后",
    ),
    (
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
        "拼",
    ),
    ("<w:p><w:smartTag><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:smartTag></w:p>", "链接"),
    (
        "<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo></w:p>",
        "移来",
    ),
    (
        '<w:p><w:r><w:rPr><w:dstrike/></w:rPr><w:t>双删</w:t></w:r><w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>留</w:t></w:r></w:p>',
        "留",
    ),
    ("<w:p><w:r><w:t>\U00020000㐀镕</w:t></w:r></w:p>", "\U00020000㐀镕"),
]


@pytest.mark.parametrize(("xml", "text"), INLINE)
def test_docx_inline(xml: str, text: str) -> None:
    assert lines(docx_of(xml)) == [text]


def test_docx_rows_that_only_tell_widths() -> None:
    def row(*cells: tuple[str, int]) -> str:
        return (
            "<w:tr>"
            + "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>'
                for text, width in cells
            )
            + "</w:tr>"
        )

    rows = (
        row(("名称", 1500), ("甲", 7500))
        + row(("人", 1510), ("乙", 2990), ("电话", 1500), ("1", 3000))
        + row(("内容", 9000))
    )
    assert grids(docx_of(f"<w:tbl>{rows}</w:tbl>")) == [
        [
            (0, 0, 1, 1, "名称"),
            (0, 1, 1, 3, "甲"),
            (1, 0, 1, 1, "人"),
            (1, 1, 1, 1, "乙"),
            (1, 2, 1, 1, "电话"),
            (1, 3, 1, 1, "1"),
            (2, 0, 1, 4, "内容"),
        ]
    ]


def test_docx_controls_around_cells_and_rows() -> None:
    box = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:tc><w:p><w:r><w:t>☐</w:t></w:r></w:p></w:tc></w:sdtContent></w:sdt>'
    row = f"<w:sdt><w:sdtContent><w:tr>{box}<w:tc><w:p><w:r><w:t>展览</w:t></w:r></w:p></w:tc></w:tr></w:sdtContent></w:sdt>"
    assert grids(docx_of(f"<w:tbl>{row}</w:tbl>")) == [[(0, 0, 1, 1, "☑"), (0, 1, 1, 1, "展览")]]


def test_docx_without_styles_numbering_and_relations() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ODD_DOCX)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if info.filename == "word/document.xml" or info.filename == "[Content_Types].xml":
                target.writestr(info.filename, source.read(info))
    assert "活动增加暗号完" in lines(document_of(out.getvalue(), "怪.docx"))


def test_docx_with_a_broken_picture_and_a_lost_directory() -> None:
    out = io.BytesIO(ODD_DOCX)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(3000))
    data = bytearray(out.getvalue())
    place = data.find(b"\x89PNG")
    data[place + 100] ^= 0xFF
    assert lines(document_of(bytes(data), "怪.docx")) == PARAGRAPHS
    assert lines(document_of(bytes(data[: place + 2000]), "怪.docx")) == PARAGRAPHS


RTF = [
    (rb"{\rtf1\ansi\ansicpg936 \'bb\'ee\'b6\'af\par}", ["活动"]),
    (rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset134 SimSun;}}\f0\'bb\'ee\'b6\'af\par}", ["活动"]),
    (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset136 MingLiU;}}\f0\'ac\'a1\'b0\'ca\par}", ["活動"]),
    (b"{\\rtf1\\ansi\\ansicpg936 \xbb\xee\xb6\xaf\\par}", ["活动"]),
    (rb"{\rtf1\ansi\uc2\u27963\'bb\'ee\u21160\'b6\'af\par}", ["活动"]),
    (rb"{\rtf1\ansi\uc1\u27963 ?\u-10178?\u-8448?\par}", ["活\U0001fb00"]),
    (rb"{\rtf1\ansi A{\v hidden}{\strike struck}{\deleted gone}B{\*\unknown {x}y}C\par}", ["ABC"]),
    (rb"{\rtf1\ansi A\line B\tab C\~D\_E\-F\emdash\par}", ["A\nB\tC\xa0D-EF—"]),
    (rb"{\rtf1\ansi{\upr{old}{\*\ud{new}}}\par}", ["new"]),
    (rb'{\rtf1\ansi{\field{\*\fldinst HYPERLINK "http://example.com/a"}{\fldrslt link}} end\par}', ["link end"]),
    (rb"{\rtf1\ansi{\listtext 1.\tab}first\par{\listtext\f1\'b7\tab}second\par}", ["1. first", "second"]),
    (rb"{\rtf1\ansi{\header head\par}body\par{\footer foot\par}}", ["head", "body", "foot"]),
    (
        rb"{\rtf1\ansi before{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt box\par}}{\shprslt fallback}} after\par}",
        ["before after", "box"],
    ),
    (rb"{\rtf1\ansi{\pict\pngblip 89504e470d0a1a0a0000}text\par", ["text"]),
    (rb"{\rtf1\ansi\bin5 {{{{{text\par}", ["text"]),
]


@pytest.mark.parametrize(("data", "expected"), RTF)
def test_rtf(data: bytes, expected: list[str]) -> None:
    assert lines(document_of(data, "表.rtf")) == expected


def test_rtf_nested_table() -> None:
    data = (
        rb"{\rtf1\ansi\trowd\cellx2000\cellx4000\pard\intbl A\cell\pard\intbl\itap2 x\nestcell y\nestcell"
        rb"{\*\nesttableprops\trowd\cellx2500\cellx3500\nestrow}{\nonesttables\par}\pard\intbl\itap1 B\cell\row\pard end\par}"
    )
    document = document_of(data, "表.rtf")
    assert grids(document) == [[(0, 0, 1, 1, "A"), (0, 1, 1, 1, "x\ty\nB")]]
    assert lines(document) == ["end"]


HTML = [
    ("<p>泉州市\n科普</p>", ["泉州市科普"]),
    ("<p>甲 \n 乙</p>", ["甲 乙"]),
    ("<div>a<br>b</div>", ["a\nb"]),
    (
        "<p>一<span style='display:none'>隐</span><s>删</s><del>删</del><span style='text-decoration: line-through'>删</span>二</p>",
        ["一二"],
    ),
    ("<style>.h{display:none}</style><p>一<b class=h>隐</b>二</p><script>x</script><!-- c -->", ["一二"]),
    ("<ol start=3><li>甲<li value=7>乙</ol><ul><li>丙</ul>", ["3. 甲", "7. 乙", "丙"]),
    (
        "<input type=radio checked>是<input type=radio>否<input value='庄晓东'><input type=hidden value=x>",
        ["☑是☐否庄晓东"],
    ),
    ("<select><option>请选择<option selected>展览</select><select><option>请选择</select>", ["展览"]),
    ("<pre>a\n  b</pre>", ["a\nb"]),
    ("<p>&#9745;展览&nbsp;&#x2610;互动</p>", ["☑展览\xa0☐互动"]),
    ("<![if !supportEmptyParas]>有<![endif]>", ["有"]),
    ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>", ["汉"]),
]


@pytest.mark.parametrize(("page", "expected"), HTML)
def test_html(page: str, expected: list[str]) -> None:
    assert lines(document_of(f"<html><body>{page}</body></html>".encode(), "页.html")) == expected


def test_html_with_unclosed_inline_tags() -> None:
    page = "".join(f"<font size={number}><p>第{number}行" for number in range(400)) + "<p>联系人：庄晓东"
    text = "".join(lines(document_of(f"<html><body>{page}".encode(), "页.html")))
    assert text.startswith("第0行") and text.endswith("联系人：庄晓东")


GRIDS = [
    ("<tr><td rowspan=2>a<td>b<tr><td>c", [(0, 0, 2, 1, "a"), (0, 1, 1, 1, "b"), (1, 1, 1, 1, "c")]),
    ("<tr><td rowspan=99>a<td colspan=0>b", [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b")]),
    ("<tr><td colspan=1000000000>a<tr><td>b<td>c", [(0, 0, 1, 2, "a"), (1, 0, 1, 1, "b"), (1, 1, 1, 1, "c")]),
    ("<tr style='display:none'><td>x<tr><td>a<td hidden>x<td>b", [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b")]),
    ("<thead><tr><th>a</thead><tbody><tr><td>b</tbody>", [(0, 0, 1, 1, "a"), (1, 0, 1, 1, "b")]),
    ("<tr><td><table><tr><td>a<td>b</table>", [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b")]),
]


@pytest.mark.parametrize(("rows", "cells"), GRIDS)
def test_html_tables(rows: str, cells: list[tuple[int, int, int, int, str]]) -> None:
    assert grids(document_of(f"<html><table>{rows}</table></html>".encode(), "页.html")) == [cells]


TEXTS = [
    ("活动名称：甲\r\n\r\n联系人：乙".encode("gb18030"), ["活动名称：甲", "联系人：乙"]),
    ("活动名称：甲\n联系人：乙".encode("utf-16"), ["活动名称：甲", "联系人：乙"]),
    ("活动名称：甲\n联系人：乙".encode("utf-16-le"), ["活动名称：甲", "联系人：乙"]),
    ("\ufeff活动名称：甲".encode(), ["活动名称：甲"]),
    ("活動名稱：甲，承辦單位：教育局與科學會".encode("big5"), ["活動名稱：甲，承辦單位：教育局與科學會"]),
]


@pytest.mark.parametrize(("data", "expected"), TEXTS)
def test_plain_text(data: bytes, expected: list[str]) -> None:
    assert lines(document_of(data, "文.txt")) == expected


def test_drawn_and_tabbed_tables() -> None:
    text = "填报表\n活动名称\t甲\n联系人\t乙\n\n┌──┬──┐\n│地点│实验│\n│　　│小学│\n├──┼──┤\n│电话│1　 │\n└──┴──┘\n| x | y |\n"
    document = document_of(text.encode(), "文.txt")
    assert lines(document) == ["填报表"]
    tabbed, drawn = ([[cell.text for cell in row] for row in table.rows()] for table in document.tables())
    assert tabbed == [["活动名称", "甲"], ["联系人", "乙"]]
    assert drawn[:2] == [["地点", "实验\n小学"], ["电话", "1"]]


def test_encrypted_word_file() -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = docx_file.docx_bytes(LAYOUTS["several"](), "legacy")
    padded = plain + bytes(-len(plain) % 4096)  # the library encrypts whole blocks only
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(padded)).encrypt("kepu2023", out)
    with pytest.raises(Encrypted):
        opened(out.getvalue(), "表.docx")
    document = opened(out.getvalue(), "表.docx", ReadContext(passwords=("kepu2023",))).document
    assert document is not None
    assert shape(document) == shape(document_of(plain, "表.docx"))
