"""What nobody sees in a text document is no text, in each format as its programs hide it; what anybody sees stays."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from bot.documents.model import Document
from bot.documents.shared.activex import stored_text
from tests.documents.conftest import Converted, document_of, to_convert
from tests.documents.test_pptx import compound_file
from tests.factory.docx_file import NAMESPACES, package, run


def words(document: Document) -> str:
    cells = [cell.text for table in document.tables() for cell in table.cells]
    return "|".join(text for text in [*(p.text for p in document.paragraphs()), *cells] if text)


def of_docx(inner: str, **parts: str) -> str:
    return words(document_of(package(inner, **parts), "表.docx"))


def para(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def shade(fill: str, kind: str = "clear", colour: str = "auto") -> str:
    return f'<w:shd w:val="{kind}" w:color="{colour}" w:fill="{fill}"/>'


def cell(content: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def table(*cells: str, properties: str = "") -> str:
    grid = '<w:gridCol w:w="2000"/>' * len(cells)
    return f'<w:tbl><w:tblPr>{properties}<w:tblW w:w="4000" w:type="dxa"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{"".join(cells)}</w:tr></w:tbl>'


WHITE = '<w:color w:val="FFFFFF"/>'
OLD, NEW = "旧地点", "新地点"
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
STYLES = (
    f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deep"><w:name w:val="Deep"/><w:basedOn w:val="Secret"/></w:style>'
    f'<w:style w:type="character" w:styleId="Pale"><w:name w:val="Pale"/><w:rPr>{WHITE}</w:rPr></w:style>'
    f'<w:style w:type="paragraph" w:styleId="Dark"><w:name w:val="Dark"/><w:pPr>{shade("1F3864")}</w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Darker"><w:name w:val="Darker"/><w:basedOn w:val="Dark"/></w:style>'
    '<w:style w:type="table" w:styleId="Head"><w:name w:val="Head"/><w:tblStylePr w:type="firstRow"><w:tcPr>'
    f"{shade('4472C4')}</w:tcPr></w:tblStylePr></w:style></w:styles>"
)
UNSEEN_RUNS = {
    "white": WHITE,
    "nearly white": '<w:color w:val="FEFDFE"/>',
    "white by theme": '<w:color w:val="FFFFFF" w:themeColor="background1"/>',
    "white by style": '<w:rStyle w:val="Pale"/>',
    "white marked white": WHITE + '<w:highlight w:val="white"/>',
    "white on white shading": WHITE + shade("FFFFFF"),
    "black on black": f'<w:color w:val="000000"/>{shade("000000")}',
    "hidden": "<w:vanish/>",
    "hidden by style": '<w:rStyle w:val="Secret"/>',
    "hidden by a style above": '<w:rStyle w:val="Deep"/>',
    "struck": "<w:strike/>",
    "struck twice": "<w:dstrike/>",
    "one point": '<w:sz w:val="2"/>',
    "without filling": f"<w14:textFill {W14}><w14:noFill/></w14:textFill>",
}
SEEN_RUNS = {
    "automatic": '<w:color w:val="auto"/>',
    "red": '<w:color w:val="FF0000"/>',
    "light grey": '<w:color w:val="D9D9D9"/>',
    "white on a marker": WHITE + '<w:highlight w:val="darkBlue"/>',
    "white on shading": WHITE + shade("1F3864"),
    "white on a pattern": WHITE + shade("auto", "pct50"),
    "white on a theme's colour": WHITE + '<w:shd w:val="clear" w:fill="auto" w:themeFill="accent1"/>',
    "white on solid": WHITE + shade("auto", "solid", "000000"),
    "switched off again": '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>',
    "dark again": '<w:rStyle w:val="Pale"/><w:color w:val="000000"/>',
    "not struck": '<w:strike w:val="false"/>',
    "only its outline": f"<w14:textOutline {W14}><w14:solidFill/></w14:textOutline><w14:textFill {W14}><w14:noFill/></w14:textFill>",
    "five points": '<w:sz w:val="10"/>',
    "outlined": "<w:outline/>",
    "bold and marked": '<w:b/><w:highlight w:val="yellow"/>',
}


@pytest.mark.parametrize("how", UNSEEN_RUNS)
def test_unseen_runs_of_a_docx(how: str) -> None:
    assert of_docx(para(run(OLD, UNSEEN_RUNS[how]), run(NEW)), styles=STYLES) == NEW


@pytest.mark.parametrize("how", SEEN_RUNS)
def test_seen_runs_of_a_docx(how: str) -> None:
    assert of_docx(para(run(OLD, SEEN_RUNS[how]), run(NEW)), styles=STYLES) == OLD + NEW


BOX = (
    '<w:r><w:pict><v:shape style="{}"><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
)
FILLED = '<w:r><w:pict><v:rect fillcolor="{}">{}<v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>'
EXACT = '<w:trPr><w:trHeight w:val="{}" w:hRule="exact"/></w:trPr>'
GROUNDS = [
    (table(cell(para(run(OLD, WHITE))), cell(para(run(NEW)))), NEW),
    (table(cell(para(run(OLD, WHITE)), shade("1F3864")), cell(para(run(NEW)))), f"{OLD}|{NEW}"),
    (table(cell(para(run(OLD, WHITE)), shade("FFFFFF")), cell(para(run(NEW)))), NEW),
    (table(cell(para(run(OLD, WHITE))), cell(para(run(NEW))), properties=shade("1F3864")), f"{OLD}|{NEW}"),
    (table(cell(para(run(OLD, WHITE))), cell(para(run(NEW))), properties='<w:tblStyle w:val="Head"/>'), f"{OLD}|{NEW}"),
    (table(cell(table(cell(para(run(OLD, WHITE)))) + para(), shade("1F3864")), cell(para(run(NEW)))), f"{OLD}|{NEW}"),
    (para(run(OLD, WHITE), run(NEW), properties=shade("1F3864")), OLD + NEW),
    (para(run(OLD, WHITE), run(NEW), properties='<w:pStyle w:val="Dark"/>'), OLD + NEW),
    (para(run(OLD, WHITE), run(NEW), properties='<w:pStyle w:val="Darker"/>'), OLD + NEW),
    (para(run(NEW), BOX.format("", para(run(OLD, WHITE)))), f"{NEW}|{OLD}"),  # a shape has its own filling
    (para(run(NEW), BOX.format("visibility:hidden", para(run(OLD)))), NEW),
    (f'<w:tbl><w:tr>{cell(para(run(NEW)))}</w:tr><w:tr><w:trPr><w:hidden/></w:trPr>{cell(para(run(OLD)))}</w:tr></w:tbl>', NEW),
    (para(run(NEW), FILLED.format("#1F3864", "", para(run(OLD, WHITE)))), f"{NEW}|{OLD}"),
    (para(run(NEW), FILLED.format("white [3212]", "", para(run(OLD, WHITE)))), NEW),
    (para(run(NEW), FILLED.format("white", '<v:fill type="gradient"/>', para(run(OLD, WHITE)))), f"{NEW}|{OLD}"),
    (f'<w:tbl><w:tr>{cell(para(run(NEW)))}</w:tr><w:tr>{EXACT.format(1)}{cell(para(run(OLD)))}</w:tr></w:tbl>', NEW),
    (f'<w:tbl><w:tr>{cell(para(run(NEW)))}</w:tr><w:tr>{EXACT.format(200)}{cell(para(run(OLD)))}</w:tr></w:tbl>', f"{NEW}|{OLD}"),
    (para(run("☑展览", WHITE), run("☑宣传")), "☑宣传"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), GROUNDS)
def test_what_lies_behind_the_text_of_a_docx(body: str, expected: str) -> None:
    assert of_docx(body, styles=STYLES) == expected


def test_notes_that_nobody_refers_to() -> None:
    notes = "".join(
        f'<w:footnote w:id="{n}"{kind}>{para(run(text))}</w:footnote>'
        for n, kind, text in (
            (0, ' w:type="separator"', "线"),
            (1, "", "旧脚注999人"),
            (2, "", "含志愿者20人"),
            (3, "", "删去的脚注"),
        )
    )
    body = para(
        run("参与300人"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        '<w:del w:id="9"><w:r><w:footnoteReference w:id="3"/></w:r></w:del>',
    )
    assert of_docx(body, footnotes=f"<w:footnotes {NAMESPACES}>{notes}</w:footnotes>") == "参与300人|含志愿者20人"


def test_numbering_of_a_style_above() -> None:
    styles = (
        f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="L1"><w:name w:val="L1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="L2"><w:name w:val="L2"/><w:basedOn w:val="L1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="L2b"><w:name w:val="L2b"/><w:basedOn w:val="L2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="No"><w:name w:val="No"/><w:basedOn w:val="L1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    numbering = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    body = "".join(
        para(run(text), properties=f'<w:pStyle w:val="{style}"/>{own}')
        for text, style, own in (
            ("名称", "L1", ""),
            ("进校园", "L2", ""),
            ("进社区", "L2b", ""),
            ("不编号", "No", ""),
            ("直接", "L1", '<w:numPr><w:ilvl w:val="1"/></w:numPr>'),
            ("联系人", "L1", ""),
        )
    )
    assert (
        of_docx(body, styles=styles, numbering=numbering) == "1. 名称|1.1 进校园|1.2 进社区|不编号|1.3 直接|2. 联系人"
    )


CHECK, OPTION, TYPED = ("8BD21D40", "8BD21D50", "8BD21D10")


def active_x(kind: str, **bag: str) -> str:
    inner = "".join(f'<ax:ocxPr ax:name="{name}" ax:value="{text}"/>' for name, text in bag.items())
    return (
        f'<ax:ocx ax:classid="{{{kind}-EC42-11CE-9E0D-00AA006002F3}}" ax:persistence="persistPropertyBag"'
        f' xmlns:ax="http://schemas.microsoft.com/office/2006/activeX">{inner}</ax:ocx>'
    )


def test_active_x_controls() -> None:
    parts = {
        "activeX1": active_x(CHECK, DisplayStyle="4", Value="1", Caption="展览展示"),
        "activeX2": active_x(CHECK, DisplayStyle="4", Value="0", Caption="互动体验"),
        "activeX3": active_x(OPTION, DisplayStyle="5", Value="True", Caption="是"),
        "activeX4": active_x(TYPED, Value="庄晓东"),
        "activeX5": active_x("D7053240", Caption="提交"),  # a button
    }
    body = para(*(f'<w:r><w:object><w:control r:id="{name}" w:name="c"/></w:object></w:r>' for name in parts))
    assert of_docx(body, **parts) == "☑展览展示☐互动体验☑是庄晓东"


# The bytes that LibreOffice 7.4 writes for a ticked box «展览».
STORED = bytes.fromhex(
    "00023400 4601c084 00000000 ffffff02 00000002 04000000 02000000 04000000 01000000 02000000 02000000 31000000 555cc889".replace(
        " ", ""
    )
)


@pytest.mark.parametrize("wrap", [bytes, lambda data: bytes(16) + data, lambda data: compound_file("contents", data)])
def test_active_x_controls_kept_as_bytes(wrap: Callable[[bytes], bytes]) -> None:
    identity = "{8BD21D40-EC42-11CE-9E0D-00AA006002F3}"
    assert stored_text(identity, wrap(STORED)) == "☑展览"
    assert stored_text(identity, wrap(STORED.replace(b"1\0\0\0U", b"0\0\0\0U"))) == "☐展览"
    assert stored_text(identity, wrap(STORED[:30])) == "☐"


def office_docx() -> bytes:
    """What LibreOffice keeps through its formats."""
    body = (
        para(run("段", UNSEEN_RUNS["white"]), run("落"))
        + table(cell(para(run("白", WHITE), run("黑"))), cell(para(run("深底白字", WHITE)), shade("1F3864")))
        + table(cell(para(run("深底", WHITE)), shade("1F3864")), cell(para(run("后白", WHITE), run("留"))))
        + para(run("旧", "<w:strike/>"), run("隐", "<w:vanish/>"), run("双", "<w:dstrike/>"), run("新"))
        + para(run("记号", WHITE + '<w:highlight w:val="darkBlue"/>'), run("小", '<w:sz w:val="2"/>'), run("大"))
        + para(run("深段白字", WHITE), properties=shade("1F3864"))
    )
    return package(body)


to_convert("unseen.docx", office_docx, "doc", "odt", "rtf")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["doc", "odt", "rtf"])
def test_unseen_text_in_office_formats(converted: Converted, form: str) -> None:
    assert words(document_of(converted(form, "unseen"), f"表.{form}")) == "落|新|记号大|深段白字|黑|深底白字|深底|留"


ODF = (
    '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>'
    '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="WW" style:family="text" style:parent-style-name="W"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="A" style:family="text"><style:text-properties style:use-window-font-color="true"/></style:style>'
    '<style:style style:name="B" style:family="text"><style:text-properties fo:color="#ffffff" fo:background-color="#000080"/></style:style>'
    '<style:style style:name="O" style:family="text"><style:text-properties fo:color="#000000" loext:opacity="0%"/></style:style>'
    '<style:style style:name="AO" style:family="text"><style:text-properties style:use-window-font-color="true" loext:opacity="0%"/></style:style>'
    '<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-type="double"/></style:style>'
    '<style:style style:name="PW" style:family="paragraph"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="PD" style:family="paragraph"><style:paragraph-properties fo:background-color="#222222"/><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="CD" style:family="table-cell"><style:table-cell-properties fo:background-color="#1f3864"/></style:style>'
    '<style:style style:name="RD" style:family="table-row"><style:table-row-properties fo:background-color="#1f3864"/></style:style>'
    '<style:style style:name="TH" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:text>{}</office:text></office:body></office:document>"
)
ODT = [
    ('<text:p><text:span text:style-name="W">旧</text:span>新</text:p>', "新"),
    ('<text:p><text:span text:style-name="WW">旧</text:span>新</text:p>', "新"),
    ('<text:p><text:span text:style-name="W">旧<text:span text:style-name="A">新</text:span></text:span></text:p>', "新"),
    ('<text:p><text:span text:style-name="AO">自动</text:span></text:p>', "自动"),
    ('<text:p><text:span text:style-name="B">记号</text:span></text:p>', "记号"),
    ('<text:p><text:span text:style-name="O">旧</text:span><text:span text:style-name="S">旧</text:span>新</text:p>', "新"),
    ('<text:p text:style-name="PW">旧</text:p><text:p text:style-name="PD">深</text:p>', "深"),
    ('<text:p>旧<text:hidden-paragraph text:condition="ooow:1" text:is-hidden="true"/></text:p><text:p>新</text:p>', "新"),
    ('<text:p>新<text:hidden-paragraph text:condition="ooow:0" text:is-hidden="false"/></text:p>', "新"),
    ('<text:p>新<text:hidden-text text:condition="ooow:1" text:string-value="旧" text:is-hidden="true">旧</text:hidden-text></text:p>', "新"),
    ('<text:section text:name="s" text:display="none"><text:p>旧</text:p></text:section><text:p>新</text:p>', "新"),
    ('<text:section text:name="s" text:display="condition" text:condition="ooow:1"><text:p>旧</text:p></text:section><text:p>新</text:p>', "新"),
    ('<text:section text:name="s" text:display="condition" text:condition="ooow:x EQ 5"><text:p>新</text:p></text:section>', "新"),
    ('<table:table table:style-name="TH"><table:table-row><table:table-cell><text:p>旧</text:p></table:table-cell></table:table-row></table:table><text:p>新</text:p>', "新"),
    ('<table:table><table:table-row><table:table-cell table:style-name="CD"><text:p text:style-name="PW">深</text:p></table:table-cell><table:table-cell><text:p text:style-name="PW">旧</text:p></table:table-cell></table:table-row></table:table>', "深"),
    ('<table:table><table:table-row table:style-name="RD"><table:table-cell><text:p text:style-name="PW">深</text:p></table:table-cell></table:table-row></table:table>', "深"),
    ('<text:list xml:id="a"><text:list-item><text:p>一</text:p></text:list-item></text:list><text:list xml:id="a"><text:list-item><text:p>二</text:p></text:list-item></text:list>', "一|二"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), ODT)
def test_odt(body: str, expected: str) -> None:
    assert words(document_of(ODF.format(body).encode(), "表.fodt")) == expected


HEAD = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\colortbl;\red255\green255\blue255;\red0\green0\blue0;\red31\green56\blue100;}"
RTF = [
    (rb"{\cf1 old}new\par", "new"),
    (rb"{\cf1\b old\plain new}\par", "new"),
    (rb"\pard\cf1 old\cf0 new\par", "new"),
    (rb"{\cf1\highlight3 marked}\par", "marked"),
    (rb"{\cf1\chcbpat3 shaded}{\cf1\chcbpat1 old}\par", "shaded"),
    (rb"\pard\cbpat3{\cf1 dark}\par\pard{\cf1 old}new\par", "dark|new"),
    (rb"{\fs2 old}{\fs10 new}\par", "new"),
    (rb"{\v old}{\strike old}{\striked1 old}new\par", "new"),
    (rb"{\shp{\*\shpinst{\shptxt {\cf1 box}\par}}}new\par", "new|box"),
    (
        rb"\trowd\clcbpat3\cellx2000\cellx4000\pard\intbl{\cf1 dark}\cell{\cf1 old}new\cell\row\trowd\cellx2000\cellx4000\pard\intbl{\cf1 old}a\cell b\cell\row",
        "dark|new|a|b",
    ),
    (rb"{\b0\*\cs7 text}{\*\cs7 more}\par", "textmore"),
    (rb"{\*\unknown hidden}{\b\*\i seen}\par", "seen"),
]


@pytest.mark.parametrize(("body", "expected"), RTF)
def test_rtf(body: bytes, expected: str) -> None:
    assert words(document_of(HEAD + body + b"}", "表.rtf")) == expected


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        (78, b"\x93\xfa\x96{", "日本"),
        (79, b"\xc7\xd1\xb1\xdb", "한글"),
        (80, b"\xbb\xee\xb6\xaf", "活动"),
        (81, b"\xac\xa1\xb0\xca", "活動"),
    ],
)
def test_macintosh_charsets_of_rtf(charset: int, raw: bytes, text: str) -> None:
    escaped = "".join(f"\\'{byte:02x}" for byte in raw)
    data = rf"{{\rtf1\mac{{\fonttbl{{\f0\fcharset{charset} Font;}}}}\f0 {escaped}\par}}".encode()
    assert words(document_of(data, "表.rtf")) == text


@pytest.mark.parametrize(
    ("language", "charset", "codec", "text"),
    [
        (0x0804, 0, "gb18030", "活动名称"),
        (0x0404, 0, "big5", "活動名稱"),
        (0x0409, 0, "gb18030", "活动名称：科普进校园"),
        (0x0407, 0, "cp1252", "Größe für Schüler"),
        (0x040E, 0, "cp1250", "Őszi műsor"),
        (0x0408, 0, "cp1253", "Ημέρα"),
        (0x041F, 0, "cp1254", "İstanbul ışık"),
        (0x0419, 0, "cp1251", "Наука"),
        (0x040C, 256, "mac_roman", "été à Genève"),
        (0x0419, 256, "mac_cyrillic", "Наука"),
    ],
)
def test_code_pages_of_word_6(language: int, charset: int, codec: str, text: str) -> None:
    raw = text.encode(codec) + b"\r"
    header = bytearray(0x300)
    struct.pack_into("<HHHHHH", header, 0, 0xA5DC, 101, 0, language, 0, 0)
    struct.pack_into("<H", header, 0x14, charset)
    struct.pack_into("<II", header, 0x18, 0x300, 0x300 + len(raw))
    struct.pack_into("<I", header, 0x34, len(raw))
    assert words(document_of(bytes(header) + raw, "旧.doc")) == text


HTML = [
    ("<p><span style='color:#fff'>旧</span>新</p>", "新"),
    ("<p><span style='color: rgb(255, 255, 255);'>旧</span><font color=white>旧</font>新</p>", "新"),
    ("<p style='color:white'>旧<b style='color:black'>新</b></p>", "新"),
    ("<p style='font-size:0'>旧<span style='font-size:14px'>新</span></p>", "新"),
    ("<p><span style='font-size:1px'>旧</span><span style='opacity:0'>旧</span><span style='color:transparent'>旧</span>新</p>", "新"),
    ("<p><span style='position:absolute;left:-9999px'>旧</span>新</p>", "新"),
    ("<p style='background:#036;color:#fff'>深</p>", "深"),
    ("<p style='background-color:#fff;color:#fff'>旧</p><p style='background:#fff none repeat scroll 0 0;color:#fff'>旧</p>新", "新"),
    ("<p style='background:url(a.png);color:#fff'>图</p><p style='background:linear-gradient(#000,#333);color:#fff'>渐</p>", "图|渐"),
    ("<p style='opacity:0.9;font-size:1.2em;text-indent:-21pt'>新</p>", "新"),
    ("<body bgcolor='#003366'><font color='#ffffff'>深</font></body>", "深"),
    ("<table><tr bgcolor=navy><td><font color=white>深</font><tr><td><font color=white>旧</font>新</table>", "深|新"),
    ("<style>th{background:#036;color:#fff} .w{color:#fff}</style><table><tr><th>深<td><i class=w>旧</i>新</table>", "深|新"),
    ("<style>.t th{background:#036} .w{color:#fff}</style><table class=t><tr><th><i class=w>深</i></table>", "深"),
    ("<div style='position:absolute;color:#fff'>浮</div>", "浮"),
    ("<p style='background-image:url(a.png);color:#fff'>图</p>", "图"),
    ("<style>@media (prefers-color-scheme: dark) { .t { color: #fff } p { background: #000 } } .h{display:none}</style><p class=t>白天</p><p class=h>旧</p>", "白天"),
    ("<style>@media only screen and (max-width:600px) { .t { display: none } }</style><p class=t>宽屏</p>", "宽屏"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), HTML)
def test_html(page: str, expected: str) -> None:
    assert words(document_of(f"<html>{page}</html>".encode(), "页.html")) == expected


CASCADE = [
    ("tr.x td{text-decoration:line-through}", "<table><tr class=x><td>旧<tr><td>新</table>", "新"),
    ("table > tbody > tr:nth-child(2n){display:none}", "<table><tbody><tr><td>新<tr><td>旧</table>", "新"),
    ("tr:nth-child(2){display:none}", "<table><colgroup><col></colgroup><tr><td>新<tr><td>旧</table>", "新"),
    ("tr:last-child{font-size:0}", "<table><tr><td>新<tr><td>旧</table>", "新"),
    ("td + td{color:white}", "<table><tr><td>新<td>旧</table>", "新"),
    ("[data-state~=off]{display:none}", "<p data-state='a off'>旧</p><p data-state=on>新</p>", "新"),
    ("div p.a, #b{visibility:hidden}", "<div><p class=a>旧</p></div><p class=a>新</p><p id=b>旧</p>", "新"),
    (".o:not(.k){display:none}", "<p class=o>旧</p><p class='o k'>新</p>", "新"),
    # The weightier rule holds, and what is important before what stands in the element.
    ("p.a{display:block} p{display:none}", "<p class=a>新</p><p>旧</p>", "新"),
    ("p{text-decoration:line-through} p.n{text-decoration:none}", "<p class=n>新</p><p>旧</p>", "新"),
    ("p{color:white!important}", "<p style='color:black'>旧</p><b>新</b>", "新"),
    # Seen: states that nobody is in, grounds that are or may be dark, and what is visible again.
    ("p:hover{display:none} p:visited{color:#fff}", "<p>新</p>", "新"),
    ("tr:nth-of-type(odd) td{background:#036} td{color:#fff}", "<table><tr><td>深<tr><td>旧</table>", "深"),
    ("p:unheard-of{background:#036} p{color:#fff}", "<p>也许</p>", "也许"),
    ("p..x{background:#036} p{color:#fff}", "<p>也许</p>", "也许"),
    (".v{visibility:hidden} .v b{visibility:visible}", "<p class=v>旧<b>新</b></p>", "新"),
    ("", "<p><i style='color:rgba(0, 0, 0, 0)'>旧</i><i style='color:#0000'>旧</i><i style='color:hsl(120,50%,100%)'>旧</i>新</p>", "新"),
    ("", "<p style='color:rgba(0,0,0,.6)'>半</p><p style='color:hsl(0,0%,40%)'>灰</p>", "半|灰"),
    ("", "<p style='background:hsl(210,80%,20%);color:white'>深</p>", "深"),
    ("", "<div style='height:0;overflow:hidden'>旧</div><span style='width:0;overflow:hidden'>新</span>", "新"),
    ("", "<p style='position:absolute;clip:rect(1px, 1px, 1px, 1px)'>旧</p><p style='clip:rect(0,0,0,0)'>新</p>", "新"),
    ("", "<details><summary>题</summary>旧<p>旧</p></details><details open><summary>目</summary>新</details>", "题|目|新"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "body", "expected"), CASCADE)
def test_style_sheets_of_a_page(sheet: str, body: str, expected: str) -> None:
    assert words(document_of(f"<html><style>{sheet}</style><body>{body}".encode(), "表.html")) == expected


def test_a_hostile_style_sheet_costs_no_more_than_the_page() -> None:
    """What the budget does not reach is seen."""
    sheet = "".join(f"{'* ' * n}b{{display:none}}" for n in range(1, 99)) + ":not(:not(" * 40 + "{" * 999
    page = f"<style>{sheet}</style>{'<i>' * 150}{'<u>字</u>' * 3000}{'<b>末</b>' * 3000}"
    assert words(document_of(page.encode(), "表.html")).count("字") == 3000
