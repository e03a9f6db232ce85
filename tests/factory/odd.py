"""One .docx with everything that readers stumble over, and what stands in it for a person."""

from __future__ import annotations

from tests.factory.docx_file import NAMESPACES, package, paragraph, run

_NUMBERING = (
    f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
_HEADER = f"<w:hdr {NAMESPACES}>{paragraph('页眉：市科协')}</w:hdr>"


def _listed(text: str, level: int) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def _cell(content: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def _table(rows: str, columns: int = 3) -> str:
    grid = '<w:gridCol w:w="2000"/>' * columns
    return f'<w:tbl><w:tblPr><w:tblW w:w="{2000 * columns}" w:type="dxa"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'


_NESTED = _table(f"<w:tr>{_cell(paragraph('内1'))}{_cell(paragraph('内2'))}</w:tr>", 2)
_TEXT_BOX = (
    '<w:p><w:r><w:t>框外</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
    '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
    '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="2000000" cy="500000"/><wp:wrapNone/>'
    '<wp:docPr id="1" name="b"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr>'
    f"<wps:txbx><w:txbxContent>{paragraph('框内联系人：庄晓东')}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
    f"{paragraph('框内联系人：庄晓东')}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
_CHANGES = (
    f'<w:p>{run("活动")}<w:del w:id="1" w:author="a" w:date="2023-08-01T00:00:00Z"><w:r><w:delText>删去</w:delText></w:r></w:del>'
    f'<w:ins w:id="2" w:author="a" w:date="2023-08-01T00:00:00Z">{run("增加")}</w:ins>'
    f"{run('隐藏', '<w:vanish/>')}{run('暗号', chr(60) + 'w:rStyle w:val=' + chr(34) + 'Secret' + chr(34) + '/>')}{run('划掉', '<w:strike/>')}{run('完', '')}</w:p>"
)
_BODY = (
    paragraph("标题一", properties='<w:pStyle w:val="1"/>')
    + _listed("指导思想", 0)
    + _listed("第一", 1)
    + _listed("第二", 1)
    + _listed("时间安排", 0)
    + _listed("重来", 1)
    + _CHANGES
    + _TEXT_BOX
    + _table(
        "<w:tr>"
        + _cell(paragraph("甲"), '<w:vMerge w:val="restart"/>')
        + _cell(paragraph("乙丙"), '<w:gridSpan w:val="2"/>')
        + "</w:tr><w:tr>"
        + _cell(paragraph(""), "<w:vMerge/>")
        + _cell(_NESTED + paragraph("外"))
        + _cell(paragraph("第一行") + paragraph("第二行"))
        + "</w:tr>"
    )
    + paragraph("两表之间")
    + '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    + f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{_cell(paragraph("右"))}</w:tr>'
    + f"<w:tr>{_cell(paragraph('左'))}{_cell(paragraph('右下'))}</w:tr></w:tbl>"
    + paragraph("终")
)
ODD_DOCX = package(_BODY, numbering=_NUMBERING, header1=_HEADER)
PARAGRAPHS = [
    "页眉：市科协",
    "标题一",
    "一、指导思想",
    "（1）第一",
    "（2）第二",
    "二、时间安排",
    "（1）重来",
    "活动增加完",
    "框外",
    "框内联系人：庄晓东",
    "两表之间",
    "终",
]
FIRST_TABLE = [(0, 0, 2, 1, "甲"), (0, 1, 1, 2, "乙丙"), (1, 1, 1, 1, "内1\t内2\n外"), (1, 2, 1, 1, "第一行\n第二行")]
SECOND_TABLE = [(0, 1, 1, 1, "右"), (1, 0, 1, 1, "左"), (1, 1, 1, 1, "右下")]
